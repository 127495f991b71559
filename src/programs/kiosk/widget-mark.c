#include <math.h>

#include "widgets.h"

struct _KioskMark
{
  GtkWidget parent;
};

G_DEFINE_FINAL_TYPE (KioskMark, kiosk_mark, GTK_TYPE_WIDGET)

static void
petal (cairo_t *cr, double size)
{
  cairo_new_path (cr);
  cairo_move_to (cr, 0, -size * .09);
  cairo_curve_to (cr, size * .20, -size * .22, size * .17, -size * .48, 0, -size * .48);
  cairo_curve_to (cr, -size * .17, -size * .48, -size * .20, -size * .22, 0, -size * .09);
  cairo_fill (cr);
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  GdkRGBA colour;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  cairo_t *cr
    = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  cairo_translate (cr, width / 2.0, height / 2.0);
  for (int i = 0; i < 5; i++)
    {
      cairo_set_source_rgba (cr, (double)colour.red, (double)colour.green, (double)colour.blue,
                             i % 2 == 0 ? 1.0 : 0.72);
      petal (cr, MIN (width, height));
      cairo_rotate (cr, 2 * G_PI / 5);
    }
  cairo_destroy (cr);
}

static void
kiosk_mark_class_init (KioskMarkClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  widget_class->snapshot = snapshot;
  gtk_widget_class_set_css_name (widget_class, "mark");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
kiosk_mark_init (KioskMark *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}
