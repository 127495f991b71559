#include "wallet.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/file.h"
#include "base/secret.h"
#include "card.h"
#include "formats/base45.h"
#include "formats/binding.h"
#include "formats/cbor-item.h"
#include "formats/presentation.h"
#include "trust/pki.h"

#define FOLDER_MODE    0700
#define PUBLIC_MODE    0644
#define CREDENTIAL_MAX 8192
#define POINT          65
#define COORDINATE     32
#define DER_MAX        72 /* of two numbers of P-256 */
#define CLOCK_MAX_S    (G_GINT64_CONSTANT (400) * 24 * 3600)
#define MS             1000

struct _KioskEmuWallet
{
  char *folder;
  KioskClock *clock;
  KioskRandom *random;
  EVP_PKEY *key;
  EVP_PKEY *other;  /* of a phone that this credential was not given to */
  GPtrArray *shown; /* (element-type utf8): in order */
};

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, message);
  return FALSE;
}

void
kiosk_emu_manner_clear (KioskEmuManner *self)
{
  g_clear_pointer (&self->kiosk, g_free);
}

static gboolean
parse_word (const char *word, KioskEmuManner *manner, GError **error)
{
  gint64 seconds = 0;

  if (g_str_has_prefix (word, "kiosk=") && word[6] != '\0')
    {
      g_free (manner->kiosk);
      manner->kiosk = g_strdup (word + 6);
      return TRUE;
    }
  if (g_str_has_prefix (word, "clock=")
      && g_ascii_string_to_signed (word + 6, 10, -CLOCK_MAX_S, CLOCK_MAX_S, &seconds, NULL))
    {
      manner->clock_ms = seconds * MS;
      return TRUE;
    }
  manner->other_key = g_str_equal (word, "key=other");
  return manner->other_key || refuse (error, "kiosk=ID, clock=SECONDS or key=other");
}

gboolean
kiosk_emu_manner_parse (char **words, KioskEmuManner *ret_manner, GError **error)
{
  g_auto (KioskEmuManner) manner = { 0 };

  for (; *words != NULL; words++)
    if (!parse_word (*words, &manner, error))
      return FALSE;
  *ret_manner = manner;
  manner.kiosk = NULL;
  return TRUE;
}

static char *
path_of (const KioskEmuWallet *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static EVP_PKEY *
make_key (void)
{
  EVP_PKEY *key = EVP_EC_gen (SN_X9_62_prime256v1);

  if (key == NULL)
    g_error ("OpenSSL: a key");
  return key;
}

static gboolean
write_public (const KioskEmuWallet *self, GError **error)
{
  g_autofree char *path = path_of (self, "public.pem");
  g_autoptr (GBytes) pem = NULL;
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data = NULL;
  long length = 0;

  if (PEM_write_bio_PUBKEY (bio, self->key) != 1)
    g_error ("OpenSSL: PEM");
  length = BIO_get_mem_data (bio, &data);
  pem = g_bytes_new (data, (gsize)length);
  BIO_free (bio);
  return kiosk_file_write (path, pem, PUBLIC_MODE, error);
}

static gboolean
load_keys (KioskEmuWallet *self, GError **error)
{
  g_autofree char *path = path_of (self, "key.pem");

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    self->key = kiosk_pki_key_load (path, error);
  else
    {
      self->key = make_key ();
      if (!kiosk_pki_key_save (self->key, path, error))
        return FALSE;
    }
  return self->key != NULL && write_public (self, error);
}

KioskEmuWallet *
kiosk_emu_wallet_open (const char *folder, KioskClock *clock, KioskRandom *random, GError **error)
{
  g_autoptr (KioskEmuWallet) self = g_new0 (KioskEmuWallet, 1);

  self->folder = g_strdup (folder);
  self->clock = kiosk_clock_ref (clock);
  self->random = kiosk_random_ref (random);
  self->other = make_key ();
  self->shown = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_wipe_string);
  if (!kiosk_folder_make (folder, FOLDER_MODE, error) || !load_keys (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
kiosk_emu_wallet_free (KioskEmuWallet *self)
{
  if (self == NULL)
    return;
  g_free (self->folder);
  kiosk_clock_unref (self->clock);
  kiosk_random_unref (self->random);
  EVP_PKEY_free (self->key);
  EVP_PKEY_free (self->other);
  g_ptr_array_unref (self->shown);
  g_free (self);
}

static GBytes *
point_of (EVP_PKEY *key)
{
  guint8 point[POINT];
  gsize length = 0;

  if (EVP_PKEY_get_octet_string_param (key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &length)
        != 1
      || length != sizeof point)
    g_error ("OpenSSL: a point");
  return g_bytes_new (point, sizeof point);
}

GBytes *
kiosk_emu_wallet_point (const KioskEmuWallet *self)
{
  return point_of (self->key);
}

/* ["Signature1", protected, h'', payload] */
static GBytes *
signed_bytes (GBytes *protected_header, GBytes *payload)
{
  cbor_item_t *array = cbor_new_definite_array (4);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  GBytes *bytes = NULL;

  kiosk_cbor_array_push (array, kiosk_cbor_new_text ("Signature1"));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (protected_header));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (nothing));
  kiosk_cbor_array_push (array, kiosk_cbor_new_bytes (payload));
  bytes = kiosk_cbor_encode (array);
  kiosk_cbor_item_wipe (array);
  return bytes;
}

GBytes *
kiosk_emu_wallet_sign (const KioskEmuWallet *self, GBytes *protected_header, GBytes *payload,
                       gboolean other_key)
{
  GBytes *data = signed_bytes (protected_header, payload);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  guint8 der[DER_MAX], raw[2 * COORDINATE];
  gsize length = sizeof der;
  const guint8 *at = der;
  ECDSA_SIG *numbers = NULL;

  if (EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, other_key ? self->other : self->key)
        != 1
      || EVP_DigestSign (context, der, &length, g_bytes_get_data (data, NULL),
                         g_bytes_get_size (data))
           != 1)
    g_error ("OpenSSL: ECDSA");
  numbers = d2i_ECDSA_SIG (NULL, &at, (long)length);
  BN_bn2binpad (ECDSA_SIG_get0_r (numbers), raw, COORDINATE);
  BN_bn2binpad (ECDSA_SIG_get0_s (numbers), raw + COORDINATE, COORDINATE);
  ECDSA_SIG_free (numbers);
  EVP_MD_CTX_free (context);
  kiosk_wipe_bytes (data);
  return g_bytes_new (raw, sizeof raw);
}

char *
kiosk_emu_wallet_credential (const KioskEmuWallet *self, GError **error)
{
  g_autofree char *path = path_of (self, "credential.txt");
  g_autoptr (GBytes) bytes = kiosk_file_read (path, CREDENTIAL_MAX, NULL);
  char *text = NULL;

  if (bytes == NULL)
    {
      refuse (error, "nobody has given this phone a credential yet");
      return NULL;
    }
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return g_strchomp (text);
}

/* (nullable): which terminal, by what its screen said; a purpose may follow. */
static char *
audience_of (const char *seen)
{
  const gsize prefix = strlen (KIOSK_AUDIENCE_PREFIX);
  const char *kiosk = NULL;

  if (seen == NULL || strncmp (seen, KIOSK_AUDIENCE_PREFIX, prefix) != 0)
    return NULL;
  kiosk = seen + prefix;
  return g_strndup (kiosk, strcspn (kiosk, ":"));
}

static char *
show (KioskEmuWallet *self, GBytes *credential, const char *audience, const KioskEmuManner *manner)
{
  guint8 nonce[KIOSK_PRESENTATION_NONCE];
  g_autoptr (GBytes) header = kiosk_presentation_header (KIOSK_PRESENTATION_ES256, credential);
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GBytes) signature = NULL;

  kiosk_random_fill (self->random, nonce, sizeof nonce);
  payload = kiosk_presentation_payload (
    audience, kiosk_clock_wall_ms (self->clock) + manner->clock_ms, nonce);
  signature = kiosk_emu_wallet_sign (self, header, payload, manner->other_key);
  return kiosk_presentation_text (header, payload, signature);
}

char *
kiosk_emu_wallet_again (const KioskEmuWallet *self, guint nth, GError **error)
{
  if (nth == 0 || nth > self->shown->len)
    {
      refuse (error, "so many were not presented yet");
      return NULL;
    }
  return g_strdup (g_ptr_array_index (self->shown, self->shown->len - nth));
}

char *
kiosk_emu_wallet_present (KioskEmuWallet *self, const char *seen, const KioskEmuManner *manner,
                          GError **error)
{
  g_autofree char *audience = manner->kiosk != NULL ? g_strdup (manner->kiosk) : audience_of (seen);
  g_autofree char *text = audience != NULL ? kiosk_emu_wallet_credential (self, error) : NULL;
  g_autoptr (GBytes) credential = NULL;

  if (audience == NULL)
    refuse (error, "for which terminal? phone look at the code on its screen first");
  if (text == NULL)
    return NULL;
  credential = kiosk_base45_decode (text, strlen (text), CREDENTIAL_MAX);
  if (credential == NULL)
    {
      refuse (error, "credential.txt: not the code of a credential");
      return NULL;
    }
  g_ptr_array_add (self->shown, show (self, credential, audience, manner));
  return kiosk_emu_wallet_again (self, 1, error);
}

char *
kiosk_emu_wallet_bind (const KioskEmuWallet *self, const char *seen, const KioskEmuManner *manner,
                       GError **error)
{
  g_autoptr (KioskTicket) ticket
    = seen != NULL ? kiosk_ticket_parse (seen, strlen (seen), NULL) : NULL;
  g_autoptr (GBytes) point = kiosk_emu_wallet_point (self);
  g_autoptr (GBytes) header = kiosk_binding_header (point);
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GBytes) signature = NULL;

  if (ticket == NULL)
    {
      refuse (error, "for which ticket? phone look at the code on the terminal's screen first");
      return NULL;
    }
  payload = kiosk_binding_payload (manner->kiosk != NULL ? manner->kiosk : ticket->issuer,
                                   kiosk_clock_wall_ms (self->clock) + manner->clock_ms,
                                   ticket->secret, point);
  signature = kiosk_emu_wallet_sign (self, header, payload, manner->other_key);
  return kiosk_binding_text (header, payload, signature);
}
