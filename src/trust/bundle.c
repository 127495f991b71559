#include "trust/bundle.h"

#include "formats/base64.h"
#include "formats/json.h"
#include "trust/cms-private.h"
#include "trust/pki-private.h"

#define SIGNERS     2
#define NAME_LENGTH 64
#define ROLE_CERTS  256

void
kiosk_bundle_free (KioskBundle *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_clear_pointer (&self->body, json_object_unref);
  g_free (self);
}

GBytes *
kiosk_bundle_sign (const char *name, guint64 serial, gint64 issued_ms, gint64 next_update_ms,
                   JsonObject *body, const KioskSigner signers[2], GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GBytes) json = NULL;

  json_object_set_string_member (object, "bundle", name);
  json_object_set_int_member (object, "serial", (gint64)serial);
  json_object_set_int_member (object, "issued_ms", issued_ms);
  json_object_set_int_member (object, "next_update_ms", next_update_ms);
  json_object_set_object_member (object, "body", json_object_ref (body));
  json = kiosk_json_print (object);
  return kiosk_cms_sign (json, signers, SIGNERS, FALSE, error);
}

static void
set_malformed (GError **error, const char *name, const GError *problem)
{
  g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED, "bundle \"%s\": %s", name,
               problem->message);
}

static KioskBundle *
parse (GBytes *json, const char *name, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (KioskBundle) bundle = g_new0 (KioskBundle, 1);
  g_autoptr (JsonObject) object = kiosk_json_parse (
    g_bytes_get_data (json, NULL), g_bytes_get_size (json), KIOSK_BUNDLE_MAX, &problem);
  gint64 serial = 0;

  if (object != NULL)
    bundle->name = g_strdup (kiosk_json_string (object, "bundle", NAME_LENGTH, &problem));
  if (bundle->name != NULL
      && kiosk_json_integer (object, "serial", 0, G_MAXINT64, &serial, &problem)
      && kiosk_json_integer (object, "issued_ms", 0, G_MAXINT64, &bundle->issued_ms, &problem)
      && kiosk_json_integer (object, "next_update_ms", bundle->issued_ms, G_MAXINT64,
                             &bundle->next_update_ms, &problem))
    bundle->body = kiosk_json_object (object, "body", &problem);
  if (bundle->body == NULL)
    {
      set_malformed (error, name, problem);
      return NULL;
    }
  json_object_ref (bundle->body);
  bundle->serial = (guint64)serial;
  return g_steal_pointer (&bundle);
}

/* A kiosk's own certificate comes from the same authority as a signer's may: only a certificate for
 * signing documents counts. */
static gboolean
check_signers (GPtrArray *signers, const char *name, GError **error)
{
  for (guint i = 0; i < signers->len; i++)
    if (!kiosk_pki_has_usage (g_ptr_array_index (signers, i), KIOSK_EKU_DOCUMENT_SIGNING))
      {
        g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE,
                     "bundle \"%s\": signed with a certificate that is not for signing bundles",
                     name);
        return FALSE;
      }
  return TRUE;
}

static KioskBundle *
open_bundle (GBytes *cms, const char *name, GPtrArray *anchors, gint64 at_ms, GError **error)
{
  g_autoptr (GPtrArray) signers = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (KioskBundle) bundle = NULL;

  if (g_bytes_get_size (cms) > KIOSK_BUNDLE_MAX)
    {
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                   "bundle \"%s\": larger than %d bytes", name, KIOSK_BUNDLE_MAX);
      return NULL;
    }
  json = kiosk_cms_verify_signers (cms, NULL, anchors, at_ms, SIGNERS, &signers, error);
  if (json == NULL)
    {
      g_prefix_error (error, "bundle \"%s\": ", name);
      return NULL;
    }
  bundle = check_signers (signers, name, error) ? parse (json, name, error) : NULL;
  if (bundle == NULL)
    return NULL;
  if (!g_str_equal (bundle->name, name))
    {
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH,
                   "bundle \"%s\": this is another bundle", name);
      return NULL;
    }
  return g_steal_pointer (&bundle);
}

KioskBundle *
kiosk_bundle_open (GBytes *cms, const char *name, GPtrArray *anchors, gint64 now_ms,
                   guint64 minimum_serial, GError **error)
{
  g_autoptr (KioskBundle) bundle = open_bundle (cms, name, anchors, MAX (now_ms, 0), error);

  if (bundle == NULL || bundle->serial >= minimum_serial)
    return g_steal_pointer (&bundle);
  g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_ROLLBACK,
               "bundle \"%s\": serial %" G_GUINT64_FORMAT " is older than %" G_GUINT64_FORMAT, name,
               bundle->serial, minimum_serial);
  return NULL;
}

KioskBundle *
kiosk_bundle_open_as_anchor (GBytes *cms, const char *name, GError **error)
{
  return open_bundle (cms, name, NULL, -1, error);
}

gboolean
kiosk_bundle_is_stale (const KioskBundle *self, gint64 now_ms)
{
  return now_ms > self->next_update_ms;
}

static GPtrArray *
read_certs (JsonArray *list, GError **error)
{
  g_autoptr (GPtrArray) certs = kiosk_x509_array_new ();

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      const char *pem = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
      X509 *cert = NULL;

      if (pem == NULL)
        {
          g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                               "not a certificate in PEM");
          return NULL;
        }
      cert = kiosk_pki_cert_from_pem (pem, error);
      if (cert == NULL)
        return NULL;
      g_ptr_array_add (certs, cert);
    }
  return g_steal_pointer (&certs);
}

GPtrArray *
kiosk_bundle_certs (const KioskBundle *self, const char *role, GError **error)
{
  g_autoptr (GError) problem = NULL;
  JsonObject *roles = kiosk_json_object (self->body, "roles", &problem);
  JsonArray *list = NULL;
  GPtrArray *certs = NULL;

  if (roles != NULL && !json_object_has_member (roles, role))
    return kiosk_x509_array_new ();
  if (roles != NULL)
    list = kiosk_json_array (roles, role, ROLE_CERTS, &problem);
  if (list == NULL)
    {
      set_malformed (error, self->name, problem);
      return NULL;
    }
  certs = read_certs (list, error);
  if (certs == NULL)
    g_prefix_error (error, "bundle \"%s\": role \"%s\": ", self->name, role);
  return certs;
}

GPtrArray *
kiosk_bundle_blobs (const KioskBundle *self, const char *member, guint maximum, gsize size_maximum,
                    GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  JsonArray *list = NULL;

  if (!json_object_has_member (self->body, member))
    return g_steal_pointer (&blobs);
  list = kiosk_json_array (self->body, member, maximum, &problem);
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      const char *text = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
      GBytes *blob = text != NULL ? kiosk_base64_decode (text, size_maximum) : NULL;

      if (blob == NULL)
        {
          g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                       "bundle \"%s\": %s: not base64, or too long", self->name, member);
          return NULL;
        }
      g_ptr_array_add (blobs, blob);
    }
  if (list != NULL)
    return g_steal_pointer (&blobs);
  set_malformed (error, self->name, problem);
  return NULL;
}
