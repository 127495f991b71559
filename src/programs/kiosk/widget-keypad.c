#include <string.h>

#include "alphabet.h"
#include "look.h"
#include "text.h"
#include "widgets.h"

struct _KioskKeypad
{
  GtkWidget parent;
  KioskField *field;
  GtkWidget *grid;
};

G_DEFINE_FINAL_TYPE (KioskKeypad, kiosk_keypad, GTK_TYPE_WIDGET)

#define SIGN "kiosk-sign"

static void
on_key (GtkWidget *button, KioskKeypad *self)
{
  kiosk_field_type (self->field,
                    (char)GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), SIGN)));
}

static void
on_delete (KioskKeypad *self)
{
  kiosk_field_delete (self->field);
}

static void
on_clear (KioskKeypad *self)
{
  kiosk_field_clear (self->field);
}

/* focus-on-click is off: the field keeps the caret. */
static GtkWidget *
add (KioskKeypad *self, GtkWidget *button, const char *name, const char *style, int column, int row,
     int span)
{
  kiosk_look_name (button, name);
  gtk_widget_add_css_class (button, "key");
  if (style != NULL)
    gtk_widget_add_css_class (button, style);
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_set_vexpand (button, TRUE);
  gtk_grid_attach (GTK_GRID (self->grid), button, column, row, span, 1);
  return button;
}

static void
add_sign (KioskKeypad *self, char sign, const char *name, int column, int row, int span)
{
  char text[2] = { sign, '\0' };
  const char *label = name != NULL ? name : text;
  GtkWidget *button = add (self, gtk_button_new_with_label (label), label,
                           name != NULL ? "word" : NULL, column, row, span);
  g_object_set_data (G_OBJECT (button), SIGN, GINT_TO_POINTER (sign));
  g_signal_connect (button, "clicked", G_CALLBACK (on_key), self);
}

static void
add_delete (KioskKeypad *self, int column, int row, int span)
{
  GtkWidget *button = add (self, gtk_button_new_from_icon_name ("kiosk-delete-symbolic"),
                           _ ("Delete"), "word", column, row, span);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_delete), self);
}

static void
add_clear (KioskKeypad *self, int column, int row, int span)
{
  const char *label = _ ("Clear");
  GtkWidget *button
    = add (self, gtk_button_new_with_label (label), label, "word", column, row, span);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_clear), self);
}

static void
add_digits (KioskKeypad *self)
{
  static const char digits[] = "123456789";
  for (int i = 0; i < 9; i++)
    add_sign (self, digits[i], NULL, i % 3, i / 3, 1);
  add_clear (self, 0, 3, 1);
  add_sign (self, '0', NULL, 1, 3, 1);
  add_delete (self, 2, 3, 1);
}

/* Ten keys of two columns a row; shorter rows are centred. The last row holds what is not a letter
 * or a digit, and the two that undo. */
static void
add_letters (KioskKeypad *self, const char *alphabet)
{
  static const char *const rows[] = { "1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM" };
  g_autofree char *others = kiosk_alphabet_others (alphabet);
  int row = 0;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      int column = 10 - (int)strlen (rows[i]);
      gboolean any = FALSE;
      for (const char *sign = rows[i]; *sign != '\0'; sign++, column += 2)
        if (kiosk_alphabet_has (alphabet, *sign))
          {
            add_sign (self, *sign, NULL, column, row, 2);
            any = TRUE;
          }
      row += any;
    }
  int column = 0;
  add_clear (self, column, row, 4);
  column += 4;
  int room = 12 - 2 * (int)strlen (others);
  if (kiosk_alphabet_has (alphabet, ' '))
    {
      add_sign (self, ' ', _ ("Space"), column, row, room);
      column += room;
    }
  for (const char *sign = others; *sign != '\0'; sign++, column += 2)
    add_sign (self, *sign, NULL, column, row, 2);
  add_delete (self, 16, row, 4);
}

void
kiosk_keypad_set_field (KioskKeypad *self, KioskField *field, const char *alphabet)
{
  GtkWidget *child;
  self->field = field;
  while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_grid_remove (GTK_GRID (self->grid), child);
  kiosk_look_set_class (GTK_WIDGET (self), "letters", alphabet != NULL);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  if (alphabet != NULL)
    add_letters (self, alphabet);
  else
    add_digits (self);
}

static void
dispose (GObject *object)
{
  g_clear_pointer (&KIOSK_KEYPAD (object)->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (kiosk_keypad_parent_class)->dispose (object);
}

static void
kiosk_keypad_class_init (KioskKeypadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "keypad");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
kiosk_keypad_init (KioskKeypad *self)
{
  self->grid = gtk_grid_new ();
  gtk_grid_set_row_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (self->grid), TRUE);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), (guint)kiosk_look_mm (3));
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), (guint)kiosk_look_mm (3));
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
}
