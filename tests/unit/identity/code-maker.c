#include "code-maker.h"

#include "../formats/token-maker.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>

Said
said_usual (EVP_PKEY *phone)
{
  return (Said){ .id = "A1234563",
                 .name = "CHAN, TAI MAN",
                 .second_name = "陳大文",
                 .birth = "19850228",
                 .country = "HK",
                 .gender = 1,
                 .issued_ms = NOW_MS - 30 * DAY_MS,
                 .not_before_ms = -1,
                 .expires_ms = NOW_MS + 30 * DAY_MS,
                 .phone = phone };
}

EVP_PKEY *
phone_new (const char *type)
{
  EVP_PKEY *key
    = g_str_equal (type, "EC") ? EVP_EC_gen ("P-256") : EVP_PKEY_Q_keygen (NULL, NULL, type);

  g_assert_nonnull (key);
  return key;
}

static void
maker_put_text (cbor_item_t *map, gint64 key, const char *text)
{
  if (text != NULL)
    kiosk_cbor_map_put (map, key, kiosk_cbor_new_text (text));
}

static void
maker_put_time (cbor_item_t *map, gint64 key, gint64 ms)
{
  if (ms >= 0)
    kiosk_cbor_map_put (map, key, kiosk_cbor_new_integer (ms / 1000));
}

static void
maker_put_bytes (cbor_item_t *map, gint64 key, gconstpointer data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  kiosk_cbor_map_put (map, key, kiosk_cbor_new_bytes (bytes));
}

GBytes *
maker_public (EVP_PKEY *phone)
{
  guint8 point[65];
  gsize length = sizeof point;

  if (EVP_PKEY_is_a (phone, "EC"))
    g_assert_cmpint (EVP_PKEY_get_octet_string_param (phone, OSSL_PKEY_PARAM_PUB_KEY, point,
                                                      sizeof point, &length),
                     ==, 1);
  else
    g_assert_cmpint (EVP_PKEY_get_raw_public_key (phone, point, &length), ==, 1);
  return g_bytes_new (point, length);
}

/* COSE_Key (RFC 9052, 7). */
static cbor_item_t *
maker_cose_key (EVP_PKEY *phone)
{
  cbor_item_t *key = cbor_new_definite_map (4);
  g_autoptr (GBytes) bytes = maker_public (phone);
  const guint8 *point = g_bytes_get_data (bytes, NULL);
  gboolean curve = EVP_PKEY_is_a (phone, "EC");

  kiosk_cbor_map_put (key, 1, kiosk_cbor_new_integer (curve ? 2 : 1));
  kiosk_cbor_map_put (key, -1, kiosk_cbor_new_integer (curve ? 1 : 6));
  if (curve)
    {
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, 65);
      maker_put_bytes (key, -2, point + 1, 32);
      maker_put_bytes (key, -3, point + 33, 32);
      return key;
    }
  maker_put_bytes (key, -2, point, g_bytes_get_size (bytes));
  return key;
}

GBytes *
maker_claims (const Said *said)
{
  g_autoptr (cbor_item_t) claims = cbor_new_definite_map (6);
  cbor_item_t *identity = cbor_new_definite_map (7);

  maker_put_text (identity, 1, said->id);
  maker_put_text (identity, 4, said->name);
  maker_put_text (identity, 8, said->birth);
  if (said->gender != 0)
    kiosk_cbor_map_put (identity, 9, kiosk_cbor_new_integer (said->gender));
  maker_put_text (identity, 19, said->second_name);
  maker_put_text (identity, 23, said->country);
  maker_put_text (claims, 1, "https://id.example");
  maker_put_time (claims, 4, said->expires_ms);
  maker_put_time (claims, 5, said->not_before_ms);
  maker_put_time (claims, 6, said->issued_ms);
  if (said->phone != NULL)
    {
      cbor_item_t *cnf = cbor_new_definite_map (1);

      kiosk_cbor_map_put (cnf, 1, maker_cose_key (said->phone));
      kiosk_cbor_map_put (claims, 8, cnf);
    }
  kiosk_cbor_map_put (claims, 169, identity);
  return kiosk_cbor_encode (claims);
}

static void
maker_append_string (GByteArray *array, GBytes *bytes)
{
  gsize length = g_bytes_get_size (bytes);
  guint8 head[3] = { 0x59, (guint8)(length >> 8), (guint8)length };

  g_assert_cmpuint (length, <=, G_MAXUINT16);
  if (length < 24)
    g_byte_array_append (array, (const guint8[]){ (guint8)(0x40 | length) }, 1);
  else if (length < 256)
    g_byte_array_append (array, (const guint8[]){ 0x58, (guint8)length }, 2);
  else
    g_byte_array_append (array, head, sizeof head);
  g_byte_array_append (array, g_bytes_get_data (bytes, NULL), (guint)length);
}

GBytes *
maker_signed_bytes (GBytes *header, GBytes *payload)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();

  g_byte_array_append (array, (const guint8 *)"\x84\x6aSignature1", 12);
  maker_append_string (array, header);
  g_byte_array_append (array, (const guint8 *)"\x40", 1);
  maker_append_string (array, payload);
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}

GBytes *
maker_raw (const guint8 *der, gsize length)
{
  ECDSA_SIG *pair = d2i_ECDSA_SIG (NULL, &der, (long)length);
  guint8 raw[64];

  g_assert_nonnull (pair);
  g_assert_cmpint (BN_bn2binpad (ECDSA_SIG_get0_r (pair), raw, 32), ==, 32);
  g_assert_cmpint (BN_bn2binpad (ECDSA_SIG_get0_s (pair), raw + 32, 32), ==, 32);
  ECDSA_SIG_free (pair);
  return g_bytes_new (raw, sizeof raw);
}

GBytes *
maker_sign (EVP_PKEY *key, GBytes *header, GBytes *payload)
{
  g_autoptr (GBytes) data = maker_signed_bytes (header, payload);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  gboolean curve = EVP_PKEY_is_a (key, "EC");
  guint8 signature[128];
  gsize length = sizeof signature;

  g_assert_cmpint (EVP_DigestSignInit (context, NULL, curve ? EVP_sha256 () : NULL, NULL, key), ==,
                   1);
  g_assert_cmpint (EVP_DigestSign (context, signature, &length, g_bytes_get_data (data, NULL),
                                   g_bytes_get_size (data)),
                   ==, 1);
  EVP_MD_CTX_free (context);
  return curve ? maker_raw (signature, length) : g_bytes_new (signature, length);
}

GBytes *
maker_pack (GBytes *header, GBytes *claims, GBytes *signature)
{
  g_autoptr (GByteArray) cose = g_byte_array_new ();
  g_autofree char *text = NULL;

  g_byte_array_append (cose, (const guint8 *)"\xd2\x84", 2);
  maker_append_string (cose, header);
  g_byte_array_append (cose, (const guint8 *)"\xa0", 1);
  maker_append_string (cose, claims);
  maker_append_string (cose, signature);
  text = token_pack (cose->data, cose->len, "");
  return kiosk_base45_decode (text, strlen (text), 4096);
}

GBytes *
maker_credential (const Said *said, EVP_PKEY *issuer)
{
  g_autoptr (GBytes) header = g_bytes_new_static ("\xa1\x01\x26", 3);
  g_autoptr (GBytes) claims = maker_claims (said);
  g_autoptr (GBytes) signature = maker_sign (issuer, header, claims);

  return maker_pack (header, claims, signature);
}

char *
maker_show (GBytes *credential, EVP_PKEY *phone, const char *audience, gint64 issued_ms,
            guint8 nonce)
{
  guint8 nonces[KIOSK_PRESENTATION_NONCE] = { nonce };
  g_autoptr (GBytes) header = kiosk_presentation_header (
    EVP_PKEY_is_a (phone, "EC") ? KIOSK_PRESENTATION_ES256 : KIOSK_PRESENTATION_EDDSA, credential);
  g_autoptr (GBytes) payload = kiosk_presentation_payload (audience, issued_ms, nonces);
  g_autoptr (GBytes) signature = maker_sign (phone, header, payload);

  return kiosk_presentation_text (header, payload, signature);
}

JsonObject *
maker_trust (X509 *issuer)
{
  JsonObject *body = json_object_new ();
  JsonObject *roles = json_object_new ();
  JsonArray *list = json_array_new ();
  g_autofree char *pem = issuer != NULL ? kiosk_pki_cert_to_pem (issuer) : NULL;

  if (pem != NULL)
    json_array_add_string_element (list, pem);
  json_object_set_array_member (roles, "personal-issuer", list);
  json_object_set_object_member (body, "roles", roles);
  return body;
}
