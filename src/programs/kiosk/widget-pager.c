#include "look.h"
#include "text.h"
#include "widgets.h"

struct _KioskPager
{
  GtkWidget parent;
  GtkWidget *bar;
  GtkWidget *previous;
  GtkWidget *next;
  guint first; /* index of the first row shown */
  guint after; /* index after the last row shown */
};

G_DEFINE_FINAL_TYPE (KioskPager, kiosk_pager, GTK_TYPE_WIDGET)

static GtkWidget *
first_row (KioskPager *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
  return child != self->bar ? child : NULL;
}

static GtkWidget *
next_row (KioskPager *self, GtkWidget *row)
{
  GtkWidget *next = gtk_widget_get_next_sibling (row);
  return next != self->bar ? next : NULL;
}

void
kiosk_pager_clear (KioskPager *self)
{
  GtkWidget *row;
  while ((row = first_row (self)) != NULL)
    gtk_widget_unparent (row);
  self->first = 0;
}

void
kiosk_pager_append (KioskPager *self, GtkWidget *row)
{
  gtk_widget_insert_before (row, GTK_WIDGET (self), self->bar);
}

static int
height_of (GtkWidget *widget, int width)
{
  int natural;
  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
  return natural;
}

static int
bar_height (KioskPager *self)
{
  return height_of (self->bar, -1) + kiosk_look_mm (4);
}

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *ret_minimum,
         int *ret_natural, int *ret_minimum_baseline, int *ret_natural_baseline)
{
  KioskPager *self = KIOSK_PAGER (widget);
  int least = 0;
  int total = 0;
  guint n = 0;
  for (GtkWidget *row = first_row (self); row != NULL; row = next_row (self, row), n++)
    {
      int minimum;
      int natural;
      gtk_widget_measure (row, orientation, for_size, &minimum, &natural, NULL, NULL);
      least = MAX (least, orientation == GTK_ORIENTATION_VERTICAL ? natural : minimum);
      total += natural;
    }
  if (orientation == GTK_ORIENTATION_VERTICAL && n > 1)
    least = MIN (least + bar_height (self), total);
  *ret_minimum = least;
  *ret_natural = orientation == GTK_ORIENTATION_VERTICAL ? total : least;
}

/* A page starts at each row that no longer fits; the page shown is the one that holds "first". */
static void
choose_rows (KioskPager *self, int width, int height)
{
  guint index = 0;
  guint start = 0;
  int used = 0;
  self->after = G_MAXUINT;
  for (GtkWidget *row = first_row (self); row != NULL; row = next_row (self, row), index++)
    {
      int high = height_of (row, width);
      if (used > 0 && used + high > height)
        {
          if (self->first < index)
            {
              self->after = index;
              break;
            }
          start = index;
          used = 0;
        }
      used += high;
    }
  self->first = start;
  if (self->after == G_MAXUINT)
    self->after = index;
}

static void
size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  KioskPager *self = KIOSK_PAGER (widget);
  int total = 0;
  guint n = 0;
  int top = 0;
  guint index = 0;
  for (GtkWidget *row = first_row (self); row != NULL; row = next_row (self, row), n++)
    total += height_of (row, width);
  gboolean paged = total > height && n > 1;
  int spare = paged || n == 0 ? 0 : (height - total) / (int)n; /* a short list spreads out */
  choose_rows (self, width, paged ? height - bar_height (self) : MAX (height, total));
  for (GtkWidget *row = first_row (self); row != NULL; row = next_row (self, row), index++)
    {
      gboolean shown = index >= self->first && index < self->after;
      gtk_widget_set_child_visible (row, shown);
      if (!shown)
        continue;
      int high = height_of (row, width) + spare;
      gtk_widget_size_allocate (row, &(GtkAllocation){ 0, top, width, high }, -1);
      top += high;
    }
  gtk_widget_set_child_visible (self->bar, paged);
  if (!paged)
    return;
  int high = height_of (self->bar, width);
  gtk_widget_set_sensitive (self->previous, self->first > 0);
  gtk_widget_set_sensitive (self->next, self->after < n);
  gtk_widget_size_allocate (self->bar, &(GtkAllocation){ 0, height - high, width, high }, -1);
}

static void
on_previous (KioskPager *self)
{
  if (self->first > 0)
    self->first--;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
on_next (KioskPager *self)
{
  self->first = self->after;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static GtkWidget *
turn_new (KioskPager *self, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  kiosk_look_name (button, label);
  gtk_widget_add_css_class (button, "turn");
  gtk_widget_set_hexpand (button, TRUE);
  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (self->bar), button);
  return button;
}

static void
dispose (GObject *object)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (kiosk_pager_parent_class)->dispose (object);
}

static GtkSizeRequestMode
request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
kiosk_pager_class_init (KioskPagerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  widget_class->measure = measure;
  widget_class->size_allocate = size_allocate;
  widget_class->get_request_mode = request_mode;
  gtk_widget_class_set_css_name (widget_class, "pager");
}

static void
kiosk_pager_init (KioskPager *self)
{
  self->bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_box_set_homogeneous (GTK_BOX (self->bar), TRUE);
  gtk_widget_add_css_class (self->bar, "turns");
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  self->previous = turn_new (self, _ ("Show earlier"), G_CALLBACK (on_previous));
  self->next = turn_new (self, _ ("Show more"), G_CALLBACK (on_next));
}
