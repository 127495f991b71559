#include "../assert-bytes.h"
#include "fixture.h"

#include "trust/cms.h"

#include <string.h>

#define CONTENT "line one\r\nline two\n\0after a NUL"
#define LENGTH  (sizeof CONTENT - 1)
#define ATTIME  "-attime 1780272000 "

typedef struct
{
  Identity *ca;
  Identity *kiosk;
  Identity *signer;
  Identity *recipient;
  GPtrArray *anchors;
  GPtrArray *recipients;
  GBytes *content;
  char *folder;
} World;

static void
world_set_up (World *world, gconstpointer data)
{
  world->ca = identity_new (KIOSK_CERT_CA, "Test CA", NULL);
  world->kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", world->ca);
  world->signer = identity_new (KIOSK_CERT_SIGNER, "Signer", world->ca);
  world->recipient = identity_new (KIOSK_CERT_RECIPIENT, "td", world->ca);
  world->anchors = identity_certs (world->ca, NULL);
  world->recipients = identity_certs (world->recipient, NULL);
  world->content = g_bytes_new_static (CONTENT, LENGTH);
  world->folder = folder_new ();
  g_free (folder_write_cert (world->folder, "ca.pem", world->ca->cert));
  g_free (folder_write_key (world->folder, "ca.key", world->ca->key));
  g_free (folder_write_cert (world->folder, "kiosk.pem", world->kiosk->cert));
  g_free (folder_write_key (world->folder, "kiosk.key", world->kiosk->key));
  g_free (folder_write_cert (world->folder, "signer.pem", world->signer->cert));
  g_free (folder_write_key (world->folder, "signer.key", world->signer->key));
  g_free (folder_write_cert (world->folder, "recipient.pem", world->recipient->cert));
  g_free (folder_write_key (world->folder, "recipient.key", world->recipient->key));
  g_free (folder_write (world->folder, "content", world->content));
}

static void
world_tear_down (World *world, gconstpointer data)
{
  folder_remove (world->folder);
  g_free (world->folder);
  identity_free (world->ca);
  identity_free (world->kiosk);
  identity_free (world->signer);
  identity_free (world->recipient);
  g_ptr_array_unref (world->anchors);
  g_ptr_array_unref (world->recipients);
  g_bytes_unref (world->content);
}

static GBytes *
sign (World *world, gsize n_signers, gboolean detached)
{
  g_autoptr (GError) error = NULL;
  KioskSigner signers[] = { identity_signer (world->kiosk), identity_signer (world->signer) };
  GBytes *cms = kiosk_cms_sign (world->content, signers, n_signers, detached, &error);

  g_assert_no_error (error);
  return cms;
}

static void
assert_accepted (World *world, GBytes *cms, GBytes *detached, guint needed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content
    = kiosk_cms_verify (cms, detached, world->anchors, NOW_MS, needed, NULL, &error);

  g_assert_no_error (error);
  assert_bytes (content, CONTENT, LENGTH);
}

static void
assert_refused (World *world, GBytes *cms, GBytes *detached, guint needed, KioskTrustError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_cms_verify (cms, detached, world->anchors, NOW_MS, needed, NULL, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, (int)code);
}

static void
test_openssl_verifies_ours (World *world, gconstpointer data)
{
  g_autoptr (GBytes) attached = sign (world, 2, FALSE);
  g_autoptr (GBytes) detached = sign (world, 1, TRUE);
  g_autoptr (GBytes) out = NULL;

  assert_accepted (world, attached, NULL, 2);
  assert_accepted (world, detached, world->content, 1);
  g_free (folder_write (world->folder, "a.p7", attached));
  g_free (folder_write (world->folder, "d.p7", detached));
#define VERIFY "cms -verify -cades -binary -inform DER -CAfile ca.pem -purpose any " ATTIME
  g_assert_true (openssl (world->folder, VERIFY "-in a.p7 -out out"));
  out = folder_read (world->folder, "out");
  assert_bytes (out, CONTENT, LENGTH);
  g_assert_true (openssl (world->folder, VERIFY "-in d.p7 -content content -out out"));
  g_assert_false (openssl (world->folder, VERIFY "-in d.p7 -content ca.pem -out out"));
#undef VERIFY
}

#define SIGN      "cms -sign -binary -nosmimecap -in content -outform DER -out m.p7 "
#define BY_KIOSK  "-signer kiosk.pem -inkey kiosk.key "
#define BY_SIGNER "-signer signer.pem -inkey signer.key "

static GBytes *
signed_by_openssl (World *world, const char *options)
{
  g_assert_true (openssl (world->folder, "%s%s", SIGN, options));
  return folder_read (world->folder, "m.p7");
}

static void
test_verifies_openssls (World *world, gconstpointer data)
{
  g_autoptr (GBytes) one = signed_by_openssl (world, BY_KIOSK "-cades -nodetach -md sha256");
  g_autoptr (GBytes) detached = signed_by_openssl (world, BY_KIOSK "-cades -md sha512");
  g_autoptr (GBytes) two
    = signed_by_openssl (world, BY_KIOSK BY_SIGNER "-cades -nodetach -md sha384");

  assert_accepted (world, one, NULL, 1);
  assert_accepted (world, detached, world->content, 1);
  assert_accepted (world, two, NULL, 2);
  assert_refused (world, one, NULL, 2, KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_rsa (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (world->folder, "rsa.pem", NULL);
  g_autoptr (GBytes) cms = NULL;
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (GBytes) content = NULL;
  gint64 now_ms = 0;

  g_assert_true (openssl (world->folder, "req -newkey rsa:2048 -nodes -keyout rsa.key -subj"
                                         " /CN=rsa -out rsa.csr"));
  g_assert_true (openssl (world->folder, "x509 -req -sha256 -in rsa.csr -CA ca.pem -CAkey ca.key"
                                         " -days 1 -out rsa.pem"));
  cms = signed_by_openssl (world, "-signer rsa.pem -inkey rsa.key -cades -nodetach -md sha256");
  anchors = kiosk_pki_certs_load (path, &error);
  g_assert_no_error (error);
  /* Its validity begins at the machine's own time, so it is judged then. */
  now_ms = g_get_real_time () / 1000 + 1000;
  content = kiosk_cms_verify (cms, NULL, anchors, now_ms, 1, NULL, &error);
  g_assert_no_error (error);
  assert_bytes (content, CONTENT, LENGTH);
}

/* What openssl would let pass and we do not. */
static void
test_profile (World *world, gconstpointer data)
{
  g_autoptr (GBytes) no_cades = signed_by_openssl (world, BY_KIOSK "-nodetach -md sha256");
  g_autoptr (GBytes) no_attributes
    = signed_by_openssl (world, BY_KIOSK "-noattr -nodetach -md sha256");
  g_autoptr (GBytes) sha1 = signed_by_openssl (world, BY_KIOSK "-cades -nodetach -md sha1");
  g_autoptr (GBytes) stream
    = signed_by_openssl (world, BY_KIOSK "-cades -nodetach -stream -md sha256");
  g_autoptr (GBytes) no_certs
    = signed_by_openssl (world, BY_KIOSK "-cades -nodetach -nocerts -md sha256");
  g_autoptr (GBytes) by_key_id
    = signed_by_openssl (world, "-signer ca.pem -inkey ca.key -keyid -cades -nodetach");
  g_autoptr (GBytes) typed = signed_by_openssl (
    world, BY_KIOSK "-cades -nodetach -md sha256 -econtent_type 2.23.136.1.1.1");

  assert_refused (world, no_cades, NULL, 1, KIOSK_TRUST_ERROR_SIGNATURE);
  assert_refused (world, no_attributes, NULL, 1, KIOSK_TRUST_ERROR_MALFORMED);
  assert_refused (world, sha1, NULL, 1, KIOSK_TRUST_ERROR_UNSUPPORTED);
  assert_refused (world, stream, NULL, 1, KIOSK_TRUST_ERROR_MALFORMED);
  assert_refused (world, no_certs, NULL, 1, KIOSK_TRUST_ERROR_SIGNATURE);
  assert_refused (world, by_key_id, NULL, 1, KIOSK_TRUST_ERROR_UNSUPPORTED);
  assert_refused (world, typed, NULL, 1, KIOSK_TRUST_ERROR_UNSUPPORTED);
}

static void
test_content_place (World *world, gconstpointer data)
{
  g_autoptr (GBytes) attached = sign (world, 1, FALSE);
  g_autoptr (GBytes) detached = sign (world, 1, TRUE);
  g_autoptr (GBytes) other = g_bytes_new_static ("other", 5);

  assert_refused (world, attached, world->content, 1, KIOSK_TRUST_ERROR_MALFORMED);
  assert_refused (world, detached, NULL, 1, KIOSK_TRUST_ERROR_MALFORMED);
  assert_refused (world, detached, other, 1, KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_not_for_signing (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  KioskSigner wrong = identity_signer (world->recipient);
  g_autoptr (GBytes) cms = kiosk_cms_sign (world->content, &wrong, 1, FALSE, &error);

  /* OpenSSL itself declines to sign with it, or we decline to believe it. */
  if (cms == NULL)
    g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_INTERNAL);
  else
    assert_refused (world, cms, NULL, 1, KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_wrong_key (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  KioskSigner wrong = { .cert = world->kiosk->cert, .key = world->signer->key };

  g_assert_null (kiosk_cms_sign (world->content, &wrong, 1, FALSE, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_INTERNAL);
}

static void
test_no_message (World *world, gconstpointer data)
{
  g_autofree guint8 *zeros = g_malloc0 (KIOSK_CMS_MAX + 1);
  g_autoptr (GBytes) big = g_bytes_new_static (zeros, KIOSK_CMS_MAX + 1);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  GBytes *bad[] = { big, empty, world->content };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      assert_refused (world, bad[i], NULL, 1, KIOSK_TRUST_ERROR_MALFORMED);
      g_assert_null (
        kiosk_cms_decrypt (bad[i], world->recipient->cert, world->recipient->key, &error));
      g_assert_cmpuint (error->domain, ==, KIOSK_TRUST_ERROR);
    }
}

static GBytes *
encrypt (World *world)
{
  g_autoptr (GError) error = NULL;
  GBytes *cms = kiosk_cms_encrypt (world->content, world->recipients, &error);

  g_assert_no_error (error);
  return cms;
}

static GBytes *
decrypt (World *world, GBytes *cms, GError **error)
{
  return kiosk_cms_decrypt (cms, world->recipient->cert, world->recipient->key, error);
}

static void
assert_not_decrypted (World *world, GBytes *cms, KioskTrustError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (decrypt (world, cms, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, (int)code);
}

static void
test_openssl_decrypts_ours (World *world, gconstpointer data)
{
  g_autoptr (GBytes) cms = encrypt (world);
  g_autoptr (GBytes) out = NULL;

  g_free (folder_write (world->folder, "e.p7", cms));
  g_assert_true (openssl (world->folder, "cms -decrypt -binary -inform DER -in e.p7 -recip"
                                         " recipient.pem -inkey recipient.key -out out"));
  out = folder_read (world->folder, "out");
  assert_bytes (out, CONTENT, LENGTH);
}

static GBytes *
encrypted_by_openssl (World *world, const char *options)
{
  g_assert_true (openssl (world->folder,
                          "cms -encrypt -binary -in content -outform DER -out e.p7"
                          " -recip recipient.pem %s",
                          options));
  return folder_read (world->folder, "e.p7");
}

static void
test_decrypts_openssls (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) gcm = encrypted_by_openssl (world, "-keyopt ecdh_kdf_md:sha256 -aes-256-gcm");
  g_autoptr (GBytes) plain = decrypt (world, gcm, &error);
  g_autoptr (GBytes) cbc = encrypted_by_openssl (world, "-aes-256-cbc");
  g_autoptr (GBytes) short_key = encrypted_by_openssl (world, "-aes-128-gcm");

  g_assert_no_error (error);
  assert_bytes (plain, CONTENT, LENGTH);
  assert_not_decrypted (world, cbc, KIOSK_TRUST_ERROR_UNSUPPORTED);
  assert_not_decrypted (world, short_key, KIOSK_TRUST_ERROR_UNSUPPORTED);
}

static void
test_another_recipient (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cms = encrypt (world);

  g_assert_null (kiosk_cms_decrypt (cms, world->recipient->cert, world->kiosk->key, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_DECRYPT);
  g_clear_error (&error);
  g_assert_null (kiosk_cms_decrypt (cms, world->kiosk->cert, world->kiosk->key, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_DECRYPT);
}

static void
test_no_recipient (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  g_assert_null (kiosk_cms_encrypt (world->content, none, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_INTERNAL);
}

/* Parts of how the key travels may change without harm; the plaintext may not. */
static void
test_every_byte (World *world, gconstpointer data)
{
  g_autoptr (GBytes) cms = encrypt (world);
  gsize length = g_bytes_get_size (cms);

  for (gsize i = 0; i < length; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (cms, NULL), length);
      g_autoptr (GBytes) altered = NULL;
      g_autoptr (GBytes) plain = NULL;

      copy[i] ^= (guint8)(1U << i % 8);
      altered = g_bytes_new_take (g_steal_pointer (&copy), length);
      plain = decrypt (world, altered, NULL);
      if (plain != NULL && !g_bytes_equal (plain, world->content))
        g_error ("byte %" G_GSIZE_FORMAT " may be altered", i);
      /* Ciphertext and tag are the last of it. */
      g_assert_true (plain == NULL || i < length - LENGTH - 18);
    }
}

/* The three lengths around the message grow or shrink with what is put in before the tag. */
static GBytes *
rebuild (GBytes *cms, gsize keep, const guint8 *more, gsize more_length)
{
  static const gsize lengths[] = { 2, 19, 23 };
  const guint8 *data = g_bytes_get_data (cms, NULL);
  GByteArray *bytes = g_byte_array_new ();
  int change = (int)(keep + more_length) - (int)g_bytes_get_size (cms);

  g_byte_array_append (bytes, data, (guint)keep);
  g_byte_array_append (bytes, more, (guint)more_length);
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint8 *at = bytes->data + lengths[i];
      int length = (at[0] << 8 | at[1]) + change;

      g_assert_cmpuint (at[-1], ==, 0x82);
      at[0] = (guint8)(length >> 8);
      at[1] = (guint8)length;
    }
  return g_byte_array_free_to_bytes (bytes);
}

static void
test_attributes_and_short_tags (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cms = encrypt (world);
  gsize length = g_bytes_get_size (cms);
  const guint8 *tag = (const guint8 *)g_bytes_get_data (cms, NULL) + length - 18;
  g_autoptr (GBytes) same = rebuild (cms, length - 18, tag, 18);
  g_autoptr (GBytes) plain = decrypt (world, same, &error);
  guint8 attributes[64]
    = { 0xa1, 0x1a, 0x30, 0x18, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09,
        0x03, 0x31, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01 };
  guint8 four[6] = { 0x04, 0x04 };
  g_autoptr (GBytes) with_attributes = NULL;
  g_autoptr (GBytes) with_four = NULL;

  g_assert_no_error (error);
  assert_bytes (plain, CONTENT, LENGTH);
  memcpy (attributes + 28, tag, 18);
  with_attributes = rebuild (cms, length - 18, attributes, 28 + 18);
  assert_not_decrypted (world, with_attributes, KIOSK_TRUST_ERROR_UNSUPPORTED);
  memcpy (four + 2, tag + 2, 4);
  with_four = rebuild (cms, length - 18, four, sizeof four);
  assert_not_decrypted (world, with_four, KIOSK_TRUST_ERROR_UNSUPPORTED);
}

static void
test_sizes (World *world, gconstpointer data)
{
  static const gsize sizes[] = { 0, 1, 16, 4095, 4096, 4097, 1000000 };
  g_autofree guint8 *zeros = g_malloc0 (1000000);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) content = g_bytes_new_static (zeros, sizes[i]);
      g_autoptr (GBytes) cms = kiosk_cms_encrypt (content, world->recipients, &error);
      g_autoptr (GBytes) plain = NULL;

      g_assert_no_error (error);
      plain = decrypt (world, cms, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (plain, content));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/trust/cms/" name, World, NULL, world_set_up, function, world_tear_down)
  ADD ("signs-what-openssl-verifies-as-cades", test_openssl_verifies_ours);
  ADD ("verifies-what-openssl-signs", test_verifies_openssls);
  ADD ("verifies-rsa", test_rsa);
  ADD ("refuses-what-openssl-would-let-pass", test_profile);
  ADD ("wants-the-content-where-it-should-be", test_content_place);
  ADD ("refuses-a-certificate-not-for-signing", test_not_for_signing);
  ADD ("does-not-sign-with-another-key", test_wrong_key);
  ADD ("refuses-what-is-no-message", test_no_message);
  ADD ("encrypts-what-openssl-decrypts", test_openssl_decrypts_ours);
  ADD ("decrypts-what-openssl-encrypts-with-gcm-only", test_decrypts_openssls);
  ADD ("stays-shut-for-another-key", test_another_recipient);
  ADD ("does-not-encrypt-for-nobody", test_no_recipient);
  ADD ("releases-no-altered-plaintext", test_every_byte);
  ADD ("refuses-attributes-and-short-tags", test_attributes_and_short_tags);
  ADD ("returns-plaintexts-of-many-sizes", test_sizes);
  return g_test_run ();
}
