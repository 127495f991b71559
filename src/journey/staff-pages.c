/* The staff pages: name, model, actions, serial. */
#include "journey/staff-private.h"

#include "journey/pages.h"

static void
put_items (GVariantBuilder *model, const char *key, GVariantBuilder *items)
{
  g_variant_builder_add (model, "{sv}", key, g_variant_builder_end (items));
}

static void
card (KioskStaffJourney *self, GVariantBuilder *model)
{
  const KioskStaffSession *s = self->session;

  kiosk_page_put_text (model, "reader", self->reader);
  kiosk_page_put_bool (model, "reading", s->reading);
  kiosk_page_put_text (model, "problem", s->problem);
  kiosk_page_put_bool (model, "second", s->second);
}

static void
pin (KioskStaffJourney *self, GVariantBuilder *model)
{
  const KioskStaffSession *s = self->session;
  gint64 wait_ms = kiosk_staff_wait_ms (self);

  kiosk_page_put_bool (model, "second", s->second);
  kiosk_page_put_bool (model, "busy", kiosk_staff_state (self) == STAFF_TRYING);
  kiosk_page_put_text (model, "error", s->error);
  kiosk_page_put_uint (model, "tries_left", s->answer != NULL ? s->answer->tries.left : 0);
  kiosk_page_put_uint (model, "wrong", s->answer != NULL ? s->answer->tries.wrong : 0);
  kiosk_page_put_uint (model, "wait_s", (guint)((wait_ms + 999) / 1000));
  kiosk_page_put_uint (model, "attempt", s->attempt);
}

static void
add_deed (GVariantBuilder *deeds, KioskDeed deed, const char *why)
{
  GVariantBuilder item;

  g_variant_builder_init (&item, G_VARIANT_TYPE_VARDICT);
  kiosk_page_put_text (&item, "deed", kiosk_deed_name (deed));
  kiosk_page_put_text (&item, "why", why);
  kiosk_page_put_bool (&item, "second", kiosk_deed_needs_second (deed));
  g_variant_builder_add_value (deeds, g_variant_builder_end (&item));
}

static void
desk (KioskStaffJourney *self, GVariantBuilder *model)
{
  const KioskStaffSession *s = self->session;
  gboolean closed = self->ports.is_closed (self->ports.data);
  GVariantBuilder roles, deeds;

  g_variant_builder_init (&roles, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint role = 0; role < KIOSK_ROLES; role++)
    if ((s->roles & KIOSK_ROLE_ONLY (role)) != 0)
      g_variant_builder_add (&roles, "s", kiosk_role_name ((KioskRole)role));
  g_variant_builder_init (&deeds, G_VARIANT_TYPE ("aa{sv}"));
  if (closed && kiosk_roles_may (s->roles, KIOSK_DEED_OPEN))
    add_deed (&deeds, KIOSK_DEED_OPEN, "");
  if (!closed && kiosk_roles_may (s->roles, KIOSK_DEED_CLOSE))
    {
      add_deed (&deeds, KIOSK_DEED_CLOSE, "end-of-day");
      add_deed (&deeds, KIOSK_DEED_CLOSE, "fault");
    }
  kiosk_page_put_text (model, "name", s->name);
  kiosk_page_put_text (model, "id", s->id);
  put_items (model, "roles", &roles);
  kiosk_page_put_int64 (model, "since_ms", s->since_ms);
  kiosk_page_put_bool (model, "closed", closed);
  kiosk_page_put_bool (model, "card_stays", self->ports.card_stays && s->own_card);
  put_items (model, "deeds", &deeds);
}

static void
ended (KioskStaffJourney *self, GVariantBuilder *model)
{
  kiosk_page_put_bool (model, "card_on_reader", self->card_left);
  kiosk_page_put_text (model, "why", self->ended_why);
}

static const struct
{
  const char *name;
  void (*build) (KioskStaffJourney *self, GVariantBuilder *model);
} pages[N_STAFF_STATES] = {
  [STAFF_CARD] = { "staff-card", card }, [STAFF_PIN] = { "staff-pin", pin },
  [STAFF_TRYING] = { "staff-pin", pin }, [STAFF_DESK] = { "staff-desk", desk },
  [STAFF_ENDED] = { "ended", ended },
};

const char *
kiosk_staff_page (KioskStaffState state)
{
  return pages[state].name;
}

static gboolean
offers (KioskStaffJourney *self, KioskStaffEvent event)
{
  switch (event)
    {
    case STAFF_FINISH:
      return kiosk_staff_if_in_session (self, NULL) && kiosk_staff_state (self) != STAFF_TRYING;
    case STAFF_CLOSE:
      return !self->ports.is_closed (self->ports.data)
             && kiosk_roles_may (self->session->roles, KIOSK_DEED_CLOSE);
    case STAFF_OPEN:
      return self->ports.is_closed (self->ports.data)
             && kiosk_roles_may (self->session->roles, KIOSK_DEED_OPEN);
    case STAFF_SUBMIT:
      return !kiosk_staff_if_must_wait (self, NULL);
    default:
      return TRUE;
    }
}

static gboolean
list_actions (KioskStaffJourney *self)
{
  const KioskFlowTable *table = kiosk_staff_journey_table ();
  gboolean changed = FALSE;
  guint n = 0;

  for (int event = 0; event < N_STAFF_ACTIONS; event++)
    {
      if (!kiosk_flow_lists (self->flow, event) || !offers (self, (KioskStaffEvent)event))
        continue;
      changed = changed || self->actions[n] != table->events[event];
      self->actions[n++] = table->events[event];
    }
  changed = changed || self->actions[n] != NULL;
  self->actions[n] = NULL;
  return changed;
}

void
kiosk_staff_render (KioskStaffJourney *self, gboolean fresh)
{
  KioskStaffState state = kiosk_staff_state (self);
  gboolean turned = fresh || self->shown != (int)state;
  GVariantBuilder builder;
  GVariant *model;
  gboolean changed;

  self->shown = (int)state;
  if (pages[state].build == NULL)
    {
      g_clear_pointer (&self->model, g_variant_unref);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  kiosk_page_put_uint (&builder, "step", 0);
  kiosk_page_put_text (&builder, "language", self->language);
  kiosk_page_put_bool (&builder, "online", TRUE);
  pages[state].build (self, &builder);
  model = g_variant_ref_sink (g_variant_builder_end (&builder));
  changed = list_actions (self) || self->model == NULL || !g_variant_equal (model, self->model);
  if (turned)
    self->serial++;
  g_clear_pointer (&self->model, g_variant_unref);
  self->model = model;
  if (turned || changed)
    self->face.page (self->face_data, self->serial, pages[state].name, self->model, self->actions);
}
