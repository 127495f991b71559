#include "page-layout.h"

#include "look.h"

struct _KioskPageLayout
{
  GtkLayoutManager parent;
  const KioskPageParts *parts;
};

G_DEFINE_FINAL_TYPE (KioskPageLayout, kiosk_page_layout, GTK_TYPE_LAYOUT_MANAGER)

#define LEFT_PERCENT      41
#define GROW_PERCENT      150 /* how far a list spreads out */
#define GROW_WIDE_PERCENT 200
#define PICTURE_MM_MIN    45
#define SCENE_MM_MIN      55
#define SCENE_MM_MAX      150

typedef struct
{
  int margin; /* at the sides and the bottom */
  int gap;    /* between parts */
  int column; /* between the two columns */
  int lower;  /* the body of a wide screen begins a little lower than its head */
} Spaces;

static Spaces
spaces (void)
{
  return (Spaces){ kiosk_look_mm (14), kiosk_look_mm (7), kiosk_look_mm (13), kiosk_look_mm (8) };
}

static gboolean
is_shown (GtkWidget *widget)
{
  return widget != NULL && gtk_widget_should_layout (widget);
}

static gboolean
expands (GtkWidget *widget)
{
  return is_shown (widget) && gtk_widget_compute_expand (widget, GTK_ORIENTATION_VERTICAL);
}

static int
natural_height (GtkWidget *widget, int width)
{
  int natural = 0;
  if (is_shown (widget))
    gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
  return natural;
}

static int
minimum (GtkWidget *widget, GtkOrientation orientation, int for_size)
{
  int least = 0;
  if (is_shown (widget))
    gtk_widget_measure (widget, orientation, for_size, &least, NULL, NULL, NULL);
  return least;
}

static void
place (GtkWidget *widget, int x, int y, int width, int height)
{
  if (!is_shown (widget))
    return;
  gboolean fits = width > 0 && height > 0;
  gtk_widget_set_child_visible (widget, fits);
  if (fits)
    gtk_widget_size_allocate (widget, &(GtkAllocation){ x, y, width, height }, -1);
}

/* --- sharing out the height --- */

/* Stacks foot and actions upwards from @bottom; returns where they begin. */
static int
place_below (const KioskPageParts *parts, int x, int bottom, int width)
{
  GtkWidget *below[] = { parts->actions, parts->foot };
  for (guint i = 0; i < G_N_ELEMENTS (below); i++)
    if (is_shown (below[i]))
      {
        int high = natural_height (below[i], width);
        place (below[i], x, bottom - high, width, high);
        bottom -= high + spaces ().gap;
      }
  return bottom;
}

static int
grown (GtkWidget *body, int width, int room)
{
  if (!is_shown (body))
    return 0;
  if (expands (body))
    return room;
  return MIN (room, natural_height (body, width)
                      * (kiosk_look_is_wide () ? GROW_WIDE_PERCENT : GROW_PERCENT) / 100);
}

/* A picture takes what the rest leaves, within reason; too little room for one: none. */
static int
picture_height (const KioskPageParts *parts, int width, int room)
{
  int least = expands (parts->body) ? minimum (parts->body, GTK_ORIENTATION_VERTICAL, width)
                                    : natural_height (parts->body, width);
  if (least > 0)
    room -= least * (expands (parts->body) ? 115 : 110) / 100 + spaces ().gap;
  if (room < kiosk_look_mm (PICTURE_MM_MIN))
    return 0;
  return MIN (room, least > 0 ? width * 66 / 100 : room);
}

/* From @top to the bottom of the page, when that is room enough. */
static void
place_scene (const KioskPageParts *parts, int top, int bottom, int width, int height)
{
  int room = bottom - top;
  int high = MIN (room, kiosk_look_mm (SCENE_MM_MAX)) + height - bottom;
  place (parts->scene, 0, height - high, width, room >= kiosk_look_mm (SCENE_MM_MIN) ? high : 0);
}

static void
allocate_high (const KioskPageParts *parts, int width, int height)
{
  Spaces s = spaces ();
  int inner = width - 2 * s.margin;
  int bottom = place_below (parts, s.margin, height - s.margin * 3 / 4, inner);
  int top = natural_height (parts->head, inner);
  place (parts->head, s.margin, 0, inner, top);
  top += s.gap;
  if (is_shown (parts->side))
    {
      int high = expands (parts->side) ? picture_height (parts, inner, bottom - top)
                                       : natural_height (parts->side, inner);
      place (parts->side, s.margin, top, inner, high);
      top += high > 0 ? high + s.gap : 0;
    }
  int high = grown (parts->body, inner, bottom - top);
  place (parts->body, s.margin, top, inner, high);
  place_scene (parts, top + high + s.gap, bottom, width, height);
}

/* Widths of the two columns of a wide screen, margins taken off. */
static void
columns (int width, int *ret_left, int *ret_right)
{
  Spaces s = spaces ();
  int inner = width - 2 * s.margin - s.column;
  *ret_left = inner * LEFT_PERCENT / 100;
  *ret_right = inner - *ret_left;
}

static void
allocate_wide (const KioskPageParts *parts, int width, int height)
{
  Spaces s = spaces ();
  int left;
  int right;
  columns (width, &left, &right);
  int below = height - s.margin * 3 / 4;
  int bottom = place_below (parts, s.margin, below, left);
  int top = natural_height (parts->head, left);
  place (parts->head, s.margin, 0, left, top);
  top += s.gap;
  int side = expands (parts->side)
               ? (bottom - top >= kiosk_look_mm (PICTURE_MM_MIN) ? bottom - top : 0)
               : natural_height (parts->side, left);
  place (parts->side, s.margin, top, left, side);
  int high = grown (parts->body, right, below - s.lower);
  place (parts->body, s.margin + left + s.column, s.lower, right, high);
  int free = MAX (s.lower + high + s.gap, side > 0 ? top + side + s.gap : top);
  place_scene (parts, free, MAX (bottom, free), width, height);
}

static void
allocate (GtkLayoutManager *manager, GtkWidget *page, int width, int height, int baseline)
{
  const KioskPageParts *parts = KIOSK_PAGE_LAYOUT (manager)->parts;
  if (parts->full != NULL)
    {
      place (parts->full, 0, 0, width, height);
      place (parts->scene, 0, 0, 0, 0);
    }
  else if (kiosk_look_is_wide ())
    allocate_wide (parts, width, height);
  else
    allocate_high (parts, width, height);
}

/* --- the least it can be --- */

static int
minimum_width (const KioskPageParts *parts)
{
  GtkWidget *column[] = { parts->head, parts->side, parts->foot, parts->actions };
  Spaces s = spaces ();
  int left = 0;
  for (guint i = 0; i < G_N_ELEMENTS (column); i++)
    left = MAX (left, minimum (column[i], GTK_ORIENTATION_HORIZONTAL, -1));
  int body = minimum (parts->body, GTK_ORIENTATION_HORIZONTAL, -1);
  if (!kiosk_look_is_wide ())
    return 2 * s.margin + MAX (left, body);
  return 2 * s.margin + s.column
         + MAX (left * 100 / LEFT_PERCENT, body * 100 / (100 - LEFT_PERCENT));
}

/* Head, foot and actions always get what they want; a list shrinks to its minimum, a picture goes.
 */
static int
minimum_height (const KioskPageParts *parts, int width)
{
  Spaces s = spaces ();
  int left = width - 2 * s.margin;
  int right = left;
  if (kiosk_look_is_wide ())
    columns (width, &left, &right);
  int high = s.margin;
  GtkWidget *fixed[] = { parts->head, parts->foot, parts->actions };
  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    if (is_shown (fixed[i]))
      high += natural_height (fixed[i], left) + s.gap;
  if (is_shown (parts->side) && !expands (parts->side))
    high += natural_height (parts->side, left) + s.gap;
  int body = minimum (parts->body, GTK_ORIENTATION_VERTICAL, right);
  return kiosk_look_is_wide () ? MAX (high, body + s.margin + s.lower) : high + body;
}

static void
measure (GtkLayoutManager *manager, GtkWidget *page, GtkOrientation orientation, int for_size,
         int *ret_minimum, int *ret_natural, int *ret_minimum_baseline, int *ret_natural_baseline)
{
  const KioskPageParts *parts = KIOSK_PAGE_LAYOUT (manager)->parts;
  int least;
  if (parts->full != NULL)
    least = minimum (parts->full, orientation, for_size);
  else if (orientation == GTK_ORIENTATION_HORIZONTAL)
    least = minimum_width (parts);
  else
    least = minimum_height (parts, for_size > 0 ? for_size : minimum_width (parts));
  *ret_minimum = *ret_natural = least;
}

static GtkSizeRequestMode
request_mode (GtkLayoutManager *manager, GtkWidget *page)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

void
kiosk_page_layout_set_parts (KioskPageLayout *self, const KioskPageParts *parts)
{
  self->parts = parts;
}

static void
kiosk_page_layout_class_init (KioskPageLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);
  layout_class->measure = measure;
  layout_class->allocate = allocate;
  layout_class->get_request_mode = request_mode;
}

static void
kiosk_page_layout_init (KioskPageLayout *self)
{
}
