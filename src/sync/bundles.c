/* Bundles: trust lists, catalogue, lost cards. Signed by two, their serials only grow. */
#include "sync-private.h"

#include <string.h>

static const char *const names[] = { "trust", "catalogue", "lost-cards", "staff" };

static char *
key_of (const char *name)
{
  return g_strconcat ("bundle/", name, NULL);
}

static KioskBundle *
open_stored (KioskSync *self, const char *name, GBytes **ret_cms, GError **error)
{
  g_autofree char *key = key_of (name);
  g_autoptr (GBytes) cms = kiosk_vault_get (self->vault, key);
  KioskBundle *bundle;

  if (cms == NULL)
    {
      g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_UNREACHABLE,
                   "no %s bundle has come yet", name);
      return NULL;
    }
  bundle
    = kiosk_bundle_open (cms, name, self->anchors, kiosk_clock_wall_ms (self->clock), 0, error);
  if (bundle != NULL && ret_cms != NULL)
    *ret_cms = g_steal_pointer (&cms);
  return bundle;
}

KioskBundle *
kiosk_sync_bundle (KioskSync *self, const char *name, GError **error)
{
  return open_stored (self, name, NULL, error);
}

/* The serial outlives the bundle: one that no longer opens (other anchors) still forbids older
 * ones. */
static guint64
known_serial (KioskSync *self, const char *name)
{
  g_autofree char *key = g_strconcat ("bundle-serial/", name, NULL);
  g_autoptr (GBytes) stored = kiosk_vault_get (self->vault, key);
  g_autofree char *text = stored != NULL
                            ? g_strndup (g_bytes_get_data (stored, NULL), g_bytes_get_size (stored))
                            : NULL;

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

static gboolean
keep (KioskSync *self, const KioskBundle *bundle, GBytes *cms, GError **error)
{
  g_autofree char *key = key_of (bundle->name);
  g_autofree char *serial_key = g_strconcat ("bundle-serial/", bundle->name, NULL);
  char *serial = g_strdup_printf ("%" G_GUINT64_FORMAT, bundle->serial);
  g_autofree char *detail
    = g_strdup_printf ("{\"name\":\"%s\",\"serial\":%s}", bundle->name, serial);
  g_autoptr (GBytes) value = g_bytes_new_take (serial, strlen (serial));

  return kiosk_vault_put (self->vault, key, cms, error)
         && kiosk_vault_put (self->vault, serial_key, value, error)
         && kiosk_vault_audit (self->vault, "bundle", detail, error);
}

static gboolean
is_known (const char *name, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return TRUE;
  g_set_error (error, KIOSK_SYNC_ERROR, KIOSK_SYNC_ERROR_REFUSED,
               "bundle \"%s\": there is none of that name: trust, catalogue, lost-cards or staff",
               name);
  return FALSE;
}

/* What cannot be worked with must not take the place of what can. */
gboolean
kiosk_sync_install_bundle (KioskSync *self, const char *name, GBytes *cms, GError **error)
{
  guint64 known = known_serial (self, name);
  g_autoptr (KioskBundle) bundle = NULL;
  g_autoptr (KioskBundle) present = NULL;

  if (is_known (name, error))
    bundle = kiosk_bundle_open (cms, name, self->anchors, kiosk_clock_wall_ms (self->clock), known,
                                error);
  if (bundle == NULL || (self->check_bundle != NULL && !self->check_bundle (bundle, error)))
    return FALSE;
  present = open_stored (self, name, NULL, NULL);
  if (present != NULL && present->serial == bundle->serial)
    return TRUE; /* one serial is one bundle: the first stays */
  if (!keep (self, bundle, cms, error))
    return FALSE;
  kiosk_sync_saw_time (self, bundle->issued_ms);
  kiosk_sync_tell (self, KIOSK_SYNC_CHANGED_BUNDLE, name);
  return TRUE;
}

void
kiosk_sync_load_trust (KioskSync *self)
{
  g_autoptr (KioskBundle) trust = open_stored (self, "trust", NULL, NULL);

  if (trust == NULL)
    return;
  g_clear_pointer (&self->trust, kiosk_bundle_free);
  self->trust = g_steal_pointer (&trust);
}

GBytes *
kiosk_sync_verify (KioskSync *self, GBytes *cms, const char *role, GError **error)
{
  g_autoptr (GPtrArray) anchors = NULL;

  if (self->trust == NULL)
    {
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_CHAIN, "no trust list has come yet");
      return NULL;
    }
  anchors = kiosk_bundle_certs (self->trust, role, error);
  if (anchors == NULL)
    return NULL;
  return kiosk_cms_verify (cms, NULL, anchors, kiosk_clock_wall_ms (self->clock), 1, NULL, error);
}

static KioskStep
fetch (KioskSync *self, const char *name)
{
  g_autofree char *path = g_strconcat ("/v1/bundles/", name, NULL);
  g_autofree char *etag = g_strdup_printf ("\"%" G_GUINT64_FORMAT "\"", known_serial (self, name));
  g_autoptr (GError) problem = NULL;
  g_autoptr (KioskAnswer) answer
    = kiosk_sync_exchange (self,
                           &(KioskRequest){ .method = "GET",
                                            .path = path,
                                            .header = "If-None-Match",
                                            .header_value = etag,
                                            .maximum = KIOSK_BUNDLE_MAX },
                           NULL);

  if (answer == NULL)
    return KIOSK_STEP_TROUBLE;
  if (answer->status == 304)
    return KIOSK_STEP_DONE;
  /* A gateway need not know who works at its kiosks. */
  if (answer->status == 404 && strcmp (name, "staff") == 0)
    return KIOSK_STEP_DONE;
  if (answer->status != 200)
    return kiosk_sync_answer_trouble (self, answer);
  if (kiosk_sync_install_bundle (self, name, answer->body, &problem))
    return KIOSK_STEP_DONE;
  if (g_error_matches (problem, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_DISK))
    return KIOSK_STEP_TROUBLE;
  KIOSK_SYNC_COUNT (self, refusals);
  return KIOSK_STEP_FAILED;
}

/* A bundle that fails keeps the one before it, and the next is fetched all the same. */
KioskStep
kiosk_sync_fetch_bundles (KioskSync *self)
{
  KioskStep worst = KIOSK_STEP_DONE;

  for (gsize i = 0; i < G_N_ELEMENTS (names) && worst != KIOSK_STEP_TROUBLE; i++)
    worst = kiosk_step_worse (worst, fetch (self, names[i]));
  kiosk_sync_load_trust (self);
  return worst;
}
