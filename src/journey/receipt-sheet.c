#include "journey/receipt-sheet.h"

#define HONG_KONG_OFFSET_S (8 * 3600)
#define N_LINES            4
#define N_NOTES            3

/* kioskd has no catalogue of messages: the few words on the paper stand here, side by side. */
typedef enum
{
  WORD_TITLE,
  WORD_REFERENCE,
  WORD_RECEIVED,
  WORD_FEE,
  WORD_NUMBER,
  WORD_NOTE_STATE,
  WORD_NOTE_FEE,
  WORD_NOTE_KEEP,
  WORD_NOTE_SHOW,
  N_WORDS,
} Word;

static const char *const words[][N_WORDS] = {
  {
    "Receipt",
    "Reference",
    "Received",
    "Fee",
    "Record",
    "Received at this kiosk. It will be sent to the department, which decides.",
    "The fee is due. This receipt is not proof of payment.",
    "Keep this slip. Lay your card on this kiosk to see what has become of it.",
    "Keep this slip. Show its code to this kiosk, or lay your card on it, "
    "to see what has become of it.",
  },
  {
    "收據",
    "參考編號",
    "收件時間",
    "費用",
    "記錄編號",
    "本機已收件，並會送交部門審批。",
    "費用尚未繳付。本收據並非付款證明。",
    "請保留本收據。在本機放上證件，即可查看進度。",
    "請保留本收據。向本機出示收據上的二維碼，或放上證件，即可查看進度。",
  },
  {
    "收据",
    "参考编号",
    "收件时间",
    "费用",
    "记录编号",
    "本机已收件，并会送交部门审批。",
    "费用尚未缴付。本收据并非付款证明。",
    "请保留本收据。在本机放上证件，即可查看进度。",
    "请保留本收据。向本机出示收据上的二维码，或放上证件，即可查看进度。",
  },
};

typedef struct
{
  char *language;
  char *service;
  char *reference;
  char *qr;
  char *lines[N_LINES + 1];
  const char *notes[N_NOTES + 1];
  const char *title;
} Sheet;

static void
sheet_free (Sheet *self)
{
  g_free (self->language);
  g_free (self->service);
  g_free (self->reference);
  g_free (self->qr);
  for (guint i = 0; i < N_LINES; i++)
    g_free (self->lines[i]);
  g_free (self);
}

static const char *const *
words_of (const char *language)
{
  if (g_str_equal (language, "zh_HK"))
    return words[1];
  return g_str_equal (language, "zh_CN") ? words[2] : words[0];
}

static char *
moment_text (gint64 ms)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (ms / 1000 + HONG_KONG_OFFSET_S);

  return g_date_time_format (moment, "%Y-%m-%d %H:%M");
}

static Sheet *
sheet_new (const KioskRecord *record, const char *service, const char *language, gboolean sees)
{
  Sheet *self = g_new0 (Sheet, 1);
  const char *const *say = words_of (language);
  g_autofree char *moment = moment_text (record->sealed_ms);
  guint lines = 0, notes = 0;

  self->language = g_strdup (language);
  self->title = say[WORD_TITLE];
  self->service = g_strdup (service);
  self->reference = g_strdup (record->reference);
  self->qr = g_strdup (record->receipt);
  self->lines[lines++] = g_strdup_printf ("%s\t%s", say[WORD_REFERENCE], record->reference);
  self->lines[lines++] = g_strdup_printf ("%s\t%s", say[WORD_RECEIVED], moment);
  if (record->fee_cents > 0)
    self->lines[lines++]
      = g_strdup_printf ("%s\tHK$%" G_GINT64_FORMAT ".%02d", say[WORD_FEE], record->fee_cents / 100,
                         (int)(record->fee_cents % 100));
  self->lines[lines++] = g_strdup_printf ("%s\t%s", say[WORD_NUMBER], record->txid);
  self->notes[notes++] = say[WORD_NOTE_STATE];
  if (record->fee_cents > 0)
    self->notes[notes++] = say[WORD_NOTE_FEE];
  self->notes[notes++] = say[sees ? WORD_NOTE_SHOW : WORD_NOTE_KEEP];
  return self;
}

static void
lay_out (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Sheet *self = data;
  const KioskReceiptSheet sheet = {
    .language = self->language,
    .title = self->title,
    .service = self->service,
    .reference = self->reference,
    .qr = self->qr,
    .lines = (const char *const *)self->lines,
    .notes = self->notes,
  };
  GError *error = NULL;
  GBytes *pdf = kiosk_receipt_sheet_pdf (&sheet, &error);

  if (pdf == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, pdf, (GDestroyNotify)g_bytes_unref);
}

void
kiosk_receipt_sheet_async (const KioskRecord *record, const char *title, const char *language,
                           gboolean sees, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_source_tag (task, kiosk_receipt_sheet_async);
  g_task_set_task_data (task, sheet_new (record, title, language, sees),
                        (GDestroyNotify)sheet_free);
  g_task_run_in_thread (task, lay_out);
}

GBytes *
kiosk_receipt_sheet_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
