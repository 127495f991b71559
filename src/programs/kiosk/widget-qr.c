#include <qrencode.h>

#include "look.h"
#include "text.h"
#include "widgets.h"

#define QUIET         4   /* modules */
#define MODULE_MM_MIN 0.8 /* a phone at 40 cm resolves half of this */

struct _KioskQr
{
  GtkWidget parent;
  char *text;
  QRcode *code;
  int for_size; /* device pixels that the code was chosen for */
};

G_DEFINE_FINAL_TYPE (KioskQr, kiosk_qr, GTK_TYPE_WIDGET)

static int
module_pixels (const QRcode *code, int size)
{
  return size / (code->width + 2 * QUIET);
}

/* The strongest correction whose modules are still large enough to be read at 40 cm. */
static QRcode *
choose (const char *text, int size, int scale)
{
  static const QRecLevel levels[] = { QR_ECLEVEL_Q, QR_ECLEVEL_M, QR_ECLEVEL_L };
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      QRcode *code = QRcode_encodeString (text, 0, levels[i], QR_MODE_8, 1);
      if (code == NULL)
        continue;
      double millimetres = module_pixels (code, size) * 25.4 / (kiosk_look_dpi () * scale);
      if (millimetres >= MODULE_MM_MIN || levels[i] == QR_ECLEVEL_L)
        return code;
      QRcode_free (code);
    }
  return NULL;
}

gboolean
kiosk_qr_set_text (KioskQr *self, const char *text)
{
  if (g_strcmp0 (self->text, text) == 0)
    return self->code != NULL;
  g_free (self->text);
  self->text = g_strdup (text);
  g_clear_pointer (&self->code, QRcode_free);
  self->code = QRcode_encodeString (text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
  self->for_size = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return self->code != NULL;
}

static void
draw (KioskQr *self, cairo_t *cr, int size)
{
  const QRcode *code = self->code;
  int module = module_pixels (code, size);
  int start = (size - module * code->width) / 2;
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  cairo_set_source_rgb (cr, 1, 1, 1); /* in every theme: readers want dark on light */
  cairo_rectangle (cr, 0, 0, size, size);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if ((code->data[y * code->width + x] & 1) != 0)
        cairo_rectangle (cr, start + x * module, start + y * module, module, module);
  cairo_fill (cr);
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KioskQr *self = KIOSK_QR (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  int scale = gtk_widget_get_scale_factor (widget);
  int size = MIN (width, height) * scale;
  if (self->code == NULL || size <= 0)
    return;
  if (self->for_size != size)
    {
      g_clear_pointer (&self->code, QRcode_free);
      self->code = choose (self->text, size, scale);
      self->for_size = size;
    }
  cairo_t *cr
    = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  cairo_scale (cr, 1.0 / scale, 1.0 / scale);
  cairo_translate (cr, (width * scale - size) / 2, (height * scale - size) / 2);
  draw (self, cr, size);
  cairo_destroy (cr);
}

static void
finalize (GObject *object)
{
  KioskQr *self = KIOSK_QR (object);
  g_free (self->text);
  g_clear_pointer (&self->code, QRcode_free);
  G_OBJECT_CLASS (kiosk_qr_parent_class)->finalize (object);
}

static void
kiosk_qr_class_init (KioskQrClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = finalize;
  widget_class->snapshot = snapshot;
  gtk_widget_class_set_css_name (widget_class, "qr");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
kiosk_qr_init (KioskQr *self)
{
  kiosk_look_name (GTK_WIDGET (self), _ ("QR code of this receipt"));
}
