/* A queue spoken to by IPP (RFC 8011) through CUPS's client library. One thread of its own: the
 * library blocks, and a printer that hangs must not hang anything else. */
#include "devices/printer/printer-port.h"

#include <cups/cups.h>
#include <string.h>

#define CONNECT_MS   5000
#define JOB_MS       60000 /* a receipt takes seconds; a job that old would print for a stranger */
#define POLL_MS      200
#define REASONS_MOST 16
#define URI_HOST_MAX 256
#define URI_MAX      1024

G_DEFINE_QUARK (kiosk_printer_error, kiosk_printer_error)

typedef struct
{
  KioskPrinterPort port;
  char *uri;
  char scheme[32];
  char host[URI_HOST_MAX];
  char resource[URI_MAX];
  int tcp_port;
  GThreadPool *worker;
} CupsPrinter;

typedef struct
{
  const CupsPrinter *printer;
  GCancellable *cancellable;
  http_t *http;
  int job;
} Print;

static gboolean
fail (GError **error, KioskPrinterError code, const char *what)
{
  const char *detail = cupsLastErrorString ();

  g_set_error (error, KIOSK_PRINTER_ERROR, code, "%s: %s", what,
               detail == NULL || *detail == '\0' ? "no answer" : detail);
  return FALSE;
}

static ipp_t *
request_new (const Print *self, ipp_op_t operation)
{
  ipp_t *request = ippNewRequest (operation);

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, self->printer->uri);
  if (self->job > 0)
    ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", self->job);
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL, "kiosk");
  return request;
}

/* (nullable): the answer, to be freed by ippDelete(). */
static ipp_t *
ask (const Print *self, ipp_op_t operation, const char *const *attributes, int n_attributes)
{
  ipp_t *request = request_new (self, operation);

  if (n_attributes > 0)
    ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                   n_attributes, NULL, attributes);
  return cupsDoRequest (self->http, request, self->printer->resource);
}

/* The answer is read whatever it says: a queue that refuses the job may refuse its bytes too. */
static gboolean
send_job (Print *self, GBytes *pdf, GError **error)
{
  const CupsPrinter *printer = self->printer;
  ipp_t *request = request_new (self, IPP_OP_PRINT_JOB);
  ipp_t *answer;
  ipp_attribute_t *job;
  gsize length;
  const char *data = g_bytes_get_data (pdf, &length);

  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, "receipt");
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", NULL,
                "application/pdf");
  if (cupsSendRequest (self->http, request, printer->resource, ippLength (request) + length)
      == HTTP_STATUS_CONTINUE)
    cupsWriteRequestData (self->http, data, length);
  ippDelete (request);
  answer = cupsGetResponse (self->http, printer->resource);
  job = ippFindAttribute (answer, "job-id", IPP_TAG_INTEGER);
  if (cupsLastError () >= IPP_STATUS_REDIRECTION_OTHER_SITE || job == NULL)
    {
      ippDelete (answer);
      return fail (error, answer == NULL ? KIOSK_PRINTER_ERROR_ABSENT : KIOSK_PRINTER_ERROR_REFUSED,
                   printer->uri);
    }
  self->job = ippGetInteger (job, 0);
  ippDelete (answer);
  return TRUE;
}

/* Names of RFC 8011, 5.4.12, with "-error", "-warning" or "-report" behind them. */
static gboolean
lacks_paper (const Print *self)
{
  static const char *const attributes[] = { "printer-state-reasons" };
  static const char *const troubles[]
    = { "media-empty", "media-needed", "media-jam", "cover-open", "door-open" };
  ipp_t *answer = ask (self, IPP_OP_GET_PRINTER_ATTRIBUTES, attributes, 1);
  ipp_attribute_t *reasons = ippFindAttribute (answer, "printer-state-reasons", IPP_TAG_KEYWORD);
  gboolean lacks = FALSE;

  for (int i = 0; i < MIN (ippGetCount (reasons), REASONS_MOST); i++)
    for (guint t = 0; t < G_N_ELEMENTS (troubles); t++)
      lacks |= g_str_has_prefix (ippGetString (reasons, i, NULL), troubles[t]);
  ippDelete (answer);
  return lacks;
}

/* What failed must not come out later, before another person. */
static void
cancel_job (Print *self)
{
  ippDelete (ask (self, IPP_OP_CANCEL_JOB, NULL, 0));
}

/* IPP_JSTATE_PENDING when there was no answer: asked again until the deadline. */
static ipp_jstate_t
job_state (const Print *self)
{
  static const char *const attributes[] = { "job-state" };
  ipp_t *answer = ask (self, IPP_OP_GET_JOB_ATTRIBUTES, attributes, 1);
  ipp_attribute_t *state = ippFindAttribute (answer, "job-state", IPP_TAG_ENUM);
  ipp_jstate_t value = state == NULL ? IPP_JSTATE_PENDING : (ipp_jstate_t)ippGetInteger (state, 0);

  ippDelete (answer);
  return value;
}

/* A pause between two questions, because no queue tells us by itself. Measured with CUPS 2.4.2:
 * ippeveprinter refuses Create-Job-Subscriptions and Get-Notifications (RFC 3995, RFC 3996) as
 * operations it does not have; cupsd takes the subscription, but answers Get-Notifications with
 * notify-wait at once, empty, and with a notify-get-interval of 60 seconds: events would come later
 * than by asking, and by asking again. FALSE when @cancellable ended the pause. */
static gboolean
pause_for (GCancellable *cancellable, int ms)
{
  GPollFD waiting;

  if (cancellable == NULL || !g_cancellable_make_pollfd (cancellable, &waiting))
    {
      g_usleep ((gulong)ms * 1000);
      return TRUE;
    }
  g_poll (&waiting, 1, ms);
  g_cancellable_release_fd (cancellable);
  return !g_cancellable_is_cancelled (cancellable);
}

static gboolean
watch_job (Print *self, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + (gint64)JOB_MS * 1000;

  while (g_get_monotonic_time () < deadline)
    {
      ipp_jstate_t state = job_state (self);

      if (state == IPP_JSTATE_COMPLETED)
        return TRUE;
      if (lacks_paper (self))
        {
          cancel_job (self);
          return fail (error, KIOSK_PRINTER_ERROR_PAPER, self->printer->uri);
        }
      if (state == IPP_JSTATE_CANCELED || state == IPP_JSTATE_ABORTED)
        return fail (error, KIOSK_PRINTER_ERROR_REFUSED, "the queue dropped the job");
      if (!pause_for (self->cancellable, POLL_MS))
        break;
    }
  cancel_job (self);
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  return fail (error, KIOSK_PRINTER_ERROR_REFUSED, "the job did not end in time");
}

static void
print_in_thread (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  const CupsPrinter *printer = user_data;
  Print print = { .printer = printer, .cancellable = g_task_get_cancellable (task) };
  GError *error = NULL;
  gboolean done;

  print.http = httpConnect2 (printer->host, printer->tcp_port, NULL, AF_UNSPEC,
                             strcmp (printer->scheme, "ipps") == 0 ? HTTP_ENCRYPTION_ALWAYS
                                                                   : HTTP_ENCRYPTION_IF_REQUESTED,
                             1, CONNECT_MS, NULL);
  if (print.http == NULL)
    done = fail (&error, KIOSK_PRINTER_ERROR_ABSENT, printer->uri);
  else
    done = send_job (&print, g_task_get_task_data (task), &error) && watch_job (&print, &error);
  httpClose (print.http);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
cups_print_async (KioskPrinterPort *port, GBytes *pdf, GCancellable *cancellable,
                  GAsyncReadyCallback callback, gpointer data)
{
  CupsPrinter *self = (CupsPrinter *)port;
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, cups_print_async);
  g_task_set_task_data (task, g_bytes_ref (pdf), (GDestroyNotify)g_bytes_unref);
  g_thread_pool_push (self->worker, g_steal_pointer (&task), NULL);
}

static gboolean
cups_print_finish (KioskPrinterPort *port, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cups_free (KioskPrinterPort *port)
{
  CupsPrinter *self = (CupsPrinter *)port;

  g_thread_pool_free (self->worker, FALSE, TRUE);
  g_free (self->uri);
  g_free (self);
}

KioskPrinterPort *
kiosk_printer_new (const char *uri, GError **error)
{
  CupsPrinter *self = g_new0 (CupsPrinter, 1);
  char user[URI_HOST_MAX];

  if (httpSeparateURI (HTTP_URI_CODING_ALL, uri, self->scheme, sizeof self->scheme, user,
                       sizeof user, self->host, sizeof self->host, &self->tcp_port, self->resource,
                       sizeof self->resource)
        < HTTP_URI_STATUS_OK
      || (strcmp (self->scheme, "ipp") != 0 && strcmp (self->scheme, "ipps") != 0))
    {
      g_free (self);
      g_set_error (error, KIOSK_PRINTER_ERROR, KIOSK_PRINTER_ERROR_ABSENT,
                   "printer \"%s\": not an ipp or ipps address; write one like "
                   "ipp://localhost/printers/receipt",
                   uri);
      return NULL;
    }
  self->port = (KioskPrinterPort){ cups_print_async, cups_print_finish, cups_free };
  self->uri = g_strdup (uri);
  self->worker = g_thread_pool_new (print_in_thread, self, 1, TRUE, NULL);
  return &self->port;
}
