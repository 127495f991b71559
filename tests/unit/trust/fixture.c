#include "fixture.h"

#include "base/file.h"

#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>

Identity *
identity_new_valid (KioskCertRole role, const char *name, const Identity *issuer,
                    gint64 not_before_ms, gint64 not_after_ms)
{
  KioskCertTemplate template = { .role = role,
                                 .common_name = name,
                                 .organization = "Test",
                                 .country = "HK",
                                 .dns_name = role == KIOSK_CERT_SERVER ? "localhost" : NULL,
                                 .not_before_ms = not_before_ms,
                                 .not_after_ms = not_after_ms };
  Identity *self = g_new0 (Identity, 1);
  g_autoptr (GError) error = NULL;

  self->key = kiosk_pki_key_new (&error);
  g_assert_no_error (error);
  self->cert = kiosk_pki_issue (&template, self->key, issuer != NULL ? issuer->cert : NULL,
                                issuer != NULL ? issuer->key : self->key, &error);
  g_assert_no_error (error);
  return self;
}

Identity *
identity_new (KioskCertRole role, const char *name, const Identity *issuer)
{
  return identity_new_valid (role, name, issuer, NOW_MS - 180 * DAY_MS, NOW_MS + 180 * DAY_MS);
}

void
identity_free (Identity *self)
{
  if (self == NULL)
    return;
  X509_free (self->cert);
  EVP_PKEY_free (self->key);
  g_free (self);
}

KioskSigner
identity_signer (const Identity *self)
{
  return (KioskSigner){ .cert = self->cert, .key = self->key };
}

GPtrArray *
identity_certs (const Identity *first, ...)
{
  GPtrArray *certs = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  va_list list;

  va_start (list, first);
  for (const Identity *at = first; at != NULL; at = va_arg (list, const Identity *))
    {
      X509_up_ref (at->cert);
      g_ptr_array_add (certs, at->cert);
    }
  va_end (list);
  return certs;
}

gboolean
sod_verify (KioskSod *sod, GPtrArray *csca, gint64 at_ms, GError **error)
{
  g_autoptr (KioskCsca) trusted = kiosk_csca_new ();

  for (guint i = 0; i < csca->len; i++)
    kiosk_csca_add (trusted, g_ptr_array_index (csca, i));
  return kiosk_signed_verify_signature (kiosk_sod_signed (sod), error)
         && kiosk_signed_verify_chain (kiosk_sod_signed (sod), trusted, at_ms, error);
}

char *
folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("kiosk-trust-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
folder_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

char *
folder_write (const char *folder, const char *name, GBytes *content)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  kiosk_file_write (path, content, 0600, &error);
  g_assert_no_error (error);
  return path;
}

char *
folder_write_cert (const char *folder, const char *name, X509 *cert)
{
  char *pem = kiosk_pki_cert_to_pem (cert);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pem, strlen (pem));

  return folder_write (folder, name, bytes);
}

char *
folder_write_key (const char *folder, const char *name, EVP_PKEY *key)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  kiosk_pki_key_save (key, path, &error);
  g_assert_no_error (error);
  return path;
}

GBytes *
folder_read (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = kiosk_file_read (path, 8 * 1024 * 1024, &error);

  g_assert_no_error (error);
  return bytes;
}

gboolean
openssl (const char *folder, const char *format, ...)
{
  va_list list;
  g_autofree char *tail = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;
  int status = -1;

  va_start (list, format);
  tail = g_strdup_vprintf (format, list);
  va_end (list);
  line = g_strconcat ("openssl ", tail, NULL);
  g_assert_true (g_shell_parse_argv (line, NULL, &argv, &error));
  g_spawn_sync (folder, argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  return g_spawn_check_wait_status (status, NULL);
}
