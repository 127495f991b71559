#include "journey/receipt-sheet.h"

typedef struct
{
  char *language;
  char *service;
  GPtrArray *lines; /* "title\ttext", NULL at the end */
} Sheet;

static void
sheet_free (Sheet *self)
{
  g_free (self->language);
  g_free (self->service);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

/* kioskd has no catalogue of messages: the few words on the paper stand here, side by side. */
static const char *
word (const char *language, const char *english, const char *traditional, const char *simplified)
{
  if (g_str_equal (language, "zh_HK"))
    return traditional;
  return g_str_equal (language, "zh_CN") ? simplified : english;
}

static Sheet *
sheet_new (const KioskService *service, const char *language)
{
  Sheet *self = g_new0 (Sheet, 1);

  self->language = g_strdup (language);
  self->service = g_strdup (kiosk_service_title (service, language));
  self->lines = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < kiosk_service_n_consent (service); i++)
    g_ptr_array_add (self->lines,
                     g_strconcat (kiosk_service_consent_title (service, i, language), "\t",
                                  kiosk_service_consent_text (service, i, language), NULL));
  g_ptr_array_add (self->lines, NULL);
  return self;
}

static void
lay_out (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Sheet *self = data;
  const char *const notes[] = {
    word (self->language, "Nothing has been captured yet. This sheet is yours to keep.",
          "現時尚未擷取任何資料。本單張可自行保留。", "目前尚未采集任何信息。本单张可自行保留。"),
    NULL,
  };
  const KioskReceiptSheet sheet = {
    .language = self->language,
    .title = word (self->language, "Before you agree", "同意前須知", "同意前须知"),
    .service = self->service,
    .lines = (const char *const *)self->lines->pdata,
    .notes = notes,
  };
  GError *error = NULL;
  GBytes *pdf = kiosk_receipt_sheet_pdf (&sheet, &error);

  if (pdf == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, pdf, (GDestroyNotify)g_bytes_unref);
}

void
kiosk_consent_sheet_async (const KioskService *service, const char *language,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, kiosk_consent_sheet_async);
  g_task_set_task_data (task, sheet_new (service, language), (GDestroyNotify)sheet_free);
  g_task_run_in_thread (task, lay_out);
}
