#include "programs/kioskd/rules.h"

#include "formats/json.h"
#include "identity/holder.h"

static void
complain (const char *name, const GError *error)
{
  g_printerr ("kioskd: bundle \"%s\": %s; install a good one: kioskctl bundle install %s FILE\n",
              name, error->message, name);
}

/* (nullable): silent when none has come yet. */
static KioskBundle *
open_bundle (KioskSync *sync, const char *name)
{
  g_autoptr (GError) error = NULL;
  KioskBundle *bundle = kiosk_sync_bundle (sync, name, &error);

  if (bundle == NULL && error != NULL
      && !g_error_matches (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_UNREACHABLE))
    complain (name, error);
  return bundle;
}

static void
open_catalogue (KioskRules *self, KioskSync *sync)
{
  g_autoptr (KioskBundle) bundle = open_bundle (sync, "catalogue");
  g_autoptr (GError) error = NULL;

  if (bundle == NULL)
    return;
  self->catalogue = kiosk_catalogue_new (bundle, &error);
  if (self->catalogue == NULL)
    complain ("catalogue", error);
  self->catalogue_until_ms = bundle->next_update_ms;
}

static void
list_country_signers (KioskRules *self)
{
  g_autoptr (GPtrArray) certs = NULL;
  g_autoptr (GError) error = NULL;

  if (self->trust == NULL)
    return;
  certs = kiosk_bundle_certs (self->trust, "csca", &error);
  if (certs == NULL)
    complain ("trust", error);
  for (guint i = 0; certs != NULL && i < certs->len; i++)
    g_ptr_array_add (self->csca, kiosk_pki_cert_to_der (g_ptr_array_index (certs, i)));
}

/* Every role that it has. */
static gboolean
check_trust (const KioskBundle *bundle, GError **error)
{
  JsonObject *roles = kiosk_json_object (bundle->body, "roles", error);
  g_autoptr (GList) names = roles != NULL ? json_object_get_members (roles) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autoptr (GPtrArray) certs = kiosk_bundle_certs (bundle, l->data, error);

      if (certs == NULL)
        return FALSE;
    }
  return roles != NULL;
}

gboolean
kiosk_rules_check (const KioskBundle *bundle, GError **error)
{
  if (g_str_equal (bundle->name, "catalogue"))
    {
      g_autoptr (KioskCatalogue) catalogue = kiosk_catalogue_new (bundle, error);

      return catalogue != NULL;
    }
  return g_str_equal (bundle->name, "trust") ? check_trust (bundle, error)
                                             : kiosk_lost_cards_check (bundle, error);
}

KioskRules *
kiosk_rules_none (void)
{
  KioskRules *self = g_new0 (KioskRules, 1);

  g_atomic_ref_count_init (&self->references);
  self->csca = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  return self;
}

KioskRules *
kiosk_rules_load (KioskSync *sync)
{
  KioskRules *self = kiosk_rules_none ();

  open_catalogue (self, sync);
  self->trust = open_bundle (sync, "trust");
  self->lost_cards = open_bundle (sync, "lost-cards");
  list_country_signers (self);
  return self;
}

KioskRules *
kiosk_rules_ref (KioskRules *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
kiosk_rules_unref (KioskRules *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->catalogue, kiosk_catalogue_unref);
  g_clear_pointer (&self->trust, kiosk_bundle_free);
  g_clear_pointer (&self->lost_cards, kiosk_bundle_free);
  g_ptr_array_unref (self->csca);
  g_free (self);
}

gboolean
kiosk_rules_are_stale (const KioskRules *self, gint64 now_ms)
{
  return self->catalogue == NULL || now_ms > self->catalogue_until_ms || self->trust == NULL
         || kiosk_bundle_is_stale (self->trust, now_ms) || self->lost_cards == NULL
         || kiosk_bundle_is_stale (self->lost_cards, now_ms);
}

static gboolean
add_role (const KioskRules *self, const char *role, GPtrArray *recipients)
{
  g_autoptr (GPtrArray) certs = kiosk_bundle_certs (self->trust, role, NULL);

  for (guint i = 0; certs != NULL && i < certs->len; i++)
    {
      X509 *cert = g_ptr_array_index (certs, i);

      X509_up_ref (cert);
      g_ptr_array_add (recipients, cert);
    }
  return certs != NULL && certs->len > 0;
}

GPtrArray *
kiosk_rules_recipients (const KioskRules *self, const char *department)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  g_autofree char *role = g_strconcat ("recipient/", department, NULL);

  if (self->trust == NULL || !add_role (self, role, recipients)
      || !add_role (self, "recovery", recipients))
    return NULL;
  return g_steal_pointer (&recipients);
}
