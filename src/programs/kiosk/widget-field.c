#include <string.h>

#include "alphabet.h"
#include "look.h"
#include "text.h"
#include "widgets.h"

#define DATE_DIGITS 8
#define SLOTS_MAX   12
#define LENGTH_MAX  64
#define SECRET_MIN  6

struct _KioskField
{
  GtkWidget parent;
  GtkWidget *overlay;
  GtkText *text; /* holds what is typed; under the boxes it is there but not seen */
  GtkWidget *boxes;
  GtkWidget *slots[SLOTS_MAX];
  KioskFieldKind kind;
  guint length;
  char *alphabet;
};

G_DEFINE_FINAL_TYPE (KioskField, kiosk_field, GTK_TYPE_WIDGET)

static const char *
typed (KioskField *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->text));
}

static gboolean
takes (KioskField *self, char sign)
{
  if (self->kind != KIOSK_FIELD_TEXT)
    return g_ascii_isdigit (sign);
  return self->alphabet != NULL ? kiosk_alphabet_has (self->alphabet, sign)
                                : g_ascii_isalnum (sign) || sign == ' ';
}

static gboolean
has_slots (KioskField *self)
{
  return self->kind == KIOSK_FIELD_SLOTS || self->kind == KIOSK_FIELD_DATE;
}

static void
show_slots (KioskField *self)
{
  const char *text = typed (self);
  gsize n = strlen (text);
  for (guint i = 0; has_slots (self) && i < self->length; i++)
    {
      char sign[2] = { i < n ? text[i] : '\0', '\0' };
      gtk_label_set_label (GTK_LABEL (self->slots[i]), sign);
      kiosk_look_set_class (self->slots[i], "now", i == n);
      kiosk_look_set_class (self->slots[i], "full", i < n);
    }
}

/* A keyboard may type anything: only signs that the question takes stay. */
static void
on_changed (KioskField *self)
{
  char kept[LENGTH_MAX + 1];
  gsize n = 0;
  for (const char *at = typed (self); *at != '\0' && n < self->length; at++)
    {
      char sign = self->kind == KIOSK_FIELD_TEXT ? g_ascii_toupper (*at) : *at;
      if (takes (self, sign))
        kept[n++] = sign;
    }
  kept[n] = '\0';
  if (!g_str_equal (kept, typed (self)))
    {
      gtk_editable_set_text (GTK_EDITABLE (self->text), kept);
      gtk_editable_set_position (GTK_EDITABLE (self->text), -1);
    }
  else
    kiosk_field_set_error (self, FALSE);
  show_slots (self);
  explicit_bzero (kept, sizeof kept);
}

static GtkWidget *
group_new (KioskField *self, guint first, guint n, const char *caption)
{
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, kiosk_look_mm (2));
  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  for (guint i = first; i < first + n; i++)
    {
      self->slots[i] = gtk_label_new ("");
      gtk_widget_add_css_class (self->slots[i], "slot");
      gtk_widget_set_hexpand (self->slots[i], TRUE);
      gtk_box_append (GTK_BOX (row), self->slots[i]);
    }
  if (caption != NULL)
    gtk_box_append (GTK_BOX (group), kiosk_look_label (caption, "caption"));
  gtk_box_append (GTK_BOX (group), row);
  gtk_box_append (GTK_BOX (self->boxes), group);
  return group;
}

static void
build_slots (KioskField *self)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (self->boxes)) != NULL)
    gtk_box_remove (GTK_BOX (self->boxes), child);
  gtk_widget_set_visible (self->boxes, has_slots (self));
  if (self->kind == KIOSK_FIELD_DATE)
    {
      group_new (self, 0, 2, _ ("Day"));
      group_new (self, 2, 2, _ ("Month"));
      group_new (self, 4, 4, _ ("Year"));
    }
  else if (self->kind == KIOSK_FIELD_SLOTS)
    gtk_widget_set_hexpand (group_new (self, 0, self->length, NULL), TRUE);
}

/* Memory that is not paged out and is wiped; dots instead of digits, to assistive technology as
 * well. */
static void
hide_text (KioskField *self)
{
  g_autoptr (GtkEntryBuffer) buffer = gtk_password_entry_buffer_new ();
  gtk_text_set_buffer (self->text, buffer);
  gtk_text_set_visibility (self->text, FALSE);
  gtk_text_set_invisible_char (self->text, 0x25cf);
  gtk_text_set_input_purpose (self->text, GTK_INPUT_PURPOSE_PIN);
}

void
kiosk_field_set_kind (KioskField *self, KioskFieldKind kind, guint length, const char *alphabet,
                      const char *name)
{
  self->kind = kind;
  self->length = kind == KIOSK_FIELD_DATE ? DATE_DIGITS : CLAMP (length, 1, LENGTH_MAX);
  if (kind == KIOSK_FIELD_SLOTS && self->length > SLOTS_MAX)
    self->kind = KIOSK_FIELD_DIGITS;
  g_free (self->alphabet);
  self->alphabet = g_strdup (alphabet);
  if (kind == KIOSK_FIELD_SECRET)
    hide_text (self);
  kiosk_look_name (GTK_WIDGET (self->text), name);
  gtk_widget_set_opacity (GTK_WIDGET (self->text), has_slots (self) ? 0 : 1);
  kiosk_look_set_class (GTK_WIDGET (self), "slots", has_slots (self));
  build_slots (self);
  show_slots (self);
}

char *
kiosk_field_typed (KioskField *self)
{
  return g_strdup (typed (self));
}

void
kiosk_field_set_typed (KioskField *self, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->text), text);
  gtk_editable_set_position (GTK_EDITABLE (self->text), -1);
}

char *
kiosk_field_value (KioskField *self)
{
  const char *text = typed (self);
  if (self->kind != KIOSK_FIELD_DATE || strlen (text) != DATE_DIGITS)
    return g_strdup (text);
  return g_strdup_printf ("%.4s-%.2s-%.2s", text + 4, text + 2, text);
}

void
kiosk_field_set_value (KioskField *self, const char *value)
{
  g_autofree char *day_first = NULL;
  if (self->kind == KIOSK_FIELD_DATE && strlen (value) == 10)
    day_first = g_strdup_printf ("%.2s%.2s%.4s", value + 8, value + 5, value);
  kiosk_field_set_typed (self, day_first != NULL ? day_first : value);
}

gboolean
kiosk_field_is_whole (KioskField *self)
{
  gsize n = strlen (typed (self));
  return has_slots (self) ? n == self->length
                          : n >= (self->kind == KIOSK_FIELD_SECRET ? SECRET_MIN : 1);
}

void
kiosk_field_set_error (KioskField *self, gboolean error)
{
  kiosk_look_set_class (GTK_WIDGET (self), "error", error);
}

void
kiosk_field_type (KioskField *self, char sign)
{
  const char text[2] = { sign, '\0' };
  gboolean refused = gtk_widget_has_css_class (GTK_WIDGET (self), "error");
  /* Boxes that are full and were refused leave no room to mend: typing starts over. */
  if (has_slots (self) && refused && kiosk_field_is_whole (self))
    kiosk_field_clear (self);
  int position = has_slots (self) ? -1 : gtk_editable_get_position (GTK_EDITABLE (self->text));
  gtk_editable_insert_text (GTK_EDITABLE (self->text), text, 1, &position);
  gtk_editable_set_position (GTK_EDITABLE (self->text), position);
}

void
kiosk_field_delete (KioskField *self)
{
  int end = has_slots (self) ? (int)strlen (typed (self))
                             : gtk_editable_get_position (GTK_EDITABLE (self->text));
  if (end > 0)
    gtk_editable_delete_text (GTK_EDITABLE (self->text), end - 1, end);
}

void
kiosk_field_clear (KioskField *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->text), "");
}

static void
dispose (GObject *object)
{
  KioskField *self = KIOSK_FIELD (object);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  g_clear_pointer (&self->alphabet, g_free);
  G_OBJECT_CLASS (kiosk_field_parent_class)->dispose (object);
}

static gboolean
grab_focus (GtkWidget *widget)
{
  return gtk_text_grab_focus_without_selecting (KIOSK_FIELD (widget)->text);
}

static void
kiosk_field_class_init (KioskFieldClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  widget_class->grab_focus = grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "field");
}

/* No suggestions, no emoji, no menu, no input method: they are ways out of a kiosk. */
static GtkText *
text_new (void)
{
  GtkText *text = GTK_TEXT (gtk_text_new ());
  gtk_text_set_input_hints (text, GTK_INPUT_HINT_NO_EMOJI | GTK_INPUT_HINT_NO_SPELLCHECK
                                    | GTK_INPUT_HINT_PRIVATE);
  gtk_text_set_input_purpose (text, GTK_INPUT_PURPOSE_FREE_FORM);
  gtk_text_set_enable_emoji_completion (text, FALSE);
  gtk_widget_set_hexpand (GTK_WIDGET (text), TRUE);
  return text;
}

static void
kiosk_field_init (KioskField *self)
{
  self->overlay = gtk_overlay_new ();
  self->text = text_new ();
  self->boxes = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, kiosk_look_mm (7));
  gtk_widget_set_can_target (self->boxes, FALSE);
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), GTK_WIDGET (self->text));
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->boxes);
  gtk_overlay_set_measure_overlay (GTK_OVERLAY (self->overlay), self->boxes, TRUE);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  g_signal_connect_swapped (self->text, "changed", G_CALLBACK (on_changed), self);
}
