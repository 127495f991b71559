#include "shell.h"

#include <malloc.h>
#include <string.h>

#include "header.h"
#include "idle.h"
#include "look.h"
#include "pages.h"
#include "text.h"
#include "widgets.h"

struct _KioskShell
{
  GtkWindow parent;
  GtkWidget *header;
  KioskSlide *slide;
  GtkWidget *idle;
  GtkWidget *page;
  const KioskPageEntry *entry;
  guint serial;
  int question; /* its index, to know which way to slide */
  char *language;
  gboolean animated;
  /* What is on show, to build it again. */
  GVariant *model;
  char **actions;
};

G_DEFINE_FINAL_TYPE (KioskShell, kiosk_shell, GTK_TYPE_WINDOW)

enum
{
  SIGNAL_ACT,
  SIGNAL_LANGUAGE,
  SIGNAL_TOUCHED,
  SIGNAL_PREVIEW_WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_act (KioskShell *self, const char *action, GVariant *arguments)
{
  g_signal_emit (self, signals[SIGNAL_ACT], 0, self->serial, action, arguments);
}

static void
on_still_here (KioskShell *self)
{
  kiosk_shell_set_idle (self, 0);
  g_signal_emit (self, signals[SIGNAL_TOUCHED], 0);
}

static void
on_idle_finish (KioskShell *self)
{
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  kiosk_shell_set_idle (self, 0);
  on_act (self, "finish", none);
}

static gboolean
on_event (KioskShell *self, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type (event);
  if (type == GDK_BUTTON_PRESS || type == GDK_TOUCH_BEGIN || type == GDK_KEY_PRESS)
    g_signal_emit (self, signals[SIGNAL_TOUCHED], 0);
  return GDK_EVENT_PROPAGATE;
}

/* The class on the window chooses the face: without it Chinese comes in Japanese forms. */
static void
apply_style (KioskShell *self)
{
  for (int i = 0; i < KIOSK_N_LANGUAGES; i++)
    kiosk_look_set_class (GTK_WIDGET (self), kiosk_languages[i].style,
                          kiosk_text_language () == &kiosk_languages[i]);
  kiosk_look_set_class (GTK_WIDGET (self), "large", kiosk_look_is_large ());
  kiosk_look_set_class (GTK_WIDGET (self), "contrast", kiosk_look_is_contrast ());
  kiosk_look_set_class (GTK_WIDGET (self), "wide", kiosk_look_is_wide ());
}

/* --- one page after another --- */

/* Forward comes from the right. */
static int
direction (KioskShell *self, const KioskPageEntry *to, int question)
{
  if (!self->animated || self->entry == NULL)
    return 0;
  return to < self->entry || (to == self->entry && question < self->question) ? -1 : 1;
}

static guint
peek_unsigned (GVariant *model, const char *name)
{
  guint value = 0;
  g_variant_lookup (model, name, "u", &value);
  return value;
}

static void
put_page (KioskShell *self, GtkWidget *page, const KioskPageEntry *entry, GVariant *model,
          int towards)
{
  gtk_widget_set_name (page, entry->name);
  g_signal_connect_swapped (page, "act", G_CALLBACK (on_act), self);
  self->page = page;
  self->entry = entry;
  self->question = (int)peek_unsigned (model, "index");
  kiosk_slide_set_page (self->slide, page, towards);
  gtk_widget_set_visible (self->header, !entry->hero);
  kiosk_header_set_step (KIOSK_HEADER (self->header), peek_unsigned (model, "step"));
  if (kiosk_page_wants_to_see (KIOSK_PAGE (page)))
    g_signal_emit (self, signals[SIGNAL_PREVIEW_WANTED], 0);
}

static char *
take_draft (KioskShell *self, const KioskPageEntry *entry, GVariant *model)
{
  if (self->page == NULL || self->entry != entry
      || self->question != (int)peek_unsigned (model, "index"))
    return NULL;
  return kiosk_page_draft (KIOSK_PAGE (self->page));
}

/* FALSE: the model is unsound. */
static gboolean
build (KioskShell *self, const KioskPageEntry *entry, GVariant *model, const char *const *actions,
       gboolean still)
{
  g_autoptr (KioskModel) members = kiosk_model_new (model);
  GtkWidget *page = g_object_ref_sink (g_object_new (entry->type (), NULL));
  kiosk_page_show (KIOSK_PAGE (page), members, actions);
  gboolean sound = kiosk_model_fault (members) == NULL;
  if (sound)
    {
      char *draft = still ? take_draft (self, entry, model) : NULL;
      put_page (self, page, entry, model,
                still ? 0 : direction (self, entry, (int)peek_unsigned (model, "index")));
      if (draft != NULL)
        {
          kiosk_page_restore (KIOSK_PAGE (page), draft);
          explicit_bzero (draft, strlen (draft));
          g_free (draft);
        }
    }
  else
    g_info ("%s: %s", entry->name, kiosk_model_fault (members));
  g_object_unref (page);
  return sound;
}

static void
remember (KioskShell *self, guint serial, GVariant *model, const char *const *actions)
{
  GVariant *kept = g_variant_ref_sink (model);
  char **copies = g_strdupv ((char **)actions);
  g_clear_pointer (&self->model, g_variant_unref);
  g_clear_pointer (&self->actions, g_strfreev);
  self->serial = serial;
  self->model = kept;
  self->actions = copies;
}

/* TRUE when the language changed: what is on show must be built anew. */
static gboolean
follow_language (KioskShell *self, GVariant *model)
{
  const char *language = NULL;
  if (!g_variant_lookup (model, "language", "&s", &language)
      || g_strcmp0 (language, self->language) == 0 || !kiosk_text_set_language (language))
    return FALSE;
  g_free (self->language);
  self->language = g_strdup (language);
  apply_style (self);
  kiosk_header_retranslate (KIOSK_HEADER (self->header));
  return TRUE;
}

/* Text size and contrast belong to one person; what their pages used goes back to the system. */
static void
reset_presentation (KioskShell *self)
{
  kiosk_look_set_large (FALSE);
  kiosk_look_set_contrast (FALSE);
  apply_style (self);
  malloc_trim (0);
}

void
kiosk_shell_show (KioskShell *self, guint serial, const char *name, GVariant *model,
                  const char *const *actions)
{
  g_autoptr (GVariant) held = g_variant_ref_sink (model);
  const KioskPageEntry *entry = kiosk_pages_find (name);
  if (entry == NULL)
    {
      kiosk_shell_show_unavailable (self, "unknown-page");
      return;
    }
  gboolean same_page = self->page != NULL && self->entry == entry;
  gboolean new_language = follow_language (self, held);
  if (g_str_equal (name, "home") && !same_page)
    reset_presentation (self);
  if (!same_page)
    kiosk_shell_set_idle (self, 0);
  gboolean sound;
  if (same_page && serial == self->serial && !new_language)
    {
      g_autoptr (KioskModel) members = kiosk_model_new (held);
      kiosk_page_show (KIOSK_PAGE (self->page), members, actions);
      sound = kiosk_model_fault (members) == NULL;
    }
  else
    sound = build (self, entry, held, actions, same_page && new_language);
  if (!sound)
    kiosk_shell_show_unavailable (self, "malformed");
  else
    remember (self, serial, held, actions);
}

void
kiosk_shell_show_unavailable (KioskShell *self, const char *reason)
{
  static const char *const none[] = { NULL };
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "reason", g_variant_new_string (reason));
  kiosk_shell_show (self, 0, "unavailable", g_variant_builder_end (&builder), none);
}

/* Presentation changed: the same page again, with what was typed. */
static void
rebuild (KioskShell *self)
{
  apply_style (self);
  if (self->page != NULL && self->model != NULL)
    build (self, self->entry, self->model, (const char *const *)self->actions, TRUE);
}

static void
toggle_large (GtkWidget *widget, const char *action, GVariant *parameter)
{
  kiosk_look_set_large (!kiosk_look_is_large ());
  rebuild (KIOSK_SHELL (widget));
}

static void
toggle_contrast (GtkWidget *widget, const char *action, GVariant *parameter)
{
  kiosk_look_set_contrast (!kiosk_look_is_contrast ());
  rebuild (KIOSK_SHELL (widget));
}

static void
on_header_language (KioskShell *self, const char *id)
{
  GVariantDict dict;
  if (self->serial != 0)
    {
      g_signal_emit (self, signals[SIGNAL_LANGUAGE], 0, id);
      return;
    }
  /* Nobody at the other end: what there is to say, we say ourselves. */
  g_variant_dict_init (&dict, self->model);
  g_variant_dict_insert (&dict, "language", "s", id);
  kiosk_shell_show (self, 0, "unavailable", g_variant_dict_end (&dict),
                    (const char *const *)self->actions);
}

void
kiosk_shell_set_idle (KioskShell *self, guint seconds)
{
  kiosk_idle_set_seconds (KIOSK_IDLE (self->idle), seconds);
}

void
kiosk_shell_set_animated (KioskShell *self, gboolean animated)
{
  self->animated = animated;
}

gboolean
kiosk_shell_is_moving (KioskShell *self)
{
  return kiosk_slide_is_moving (self->slide);
}

gboolean
kiosk_shell_is_still (KioskShell *self)
{
  return kiosk_slide_is_still (self->slide);
}

void
kiosk_shell_see (KioskShell *self, int memory)
{
  if (self->page != NULL)
    kiosk_page_see (KIOSK_PAGE (self->page), memory);
}

GtkWidget *
kiosk_shell_page (KioskShell *self)
{
  return self->page;
}

/* --- the window --- */

static void
on_layout (KioskShell *self, int width, int height)
{
  gboolean wide = width > height;
  if (wide == kiosk_look_is_wide ())
    return;
  kiosk_look_set_wide (wide);
  kiosk_header_arrange (KIOSK_HEADER (self->header));
  rebuild (self);
}

static void
realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kiosk_shell_parent_class)->realize (widget);
  g_signal_connect_swapped (gtk_native_get_surface (GTK_NATIVE (widget)), "layout",
                            G_CALLBACK (on_layout), widget);
}

/* The panel decides how large the window is, never a page. */
static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *ret_minimum,
         int *ret_natural, int *ret_minimum_baseline, int *ret_natural_baseline)
{
  GTK_WIDGET_CLASS (kiosk_shell_parent_class)
    ->measure (widget, orientation, for_size, ret_minimum, ret_natural, ret_minimum_baseline,
               ret_natural_baseline);
  *ret_minimum = 1;
}

/* The inspector and the close key are ways out of a kiosk. */
static gboolean
enable_debugging (GtkWindow *window, gboolean toggle)
{
  return FALSE;
}

static gboolean
close_request (GtkWindow *window)
{
  return GDK_EVENT_STOP;
}

static void
finalize (GObject *object)
{
  KioskShell *self = KIOSK_SHELL (object);
  g_clear_pointer (&self->model, g_variant_unref);
  g_clear_pointer (&self->actions, g_strfreev);
  g_free (self->language);
  G_OBJECT_CLASS (kiosk_shell_parent_class)->finalize (object);
}

static void
kiosk_shell_class_init (KioskShellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = finalize;
  widget_class->realize = realize;
  widget_class->measure = measure;
  GTK_WINDOW_CLASS (klass)->enable_debugging = enable_debugging;
  GTK_WINDOW_CLASS (klass)->close_request = close_request;
  g_type_ensure (KIOSK_TYPE_HEADER);
  g_type_ensure (KIOSK_TYPE_IDLE);
  kiosk_widgets_ensure_types ();
  signals[SIGNAL_ACT]
    = g_signal_new ("act", KIOSK_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                    G_TYPE_UINT, G_TYPE_STRING, G_TYPE_VARIANT);
  signals[SIGNAL_LANGUAGE] = g_signal_new ("language", KIOSK_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_TOUCHED] = g_signal_new ("touched", KIOSK_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PREVIEW_WANTED] = g_signal_new (
    "preview-wanted", KIOSK_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "shell.large", NULL, toggle_large);
  gtk_widget_class_install_action (widget_class, "shell.contrast", NULL, toggle_contrast);
  kiosk_page_class_set_stem (widget_class, "shell");
  gtk_widget_class_bind_template_child (widget_class, KioskShell, header);
  gtk_widget_class_bind_template_child (widget_class, KioskShell, slide);
  gtk_widget_class_bind_template_child (widget_class, KioskShell, idle);
  gtk_widget_class_bind_template_callback (widget_class, on_event);
  gtk_widget_class_bind_template_callback (widget_class, on_header_language);
  gtk_widget_class_bind_template_callback (widget_class, on_still_here);
  gtk_widget_class_bind_template_callback (widget_class, on_idle_finish);
}

static void
kiosk_shell_init (KioskShell *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kiosk_text_set_language ("zh_HK");
  self->language = g_strdup ("zh_HK");
  self->animated = TRUE;
  kiosk_header_arrange (KIOSK_HEADER (self->header));
  kiosk_header_retranslate (KIOSK_HEADER (self->header));
  apply_style (self);
}

KioskShell *
kiosk_shell_new (void)
{
  return g_object_new (KIOSK_TYPE_SHELL, NULL);
}
