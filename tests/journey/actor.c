#include "actor.h"

#include <atspi/atspi.h>
#include <string.h>

#define PRESS_SECONDS 10
#define REST_LOOKS    100 /* times that a moving button is looked at */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiComponent, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiStateSet, g_object_unref)

struct _StageActor
{
  AtspiEventListener *listener;
  gboolean stirred; /* the tree said that it changed */
};

static const char *const stirs[] = { "object:children-changed", "object:state-changed",
                                     "object:property-change", "object:text-changed" };

static void
on_stir (AtspiEvent *event, void *data)
{
  StageActor *self = data;

  self->stirred = TRUE;
  g_boxed_free (ATSPI_TYPE_EVENT, event);
}

StageActor *
stage_actor_new (GError **error)
{
  StageActor *self = g_new0 (StageActor, 1);

  if (atspi_init () > 1)
    {
      g_set_error (error, STAGE_ERROR, STAGE_ERROR_START, "the accessibility bus does not answer");
      g_free (self);
      return NULL;
    }
  self->listener = atspi_event_listener_new (on_stir, self, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (stirs); i++)
    atspi_event_listener_register (self->listener, stirs[i], NULL);
  return self;
}

void
stage_actor_free (StageActor *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (stirs); i++)
    atspi_event_listener_deregister (self->listener, stirs[i], NULL);
  g_object_unref (self->listener);
  g_free (self);
}

typedef gboolean (*Matches) (AtspiAccessible *node, const char *name, gconstpointer wanted);

/* Depth first. The tree may change under the walk: a node that has gone counts as empty. */
static AtspiAccessible *
find (AtspiAccessible *node, Matches matches, gconstpointer wanted, guint depth)
{
  g_autofree char *name = node != NULL ? atspi_accessible_get_name (node, NULL) : NULL;
  int children;

  if (node == NULL || depth > 40)
    return NULL;
  if (matches (node, name != NULL ? name : "", wanted))
    return g_object_ref (node);
  children = atspi_accessible_get_child_count (node, NULL);
  for (int i = 0; i < children; i++)
    {
      g_autoptr (AtspiAccessible) child = atspi_accessible_get_child_at_index (node, i, NULL);
      AtspiAccessible *found = find (child, matches, wanted, depth + 1);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static AtspiAccessible *
look (Matches matches, gconstpointer wanted)
{
  g_autoptr (AtspiAccessible) desktop = atspi_get_desktop (0);

  atspi_accessible_clear_cache (desktop);
  return find (desktop, matches, wanted, 0);
}

static gboolean
on_tick (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Looks again whenever the tree stirs, and every 50 ms, since GTK 4.8 does not tell of everything.
 */
static AtspiAccessible *
wait_for (StageActor *self, Matches matches, gconstpointer wanted, guint seconds)
{
  gint64 deadline = g_get_monotonic_time () + (gint64)seconds * G_USEC_PER_SEC;
  guint tick = g_timeout_add (50, on_tick, &self->stirred);
  AtspiAccessible *found = look (matches, wanted);

  while (found == NULL && g_get_monotonic_time () < deadline)
    {
      self->stirred = FALSE;
      while (!self->stirred)
        g_main_context_iteration (NULL, TRUE);
      found = look (matches, wanted);
    }
  g_source_remove (tick);
  return found;
}

static gboolean
read_place (AtspiAccessible *node, AtspiRect *ret_place)
{
  g_autoptr (AtspiComponent) component = atspi_accessible_get_component_iface (node);
  AtspiRect *place = component != NULL
                       ? atspi_component_get_extents (component, ATSPI_COORD_TYPE_WINDOW, NULL)
                       : NULL;

  if (place == NULL)
    return FALSE;
  *ret_place = *place;
  g_free (place);
  return ret_place->width > 0 && ret_place->height > 0;
}

static gboolean
same_place (const AtspiRect *a, const AtspiRect *b)
{
  return a->x == b->x && a->y == b->y && a->width == b->width && a->height == b->height;
}

/* Waits for it and until it stands still: a page that slides in carries what is on it along, and
 * nobody can read or hit that. It is looked for anew each time, since a page that was built again
 * holds another one. */
static AtspiAccessible *
wait_at_rest (StageActor *self, Matches matches, gconstpointer wanted, guint seconds,
              AtspiRect *ret_place)
{
  AtspiRect before = { -1, -1, -1, -1 };

  for (guint i = 0; i < REST_LOOKS; i++)
    {
      g_autoptr (AtspiAccessible) found = wait_for (self, matches, wanted, seconds);
      AtspiRect place;

      if (found == NULL)
        return NULL;
      if (!read_place (found, &place))
        continue;
      if (same_place (&place, &before))
        {
          *ret_place = place;
          return g_steal_pointer (&found);
        }
      before = place;
    }
  return NULL;
}

static gboolean
append_name (AtspiAccessible *node, const char *name, gconstpointer wanted)
{
  g_autofree char *role = atspi_accessible_get_role_name (node, NULL);

  if (*name != '\0')
    g_string_append_printf ((GString *)wanted, "%s “%s”\n", role, name);
  return FALSE;
}

char *
stage_actor_describe (StageActor *self)
{
  GString *text = g_string_new (NULL);

  look (append_name, text);
  return g_string_free (text, FALSE);
}

static gboolean
missing (StageActor *self, const char *kind, const char *name, GError **error)
{
  g_autofree char *there = stage_actor_describe (self);

  g_set_error (error, STAGE_ERROR, STAGE_ERROR_SCENE, "no %s “%s” on the screen, which shows:\n%s",
               kind, name, there);
  return FALSE;
}

static gboolean
is_a_heading (AtspiAccessible *node, const char *name, gconstpointer wanted)
{
  return atspi_accessible_get_role (node, NULL) == ATSPI_ROLE_HEADING
         && g_strv_contains (wanted, name);
}

int
stage_actor_wait_headings (StageActor *self, const char *const *texts, guint seconds,
                           GError **error)
{
  AtspiRect place;
  g_autoptr (AtspiAccessible) found = wait_at_rest (self, is_a_heading, texts, seconds, &place);
  g_autofree char *name = found != NULL ? atspi_accessible_get_name (found, NULL) : NULL;

  for (int i = 0; name != NULL && texts[i] != NULL; i++)
    {
      if (strcmp (texts[i], name) == 0)
        return i;
    }
  missing (self, "heading", texts[0], error);
  return -1;
}

gboolean
stage_actor_wait_heading (StageActor *self, const char *text, guint seconds, GError **error)
{
  const char *const texts[] = { text, NULL };

  return stage_actor_wait_headings (self, texts, seconds, error) == 0;
}

static gboolean
says (AtspiAccessible *node, const char *name, gconstpointer wanted)
{
  return strstr (name, wanted) != NULL;
}

static gboolean
is_on_its_way (AtspiAccessible *node, const char *name, gconstpointer wanted)
{
  g_autoptr (AtspiStateSet) states = NULL;

  if (strcmp (name, "KioskSlide") != 0)
    return FALSE;
  states = atspi_accessible_get_state_set (node);
  return atspi_state_set_contains (states, ATSPI_STATE_BUSY);
}

gboolean
stage_actor_wait_still (StageActor *self, GError **error)
{
  for (guint i = 0; i < REST_LOOKS; i++)
    {
      g_autoptr (AtspiAccessible) moving = look (is_on_its_way, NULL);

      if (moving == NULL)
        return TRUE;
    }
  return missing (self, "page at rest", "", error);
}

gboolean
stage_actor_wait_text (StageActor *self, const char *text, guint seconds, GError **error)
{
  g_autoptr (AtspiAccessible) found = wait_for (self, says, text, seconds);

  return found != NULL || missing (self, "text", text, error);
}

static gboolean
can_be_pressed (AtspiAccessible *node, const char *name, gconstpointer wanted)
{
  AtspiRole role = atspi_accessible_get_role (node, NULL);
  g_autoptr (AtspiStateSet) states = NULL;

  if (strcmp (name, wanted) != 0
      || (role != ATSPI_ROLE_PUSH_BUTTON && role != ATSPI_ROLE_TOGGLE_BUTTON
          && role != ATSPI_ROLE_RADIO_BUTTON && role != ATSPI_ROLE_CHECK_BOX))
    return FALSE;
  states = atspi_accessible_get_state_set (node);
  return atspi_state_set_contains (states, ATSPI_STATE_SENSITIVE);
}

static gboolean
touch (const AtspiRect *place, GError **error)
{
  return atspi_generate_mouse_event (place->x + place->width / 2, place->y + place->height / 2,
                                     "b1c", error);
}

gboolean
stage_actor_press (StageActor *self, const char *name, GError **error)
{
  AtspiRect place;
  g_autoptr (AtspiAccessible) button
    = wait_at_rest (self, can_be_pressed, name, PRESS_SECONDS, &place);

  return button != NULL ? touch (&place, error) : missing (self, "button", name, error);
}

gboolean
stage_actor_type (StageActor *self, const char *keys, GError **error)
{
  for (const char *key = keys; *key != '\0'; key++)
    {
      const char name[] = { *key, '\0' };
      AtspiRect place;
      g_autoptr (AtspiAccessible) button = NULL;

      /* Once the first key stands still, so do the others. */
      if (key == keys)
        {
          if (!stage_actor_press (self, name, error))
            return FALSE;
          continue;
        }
      button = wait_for (self, can_be_pressed, name, PRESS_SECONDS);
      if (button == NULL || !read_place (button, &place))
        return missing (self, "key", name, error);
      if (!touch (&place, error))
        return FALSE;
    }
  return TRUE;
}
