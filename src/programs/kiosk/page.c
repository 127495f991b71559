#include "page.h"

#include "look.h"
#include "page-layout.h"
#include "text.h"
#include "widgets.h"

typedef struct
{
  GtkWidget *scene;
  GtkWidget *head;
  GtkWidget *eyebrow;
  GtkWidget *title;
  GtkWidget *lead;
  GtkWidget *notice;
  GtkWidget *notice_text;
  GtkWidget *actions;
  KioskPageParts parts;
  GtkWidget *primary;
  GtkWidget *back;
  GtkWidget *finish;
  char *primary_action;
  char **allowed;
} KioskPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (KioskPage, kiosk_page, GTK_TYPE_WIDGET)

enum
{
  PROP_TITLE = 1,
  PROP_LEAD,
  PROP_PRIMARY,
  PROP_ACTION,
  PROP_FULL,
  PROP_SIDE,
  PROP_BODY,
  PROP_FOOT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint signal_act;

static KioskPagePrivate *
priv_of (KioskPage *self)
{
  return kiosk_page_get_instance_private (self);
}

void
kiosk_page_act (KioskPage *self, const char *action)
{
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  g_signal_emit (self, signal_act, 0, action, none);
}

void
kiosk_page_act_with (KioskPage *self, const char *action, const char *name, const char *value)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", name, g_variant_new_string (value));
  g_autoptr (GVariant) arguments = g_variant_ref_sink (g_variant_builder_end (&builder));
  g_signal_emit (self, signal_act, 0, action, arguments);
}

/* --- what is inside --- */

static void
show_text (GtkWidget *label, const char *text)
{
  gtk_label_set_label (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
}

void
kiosk_page_set_title (KioskPage *self, const char *title)
{
  show_text (priv_of (self)->title, title);
}

void
kiosk_page_set_eyebrow (KioskPage *self, const char *eyebrow)
{
  show_text (priv_of (self)->eyebrow, eyebrow);
}

void
kiosk_page_set_lead (KioskPage *self, const char *lead)
{
  show_text (priv_of (self)->lead, lead);
}

void
kiosk_page_set_notice (KioskPage *self, const char *notice, gboolean is_error)
{
  KioskPagePrivate *priv = priv_of (self);
  gtk_label_set_label (GTK_LABEL (priv->notice_text), notice);
  kiosk_look_name (priv->notice, notice);
  kiosk_look_set_class (priv->notice, "error", is_error);
  gtk_widget_set_visible (priv->notice, *notice != '\0');
}

void
kiosk_page_set_primary (KioskPage *self, const char *label, const char *action)
{
  KioskPagePrivate *priv = priv_of (self);
  gtk_button_set_label (GTK_BUTTON (priv->primary), label);
  kiosk_look_name (priv->primary, label);
  gtk_widget_set_visible (priv->primary, *label != '\0');
  if (action != NULL)
    {
      g_free (priv->primary_action);
      priv->primary_action = g_strdup (action);
    }
}

gboolean
kiosk_page_allows (KioskPage *self, const char *action)
{
  KioskPagePrivate *priv = priv_of (self);
  return priv->allowed != NULL && g_strv_contains ((const char *const *)priv->allowed, action);
}

static void
default_primary (KioskPage *self)
{
  kiosk_page_act (self, priv_of (self)->primary_action);
}

static void
on_primary (KioskPage *self)
{
  KIOSK_PAGE_GET_CLASS (self)->primary (self);
}

static void
on_back (KioskPage *self)
{
  kiosk_page_act (self, "back");
}

static void
on_finish (KioskPage *self)
{
  kiosk_page_act (self, "finish");
}

/* --- templates are English: translate what they brought --- */

static void
translate_tree (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    {
      const char *source = gtk_label_get_label (GTK_LABEL (widget));
      if (*source != '\0')
        gtk_label_set_label (GTK_LABEL (widget), kiosk_text (source));
      return;
    }
  if (GTK_IS_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) != NULL)
    {
      const char *label = kiosk_text (gtk_button_get_label (GTK_BUTTON (widget)));
      gtk_button_set_label (GTK_BUTTON (widget), label);
      kiosk_look_name (widget, label);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    translate_tree (child);
}

void
kiosk_page_translate (KioskPage *self)
{
  KioskPagePrivate *priv = priv_of (self);
  translate_tree (GTK_WIDGET (self));
  kiosk_look_name (priv->primary, gtk_button_get_label (GTK_BUTTON (priv->primary)));
}

/* --- the object --- */

static GtkWidget **
slot (KioskPage *self, guint id)
{
  KioskPagePrivate *priv = priv_of (self);
  return id == PROP_FULL   ? &priv->parts.full
         : id == PROP_SIDE ? &priv->parts.side
         : id == PROP_BODY ? &priv->parts.body
                           : &priv->parts.foot;
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  KioskPage *self = KIOSK_PAGE (object);
  switch (id)
    {
    case PROP_TITLE:
      kiosk_page_set_title (self, g_value_get_string (value));
      break;
    case PROP_LEAD:
      kiosk_page_set_lead (self, g_value_get_string (value));
      break;
    case PROP_PRIMARY:
      kiosk_page_set_primary (self, g_value_get_string (value), NULL);
      break;
    case PROP_ACTION:
      priv_of (self)->primary_action = g_value_dup_string (value);
      break;
    default:
      {
        GtkWidget **where = slot (self, id);
        *where = g_value_get_object (value);
        if (*where != NULL) /* before the actions: the order of focus is the order of reading */
          gtk_widget_insert_before (*where, GTK_WIDGET (self), priv_of (self)->actions);
        gtk_widget_set_visible (priv_of (self)->head, priv_of (self)->parts.full == NULL);
        gtk_widget_set_visible (priv_of (self)->actions, priv_of (self)->parts.full == NULL);
      }
    }
}

static void
dispose (GObject *object)
{
  GtkWidget *child;
  KioskPagePrivate *priv = priv_of (KIOSK_PAGE (object));
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_pointer (&priv->primary_action, g_free);
  g_clear_pointer (&priv->allowed, g_strfreev);
  G_OBJECT_CLASS (kiosk_page_parent_class)->dispose (object);
}

static void
kiosk_page_class_init (KioskPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
  static const char *const texts[] = { NULL, "title", "lead", "primary", "action" };
  static const char *const slots[] = { "full", "side", "body", "foot" };
  object_class->set_property = set_property;
  object_class->dispose = dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, KIOSK_TYPE_PAGE_LAYOUT);
  klass->primary = default_primary;
  for (guint i = PROP_TITLE; i <= PROP_ACTION; i++)
    properties[i] = g_param_spec_string (texts[i], NULL, NULL, "", flags);
  for (guint i = PROP_FULL; i <= PROP_FOOT; i++)
    properties[i] = g_param_spec_object (slots[i - PROP_FULL], NULL, NULL, GTK_TYPE_WIDGET, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signal_act = g_signal_new ("act", KIOSK_TYPE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                             G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_VARIANT);
  kiosk_widgets_ensure_types ();
  gtk_widget_class_set_css_name (widget_class, "kioskpage");
  gtk_widget_class_set_template_from_resource (widget_class, "/hk/kiosk/ui/page.ui");
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, scene);
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, head);
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, eyebrow);
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, title);
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, lead);
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, notice);
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, notice_text);
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, actions);
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, primary);
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, back);
  gtk_widget_class_bind_template_child_private (widget_class, KioskPage, finish);
  gtk_widget_class_bind_template_callback (widget_class, on_primary);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_finish);
}

static void
kiosk_page_init (KioskPage *self)
{
  KioskPagePrivate *priv = priv_of (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  priv->parts.scene = priv->scene;
  priv->parts.head = priv->head;
  priv->parts.actions = priv->actions;
  kiosk_page_layout_set_parts (
    KIOSK_PAGE_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), &priv->parts);
}

void
kiosk_page_class_set_stem (GtkWidgetClass *klass, const char *stem)
{
  g_autofree char *path = g_strdup_printf ("/hk/kiosk/ui/%s.ui", stem);
  gtk_widget_class_set_template_from_resource (klass, path);
}

/* Back and finish stand beside the primary button; where that is too narrow, below it. */
static void
arrange_actions (KioskPagePrivate *priv)
{
  if (priv->parts.full != NULL)
    return;
  gboolean has_primary = gtk_widget_get_visible (priv->primary);
  gboolean has_others
    = gtk_widget_get_visible (priv->back) || gtk_widget_get_visible (priv->finish);
  gboolean two = gtk_widget_get_visible (priv->back) && gtk_widget_get_visible (priv->finish);
  gboolean below = two && (kiosk_look_is_wide () || kiosk_look_is_large ());
  GtkWidget *others = gtk_widget_get_parent (priv->back);
  GtkBox *box = GTK_BOX (priv->actions);
  gtk_widget_set_visible (priv->actions, has_primary || has_others);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (box),
                                  below ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_widget_set_visible (others, has_others);
  gtk_widget_set_hexpand (others, !has_primary || below);
  gtk_widget_set_hexpand (priv->back, TRUE);
  gtk_widget_set_hexpand (priv->finish, TRUE);
  if (below)
    gtk_box_reorder_child_after (box, others, priv->primary);
  else
    gtk_box_reorder_child_after (box, priv->primary, others);
}

void
kiosk_page_show (KioskPage *self, KioskModel *model, const char *const *actions)
{
  KioskPagePrivate *priv = priv_of (self);
  g_strfreev (priv->allowed);
  priv->allowed = g_strdupv ((char **)actions);
  gtk_widget_set_visible (priv->back, kiosk_page_allows (self, "back"));
  gtk_widget_set_visible (priv->finish, kiosk_page_allows (self, "finish")
                                          && g_strcmp0 (priv->primary_action, "finish") != 0);
  KIOSK_PAGE_GET_CLASS (self)->fill (self, model);
  arrange_actions (priv);
}

char *
kiosk_page_draft (KioskPage *self)
{
  KioskPageClass *klass = KIOSK_PAGE_GET_CLASS (self);
  return klass->draft != NULL ? klass->draft (self) : NULL;
}

void
kiosk_page_restore (KioskPage *self, const char *draft)
{
  KioskPageClass *klass = KIOSK_PAGE_GET_CLASS (self);
  if (klass->restore != NULL)
    klass->restore (self, draft);
}

gboolean
kiosk_page_wants_to_see (KioskPage *self)
{
  return KIOSK_PAGE_GET_CLASS (self)->see != NULL;
}

void
kiosk_page_see (KioskPage *self, int memory)
{
  if (kiosk_page_wants_to_see (self))
    KIOSK_PAGE_GET_CLASS (self)->see (self, memory);
}
