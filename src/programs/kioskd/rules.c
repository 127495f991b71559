#include "programs/kioskd/rules.h"

#include "formats/json.h"
#include "identity/holder.h"
#include "trust/csca.h"

#define MASTER_LISTS_MAX 4

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
open_staff (KioskRules *self, KioskSync *sync)
{
  g_autoptr (KioskBundle) bundle = open_bundle (sync, KIOSK_STAFF_BUNDLE);
  g_autoptr (GError) error = NULL;

  if (bundle == NULL)
    return;
  self->staff = kiosk_staff_list_new (bundle, &error);
  if (self->staff == NULL)
    complain (KIOSK_STAFF_BUNDLE, error);
}

/* What masters list, as of the day when the bundle's signers took them up. */
static gboolean
add_master_lists (KioskCsca *csca, const KioskBundle *trust, GError **error)
{
  g_autoptr (GPtrArray) lists
    = kiosk_bundle_blobs (trust, "master-lists", MASTER_LISTS_MAX, KIOSK_BUNDLE_MAX, error);

  for (guint i = 0; lists != NULL && i < lists->len; i++)
    if (kiosk_csca_add_master_list (csca, g_ptr_array_index (lists, i), trust->issued_ms, error)
        < 0)
      return FALSE;
  return lists != NULL;
}

/* Country signers that are named, then those that masters list, then those that any of them
 * vouches for; and the lists of whom they called back. */
static KioskCsca *
open_country_signers (const KioskBundle *trust, GPtrArray **ret_crls, GError **error)
{
  g_autoptr (KioskCsca) csca = kiosk_csca_new ();
  g_autoptr (GPtrArray) certs = kiosk_bundle_certs (trust, "csca", error);
  g_autoptr (GPtrArray) links
    = certs != NULL ? kiosk_bundle_certs (trust, "csca-link", error) : NULL;
  g_autoptr (GPtrArray) crls = NULL;

  if (links != NULL)
    crls = kiosk_bundle_blobs (trust, "crls", KIOSK_CRLS_MAX, KIOSK_CRL_SIZE_MAX, error);
  if (crls == NULL)
    return NULL;
  for (guint i = 0; i < certs->len; i++)
    kiosk_csca_add (csca, g_ptr_array_index (certs, i));
  for (guint i = 0; i < crls->len; i++)
    if (!kiosk_csca_add_crl (csca, g_ptr_array_index (crls, i), error))
      return NULL;
  if (!add_master_lists (csca, trust, error))
    return NULL;
  kiosk_csca_follow_links (csca, links);
  *ret_crls = g_steal_pointer (&crls);
  return g_steal_pointer (&csca);
}

static void
list_country_signers (KioskRules *self)
{
  g_autoptr (KioskCsca) csca = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *crls = NULL, *certs;

  if (self->trust == NULL)
    return;
  csca = open_country_signers (self->trust, &crls, &error);
  if (csca == NULL)
    {
      complain ("trust", error);
      return;
    }
  g_ptr_array_unref (self->crls);
  self->crls = crls;
  certs = kiosk_csca_certs (csca);
  for (guint i = 0; i < certs->len; i++)
    g_ptr_array_add (self->csca, kiosk_pki_cert_to_der (g_ptr_array_index (certs, i)));
}

/* Every role that it has, and everything of country signers. */
static gboolean
check_trust (const KioskBundle *bundle, GError **error)
{
  JsonObject *roles = kiosk_json_object (bundle->body, "roles", error);
  g_autoptr (GList) names = roles != NULL ? json_object_get_members (roles) : NULL;

  g_autoptr (KioskCsca) csca = NULL;
  g_autoptr (GPtrArray) crls = NULL;

  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autoptr (GPtrArray) certs = kiosk_bundle_certs (bundle, l->data, error);

      if (certs == NULL)
        return FALSE;
    }
  csca = roles != NULL ? open_country_signers (bundle, &crls, error) : NULL;
  return csca != NULL;
}

gboolean
kiosk_rules_check (const KioskBundle *bundle, GError **error)
{
  if (g_str_equal (bundle->name, "catalogue"))
    {
      g_autoptr (KioskCatalogue) catalogue = kiosk_catalogue_new (bundle, error);

      return catalogue != NULL;
    }
  if (g_str_equal (bundle->name, KIOSK_STAFF_BUNDLE))
    {
      g_autoptr (KioskStaffList) staff = kiosk_staff_list_new (bundle, error);

      return staff != NULL;
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
  self->crls = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  return self;
}

KioskRules *
kiosk_rules_load (KioskSync *sync)
{
  KioskRules *self = kiosk_rules_none ();

  open_catalogue (self, sync);
  self->trust = open_bundle (sync, "trust");
  self->lost_cards = open_bundle (sync, "lost-cards");
  open_staff (self, sync);
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
  kiosk_staff_list_unref (self->staff);
  g_ptr_array_unref (self->csca);
  g_ptr_array_unref (self->crls);
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

GPtrArray *
kiosk_rules_staff_issuers (const KioskRules *self)
{
  GPtrArray *issuers = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);

  if (self->trust != NULL)
    add_role (self, KIOSK_STAFF_ISSUER, issuers);
  return issuers;
}
