#include "programs/kiosk-sandbox/bundles.h"
#include "base/file.h"
#include "programs/kiosk-sandbox/error.h"
#include "trust/bundle.h"
#include <libsoup/soup.h>

struct _KioskSandboxBundles
{
  char *state_folder;
  GPtrArray *anchors;       /* of X509: who may sign bundles */
  GPtrArray *kiosk_anchors; /* of X509; NULL before the first trust bundle */
  guint64 trust_serial;
  GHashTable *catalogues; /* serial as gint64 → KioskCatalogue */
  guint64 catalogue_serial;
};

static gboolean
trust_take (KioskSandboxBundles *self, const KioskBundle *bundle, GError **error)
{
  GPtrArray *certs = kiosk_bundle_certs (bundle, "kiosk-ca", error);
  if (certs == NULL)
    return FALSE;
  g_clear_pointer (&self->kiosk_anchors, g_ptr_array_unref);
  self->kiosk_anchors = certs;
  self->trust_serial = bundle->serial;
  return TRUE;
}

static gboolean
catalogue_take (KioskSandboxBundles *self, const KioskBundle *bundle, GError **error)
{
  KioskCatalogue *catalogue = kiosk_catalogue_new (bundle, error);
  if (catalogue == NULL)
    return FALSE;
  gint64 *serial = g_new (gint64, 1);
  *serial = (gint64)bundle->serial;
  g_hash_table_replace (self->catalogues, serial, catalogue);
  self->catalogue_serial = MAX (self->catalogue_serial, bundle->serial);
  return TRUE;
}

static gboolean
take (KioskSandboxBundles *self, const char *name, GBytes *cms, gint64 now_ms,
      guint64 minimum_serial, guint64 *ret_serial, GError **error)
{
  g_autoptr (KioskBundle) bundle
    = kiosk_bundle_open (cms, name, self->anchors, now_ms, minimum_serial, error);
  if (bundle == NULL)
    return FALSE;
  *ret_serial = bundle->serial;
  return g_str_equal (name, "trust") ? trust_take (self, bundle, error)
                                     : catalogue_take (self, bundle, error);
}

static char *
state_path (const KioskSandboxBundles *self, const char *name, guint64 serial)
{
  g_autofree char *file = g_strdup_printf ("%s-%" G_GUINT64_FORMAT ".p7", name, serial);
  return g_build_filename (self->state_folder, file, NULL);
}

/* What was kept and is not good any more (its signers' certificates ran out) is fetched again. */
static void
load_kept (KioskSandboxBundles *self, gint64 now_ms)
{
  g_autoptr (GDir) folder = g_dir_open (self->state_folder, 0, NULL);
  const char *file;
  while (folder != NULL && (file = g_dir_read_name (folder)) != NULL)
    {
      const char *name = g_str_has_prefix (file, "trust-")       ? "trust"
                         : g_str_has_prefix (file, "catalogue-") ? "catalogue"
                                                                 : NULL;
      g_autofree char *path = g_build_filename (self->state_folder, file, NULL);
      g_autoptr (GError) error = NULL;
      guint64 minimum = g_strcmp0 (name, "trust") == 0 ? self->trust_serial : 0;
      guint64 serial;
      g_autoptr (GBytes) cms
        = name != NULL ? kiosk_file_read (path, KIOSK_BUNDLE_MAX, &error) : NULL;
      if (name != NULL && (cms == NULL || !take (self, name, cms, now_ms, minimum, &serial, &error))
          && !g_error_matches (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_ROLLBACK))
        g_printerr ("kiosk-sandbox: %s: %s; asking the gateway again\n", path, error->message);
    }
}

KioskSandboxBundles *
kiosk_sandbox_bundles_new (const char *anchors_file, const char *state_folder, gint64 now_ms,
                           GError **error)
{
  g_autoptr (GPtrArray) anchors = kiosk_pki_certs_load (anchors_file, error);
  if (anchors == NULL)
    return NULL;
  KioskSandboxBundles *self = g_new0 (KioskSandboxBundles, 1);
  self->anchors = g_steal_pointer (&anchors);
  self->state_folder = g_strdup (state_folder);
  self->catalogues = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                            (GDestroyNotify)kiosk_catalogue_unref);
  load_kept (self, now_ms);
  return self;
}

void
kiosk_sandbox_bundles_free (KioskSandboxBundles *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->anchors);
  g_clear_pointer (&self->kiosk_anchors, g_ptr_array_unref);
  g_hash_table_unref (self->catalogues);
  g_free (self->state_folder);
  g_free (self);
}

static gboolean
refresh_one (KioskSandboxBundles *self, KioskSandboxClient *client, const char *name,
             guint64 have_serial, gint64 now_ms, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_strconcat ("/v1/bundles/", name, NULL);
  g_autofree char *etag
    = have_serial > 0 ? g_strdup_printf ("\"%" G_GUINT64_FORMAT "\"", have_serial) : NULL;
  g_auto (KioskSandboxReply) reply = { 0 };
  guint64 serial;
  if (!kiosk_sandbox_client_get (client, path, etag, cancellable, &reply, error))
    return FALSE;
  if (reply.status == SOUP_STATUS_NOT_MODIFIED)
    return TRUE;
  if (reply.status != SOUP_STATUS_OK)
    {
      g_set_error (error, KIOSK_SANDBOX_ERROR, KIOSK_SANDBOX_ERROR_GATEWAY,
                   "%s: the gateway answers %u", path, reply.status);
      return FALSE;
    }
  if (!take (self, name, reply.body, now_ms, have_serial, &serial, error))
    return FALSE;
  g_autofree char *kept = state_path (self, name, serial);
  return kiosk_file_write (kept, reply.body, 0600, error);
}

gboolean
kiosk_sandbox_bundles_refresh (KioskSandboxBundles *self, KioskSandboxClient *client, gint64 now_ms,
                               GCancellable *cancellable, GError **error)
{
  return refresh_one (self, client, "trust", self->trust_serial, now_ms, cancellable, error)
         && refresh_one (self, client, "catalogue", self->catalogue_serial, now_ms, cancellable,
                         error);
}

GPtrArray *
kiosk_sandbox_bundles_kiosk_anchors (const KioskSandboxBundles *self)
{
  return self->kiosk_anchors;
}

KioskCatalogue *
kiosk_sandbox_bundles_catalogue (const KioskSandboxBundles *self, gint64 serial)
{
  KioskCatalogue *catalogue = g_hash_table_lookup (self->catalogues, &serial);
  gint64 newest = (gint64)self->catalogue_serial;
  return catalogue != NULL ? catalogue : g_hash_table_lookup (self->catalogues, &newest);
}
