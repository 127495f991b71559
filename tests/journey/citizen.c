#include "citizen.h"

#include "answers.h"
#include "bus-journey1.h"
#include "caller.h"

#include <string.h>

#define PAGE_SECONDS 30

struct _Citizen
{
  Stage *stage;
  Caller caller;
  KioskBusJourney1 *journey;
  char *can;
  GCancellable *cancellable;
  gboolean declared;

  guint serial;
  char *page;
  GVariant *model;
};

static const char *
text (GVariant *model, const char *key)
{
  const char *value = "";

  g_variant_lookup (model, key, "&s", &value);
  return value;
}

static void
take_page (Citizen *self, guint serial, const char *page, GVariant *model)
{
  g_free (self->page);
  g_clear_pointer (&self->model, g_variant_unref);
  self->serial = serial;
  self->page = g_strdup (page);
  self->model = g_variant_ref (model);
}

static void
on_page (KioskBusJourney1 *journey, guint serial, const char *page, GVariant *model,
         const char *const *actions, gpointer data)
{
  take_page (data, serial, page, model);
}

static void
on_got (GObject *source, GAsyncResult *result, gpointer data)
{
  Citizen *self = data;
  guint serial;
  g_autofree char *page = NULL;
  g_autoptr (GVariant) model = NULL;
  g_auto (GStrv) actions = NULL;

  if (kiosk_bus_journey1_call_get_finish (KIOSK_BUS_JOURNEY1 (source), &serial, &page, &model,
                                          &actions, result, NULL))
    take_page (self, serial, page, model);
}

/* An action on a page that has gone meanwhile is not accepted: the next page is on its way. */
static void
act (Citizen *self, const char *action, const char *key, const char *value)
{
  GVariantBuilder arguments;

  g_variant_builder_init (&arguments, G_VARIANT_TYPE_VARDICT);
  if (key != NULL)
    g_variant_builder_add (&arguments, "{sv}", key, g_variant_new_string (value));
  kiosk_bus_journey1_call_act (self->journey, self->serial, action,
                               g_variant_builder_end (&arguments), NULL, NULL, NULL);
}

typedef gboolean (*Awaited) (Citizen *self, gconstpointer data);

typedef struct
{
  Citizen *self;
  Awaited is_so;
  gconstpointer data;
} Wait;

static gboolean
has_come (gpointer data)
{
  const Wait *wait = data;

  return wait->is_so (wait->self, wait->data);
}

static gboolean
await (Citizen *self, Awaited is_so, gconstpointer data, GError **error)
{
  Wait wait = { self, is_so, data };

  if (caller_wait (&self->caller, has_come, &wait, PAGE_SECONDS))
    return TRUE;
  g_set_error (error, STAGE_ERROR, STAGE_ERROR_SCENE, "%s on the page “%s”",
               self->caller.gone ? "kioskd went away" : "nothing happened",
               self->page != NULL ? self->page : "");
  return FALSE;
}

static gboolean
fail (Citizen *self, const char *what, GError **error)
{
  g_set_error (error, STAGE_ERROR, STAGE_ERROR_SCENE, "the page “%s” says “%s”", self->page, what);
  return FALSE;
}

static gboolean
has_page (Citizen *self, gconstpointer data)
{
  return self->page != NULL;
}

static gboolean
is_page (Citizen *self, gconstpointer data)
{
  return strcmp (self->page, data) == 0;
}

static gboolean
is_another_page (Citizen *self, gconstpointer data)
{
  return self->serial != GPOINTER_TO_UINT (data);
}

Citizen *
citizen_new (Stage *stage, GError **error)
{
  g_autoptr (Citizen) self = g_new0 (Citizen, 1);

  self->stage = stage;
  self->cancellable = g_cancellable_new ();
  self->can = stage_card_value (stage, "good", "access", "can");
  if (!caller_connect (&self->caller, stage, "front", error))
    return NULL;
  self->journey = kiosk_bus_journey1_proxy_new_sync (self->caller.connection,
                                                     G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                                     NULL, "/hk/kiosk/journey", NULL, error);
  if (self->journey == NULL)
    return NULL;
  g_signal_connect (self->journey, "page", G_CALLBACK (on_page), self);
  kiosk_bus_journey1_call_get (self->journey, self->cancellable, on_got, self);
  if (!await (self, has_page, NULL, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
citizen_free (Citizen *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  caller_hang_up (&self->caller, self->journey, self);
  g_clear_object (&self->journey);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->model, g_variant_unref);
  g_free (self->page);
  g_free (self->can);
  g_free (self);
}

static gboolean
open_card (Citizen *self, GError **error)
{
  if (*text (self->model, "error") != '\0' || strcmp (text (self->model, "kind"), "can") != 0)
    return fail (self, text (self->model, "error"), error);
  act (self, "submit", "value", self->can);
  return TRUE;
}

static gboolean
answer (Citizen *self, GError **error)
{
  g_autofree char *value = answer_to (licence_answers, text (self->model, "ref"));

  if (*text (self->model, "error") != '\0' || value == NULL)
    return fail (self, text (self->model, "error"), error);
  act (self, "answer", "value", value);
  return TRUE;
}

static gboolean
declare (Citizen *self, GError **error)
{
  if (*text (self->model, "problem") != '\0')
    return fail (self, text (self->model, "problem"), error);
  self->declared = TRUE;
  act (self, "accept", NULL, NULL);
  return TRUE;
}

static gboolean
give_up (Citizen *self, GError **error)
{
  return fail (self, text (self->model, "code"), error);
}

/* What a person does on each page; where nothing is, the terminal is at work. */
static const struct
{
  const char *page;
  gboolean (*does) (Citizen *self, GError **error);
  const char *action, *key, *value;
} steps[] = {
  { "ended", NULL, "home", NULL, NULL },
  { "home", NULL, "start", "language", "en" },
  { "access-key", open_card, NULL, NULL, NULL },
  { "card-problem", give_up, NULL, NULL, NULL },
  { "services", NULL, "choose", "service", LICENCE_SERVICE },
  { "eligibility", NULL, "continue", NULL, NULL },
  { "question", answer, NULL, NULL, NULL },
  { "review", NULL, "continue", NULL, NULL },
  { "declaration", declare, NULL, NULL, NULL },
  { "receipt", NULL, "transactions", NULL, NULL },
};

static gboolean
step (Citizen *self, const char *goal, GError **error)
{
  if (strcmp (self->page, "services") == 0 && strcmp (goal, "transactions") == 0)
    {
      act (self, goal, NULL, NULL);
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      if (strcmp (steps[i].page, self->page) != 0)
        continue;
      if (steps[i].does != NULL)
        return steps[i].does (self, error);
      act (self, steps[i].action, steps[i].key, steps[i].value);
    }
  return TRUE;
}

gboolean
citizen_go (Citizen *self, const char *page, GError **error)
{
  while (strcmp (self->page, page) != 0)
    {
      guint serial = self->serial;

      if (!step (self, page, error)
          || !await (self, is_another_page, GUINT_TO_POINTER (serial), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
citizen_renew (Citizen *self, char **ret_txid, char **ret_reference, GError **error)
{
  if (!stage_hand (self->stage, "place good", error) || !citizen_go (self, "receipt", error))
    return FALSE;
  *ret_txid = g_strdup (text (self->model, "txid"));
  *ret_reference = g_strdup (text (self->model, "reference"));
  return TRUE;
}

gboolean
citizen_finish (Citizen *self, GError **error)
{
  act (self, "finish", NULL, NULL);
  return await (self, is_page, "ended", error) && stage_hand (self->stage, "remove", error)
         && citizen_go (self, "home", error);
}

static gboolean
has_reader (Citizen *self, gconstpointer data)
{
  return strcmp (text (self->model, "reader"), data) == 0;
}

gboolean
citizen_await_reader (Citizen *self, const char *state, GError **error)
{
  return await (self, has_reader, state, error);
}

gboolean
citizen_has_declared (Citizen *self)
{
  return self->declared;
}

char *
citizen_transaction (Citizen *self, const char *txid, const char *key)
{
  g_autoptr (GVariant) items = NULL;

  while (g_main_context_iteration (NULL, FALSE))
    ; /* what has been said already */
  items = g_variant_lookup_value (self->model, "items", G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; items != NULL && i < g_variant_n_children (items); i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (items, i);

      if (strcmp (text (item, "txid"), txid) == 0)
        return g_strdup (text (item, key));
    }
  return NULL;
}

typedef struct
{
  const char *txid, *key, *value;
} Wanted;

static gboolean
is_listed (Citizen *self, gconstpointer data)
{
  const Wanted *wanted = data;
  g_autofree char *value = citizen_transaction (self, wanted->txid, wanted->key);

  return g_strcmp0 (value, wanted->value) == 0;
}

gboolean
citizen_await_transaction (Citizen *self, const char *txid, const char *key, const char *value,
                           GError **error)
{
  const Wanted wanted = { txid, key, value };

  return await (self, is_listed, &wanted, error);
}
