#include "base/file.h"
#include "fixture.h"
#include "trust/merkle.h"

#include <string.h>

#define ORIGIN "kiosk.example/k-0042"

static char *
sign (const Identity *kiosk, const char *origin, guint64 size)
{
  g_autoptr (GError) error = NULL;
  KioskSigner signer = identity_signer (kiosk);
  guint8 root[KIOSK_MERKLE_HASH];
  char *note = NULL;

  memset (root, 0x5a, sizeof root);
  note = kiosk_checkpoint_sign (origin, size, root, &signer, &error);
  g_assert_no_error (error);
  return note;
}

static void
assert_refused (const char *note, const Identity *kiosk, KioskTrustError code)
{
  g_autoptr (GError) error = NULL;
  guint8 root[KIOSK_MERKLE_HASH];
  guint64 size = 99;

  g_assert_false (kiosk_checkpoint_verify (note, ORIGIN, kiosk->cert, &size, root, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, (int)code);
  g_assert_cmpuint (size, ==, 99);
}

static void
test_returns (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  static const guint64 sizes[] = { 0, 1, 20852163, G_MAXINT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *note = sign (kiosk, ORIGIN, sizes[i]);
      guint8 root[KIOSK_MERKLE_HASH] = { 0 };
      guint64 size = 99;

      g_assert_true (kiosk_checkpoint_verify (note, ORIGIN, kiosk->cert, &size, root, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (size, ==, sizes[i]);
      g_assert_cmpuint (root[0], ==, 0x5a);
      g_assert_cmpuint (root[31], ==, 0x5a);
    }
}

/* The note's text and signature, taken apart by hand and given to the openssl command; the key's
 * hash computed from the DER that it writes. */
static void
test_openssl_agrees (void)
{
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  g_autofree char *folder = folder_new ();
  g_autofree char *note = sign (kiosk, ORIGIN, 7);
  char *blank = strstr (note, "\n\n");
  const char *prefix = "\n\n\xe2\x80\x94 " ORIGIN " ";
  g_autofree char *line = NULL;
  g_autofree guchar *bytes = NULL;
  g_autoptr (GBytes) text = NULL;
  g_autoptr (GBytes) der = NULL;
  g_autoptr (GBytes) spki = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *wanted = NULL;
  gsize length = 0;

  g_assert_true (g_str_has_prefix (blank, prefix));
  line = g_strchomp (g_strdup (blank + strlen (prefix)));
  bytes = g_base64_decode (line, &length);
  text = g_bytes_new (note, (gsize)(blank + 1 - note));
  der = g_bytes_new (bytes + 4, length - 4);
  g_free (folder_write_cert (folder, "cert.pem", kiosk->cert));
  g_free (folder_write (folder, "text", text));
  g_free (folder_write (folder, "sig", der));
  g_assert_true (openssl (folder, "x509 -in cert.pem -noout -pubkey -out key.pem"));
  g_assert_true (openssl (folder, "dgst -sha256 -verify key.pem -signature sig text"));
  g_assert_true (openssl (folder, "pkey -pubin -in key.pem -outform DER -out key.der"));
  spki = folder_read (folder, "key.der");
  hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, spki);
  wanted = g_strndup (hash, 8);
  g_free (line);
  line = kiosk_hex_encode (bytes, 4);
  g_assert_cmpstr (line, ==, wanted);
  folder_remove (folder);
}

static void
test_every_byte (void)
{
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  g_autofree char *note = sign (kiosk, ORIGIN, 1234);

  for (gsize i = 0; note[i] != '\0'; i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autoptr (GError) error = NULL;
        g_autofree char *copy = g_strdup (note);
        guint8 root[KIOSK_MERKLE_HASH];
        guint64 size = 0;

        copy[i] = (char)(copy[i] ^ (1 << bit));
        if (kiosk_checkpoint_verify (copy, ORIGIN, kiosk->cert, &size, root, &error))
          g_error ("byte %" G_GSIZE_FORMAT " may be altered", i);
        g_assert_cmpuint (error->domain, ==, KIOSK_TRUST_ERROR);
      }
}

static void
test_others (void)
{
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  g_autoptr (Identity) other = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  g_autofree char *note = sign (kiosk, ORIGIN, 1);
  g_autofree char *elsewhere = sign (kiosk, "kiosk.example/k-0043", 1);

  assert_refused (note, other, KIOSK_TRUST_ERROR_SIGNATURE);
  assert_refused (elsewhere, kiosk, KIOSK_TRUST_ERROR_MISMATCH);
}

/* signed-note: lines of unknown keys are passed over, a known key's bad line is not. */
static void
test_witnesses (void)
{
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  g_autofree char *note = sign (kiosk, ORIGIN, 1);
  g_autofree char *witnessed = g_strconcat (note, "\xe2\x80\x94 witness AAAAAAAAAAAA\n", NULL);
  g_autofree char *alone = sign (kiosk, ORIGIN, 2);
  g_autofree char *doubled = g_strconcat (note, strstr (alone, "\n\n") + 2, NULL);
  guint8 root[KIOSK_MERKLE_HASH];
  guint64 size = 0;

  g_assert_true (kiosk_checkpoint_verify (witnessed, ORIGIN, kiosk->cert, &size, root, NULL));
  assert_refused (doubled, kiosk, KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_other_shapes (void)
{
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  static const char *const bad[] = { "",
                                     "\n",
                                     "\n\n\n\n\n",
                                     ORIGIN,
                                     ORIGIN "\n1\n",
                                     ORIGIN "\n01\nAAAA\n\n\xe2\x80\x94 x y\n",
                                     ORIGIN "\n-1\nAAAA\n\n\xe2\x80\x94 x y\n",
                                     ORIGIN "\n1\nAAAA\n\n\xe2\x80\x94 x y\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i], kiosk, KIOSK_TRUST_ERROR_MALFORMED);
}

static void
test_bad_origin (void)
{
  g_autoptr (Identity) kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  KioskSigner signer = identity_signer (kiosk);
  guint8 root[KIOSK_MERKLE_HASH] = { 0 };
  static const char *const bad[] = { "", "a b", "a\nb", "a+b", "a\x01", "a\xc2\xa0z", "\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_checkpoint_sign (bad[i], 1, root, &signer, &error));
      g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trust/checkpoint/returns-what-was-signed", test_returns);
  g_test_add_func ("/trust/checkpoint/is-signed-as-openssl-checks-it", test_openssl_agrees);
  g_test_add_func ("/trust/checkpoint/notices-every-altered-bit", test_every_byte);
  g_test_add_func ("/trust/checkpoint/refuses-another-key-and-log", test_others);
  g_test_add_func ("/trust/checkpoint/passes-over-witnesses", test_witnesses);
  g_test_add_func ("/trust/checkpoint/refuses-other-shapes", test_other_shapes);
  g_test_add_func ("/trust/checkpoint/is-not-signed-for-a-name-that-breaks-lines", test_bad_origin);
  return g_test_run ();
}
