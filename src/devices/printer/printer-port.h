/* Paper, as a journey sees it. The real port is a CUPS queue. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KIOSK_PRINTER_ERROR (kiosk_printer_error_quark ())
GQuark kiosk_printer_error_quark (void);

typedef enum
{
  KIOSK_PRINTER_ERROR_ABSENT,  /* no such queue, or no answer: offer the QR only */
  KIOSK_PRINTER_ERROR_PAPER,   /* out of paper or jammed: call staff, try again */
  KIOSK_PRINTER_ERROR_REFUSED, /* the queue refused or cancelled the job: try again */
} KioskPrinterError;

typedef struct _KioskPrinterPort KioskPrinterPort;
struct _KioskPrinterPort
{
  /* @pdf is sent from memory, never by way of a file of ours. Done when the queue says completed.
   */
  void (*print_async) (KioskPrinterPort *self, GBytes *pdf, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data);
  gboolean (*print_finish) (KioskPrinterPort *self, GAsyncResult *result, GError **error);
  void (*free) (KioskPrinterPort *self);
};

/* A CUPS queue by its URI ("ipp://localhost:8631/ipp/print"). Works on a thread of its own. Fails
 * only for an address that is none; whether the queue is there shows when it is used. */
KioskPrinterPort *kiosk_printer_new (const char *uri, GError **error);

/* What a receipt on paper says; all text is already in the person's language. No name, no number.
 */
typedef struct
{
  const char *language; /* "en", "zh_HK", "zh_CN": chooses the face */
  const char *title;
  const char *service;
  const char *reference;
  const char *qr;           /* text of the code; NULL: neither code nor reference */
  const char *const *lines; /* NULL-terminated "label\tvalue" */
  const char *const *notes; /* NULL-terminated sentences under the code */
} KioskReceiptSheet;

/* (transfer full): one column 72 mm wide (80 mm paper), as long as it needs; PDF 1.4, fonts
 * embedded, the QR as vector modules of whole device pixels at 203 dpi. */
GBytes *kiosk_receipt_sheet_pdf (const KioskReceiptSheet *sheet, GError **error);

G_END_DECLS
