#include "devices/card/piv.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#include "devices/card/card-apdu.h"
#include "formats/tlv.h"
#include "trust/pki.h"

#define INS_SELECT               0xa4
#define INS_GET_DATA             0xcb
#define INS_GENERAL_AUTHENTICATE 0x87
#define INS_GET_RESPONSE         0xc0
#define CLA_CHAINED              0x10
#define SW1_MORE                 0x61
#define SW_SECURITY_STATUS       0x6982

#define ANSWER_MAX     (KIOSK_PIV_CERTIFICATE_MAX + 64)
#define DIGEST         32
#define RSA_BYTES      256
#define ALGORITHM_RSA  0x07 /* SP 800-78-4, table 6-2 */
#define ALGORITHM_P256 0x11

/* What a staff card signs is of use nowhere else. */
static const char purpose[] = "hk.kiosk staff card 1";

typedef struct
{
  guint8 reference;
  guint8 object[3];
} Slot;

static const Slot slots[] = {
  { 0x9e, { 0x5f, 0xc1, 0x01 } },
  { 0x9a, { 0x5f, 0xc1, 0x05 } },
};

static gboolean
fail (GError **error, KioskCardError code, const char *what)
{
  g_set_error_literal (error, KIOSK_CARD_ERROR, (int)code, what);
  return FALSE;
}

void
kiosk_piv_proof_free (KioskPivProof *self)
{
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self);
}

/* Formats */

/* The one object with @outer in the whole of @answer, and the first with @inner in that. */
static gboolean
find_inside (const guint8 *answer, gsize length, guint32 outer, guint32 inner, KioskTlv *ret_outer,
             KioskTlv *ret_inner, GError **error)
{
  KioskTlvCursor cursor = { answer, length };

  return (kiosk_tlv_expect (&cursor, outer, ret_outer, NULL) && cursor.length == 0
          && kiosk_tlv_find (ret_outer->value, ret_outer->length, inner, ret_inner, NULL))
         || fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED, "a staff card's answer is damaged");
}

GBytes *
kiosk_piv_parse_certificate (const guint8 *answer, gsize length, GError **error)
{
  KioskTlv object, certificate, info;

  if (!find_inside (answer, length, 0x53, 0x70, &object, &certificate, error))
    return NULL;
  if (certificate.length == 0 || certificate.length > KIOSK_PIV_CERTIFICATE_MAX)
    {
      fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED,
            "a staff card's certificate is empty or too long");
      return NULL;
    }
  if (!kiosk_tlv_find (object.value, object.length, 0x71, &info, NULL) || info.length != 1)
    {
      fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED,
            "a staff card does not say how its certificate is packed");
      return NULL;
    }
  if (info.value[0] != 0)
    {
      fail (error, KIOSK_CARD_ERROR_UNSUPPORTED, "a staff card's certificate is packed");
      return NULL;
    }
  return g_bytes_new (certificate.value, certificate.length);
}

GBytes *
kiosk_piv_parse_signature (const guint8 *answer, gsize length, GError **error)
{
  KioskTlv template, signature;

  if (!find_inside (answer, length, 0x7c, 0x82, &template, &signature, error))
    return NULL;
  if (signature.length == 0 || signature.length > KIOSK_PIV_SIGNATURE_MAX)
    {
      fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED, "a staff card's signature is empty or too long");
      return NULL;
    }
  return g_bytes_new (signature.value, signature.length);
}

static void
digest_of (const guint8 challenge[KIOSK_PIV_CHALLENGE], guint8 ret_digest[DIGEST])
{
  guint8 text[sizeof purpose + KIOSK_PIV_CHALLENGE];

  memcpy (text, purpose, sizeof purpose);
  memcpy (text + sizeof purpose, challenge, KIOSK_PIV_CHALLENGE);
  if (EVP_Digest (text, sizeof text, ret_digest, NULL, EVP_sha256 (), NULL) != 1)
    g_error ("OpenSSL: SHA-256");
}

static gboolean
is_rsa (EVP_PKEY *key)
{
  return EVP_PKEY_get_base_id (key) == EVP_PKEY_RSA && EVP_PKEY_get_bits (key) == RSA_BYTES * 8;
}

static gboolean
is_p256 (EVP_PKEY *key)
{
  char group[32] = "";

  return EVP_PKEY_get_base_id (key) == EVP_PKEY_EC
         && EVP_PKEY_get_group_name (key, group, sizeof group, NULL) == 1
         && strcmp (group, SN_X9_62_prime256v1) == 0;
}

/* RFC 8017, 9.2: the card does no more than the bare operation with its key. */
static void
pad (const guint8 digest[DIGEST], guint8 ret_block[RSA_BYTES])
{
  static const guint8 info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
  gsize filling = RSA_BYTES - sizeof info - DIGEST;

  memset (ret_block, 0xff, filling);
  ret_block[0] = 0;
  ret_block[1] = 1;
  ret_block[filling - 1] = 0;
  memcpy (ret_block + filling, info, sizeof info);
  memcpy (ret_block + filling + sizeof info, digest, DIGEST);
}

GByteArray *
kiosk_piv_question (EVP_PKEY *key, const guint8 challenge[KIOSK_PIV_CHALLENGE],
                    guint8 *ret_algorithm, GError **error)
{
  g_autoptr (GByteArray) inside = g_byte_array_new ();
  GByteArray *question;
  guint8 digest[DIGEST], block[RSA_BYTES];
  gboolean rsa = is_rsa (key);

  if (!rsa && !is_p256 (key))
    {
      fail (error, KIOSK_CARD_ERROR_UNSUPPORTED, "a staff card's key is not of a kind we know");
      return NULL;
    }
  digest_of (challenge, digest);
  pad (digest, block);
  kiosk_tlv_append (inside, 0x82, NULL, 0);
  kiosk_tlv_append (inside, 0x81, rsa ? block : digest, rsa ? sizeof block : sizeof digest);
  question = g_byte_array_new ();
  kiosk_tlv_append (question, 0x7c, inside->data, inside->len);
  *ret_algorithm = rsa ? ALGORITHM_RSA : ALGORITHM_P256;
  return question;
}

gboolean
kiosk_piv_proof_check (const KioskPivProof *self, const guint8 challenge[KIOSK_PIV_CHALLENGE],
                       GError **error)
{
  g_autoptr (X509) cert = kiosk_pki_cert_from_der (self->certificate, NULL);
  EVP_PKEY *key = cert != NULL ? X509_get0_pubkey (cert) : NULL;
  EVP_PKEY_CTX *context = NULL;
  gsize length;
  const guint8 *signature = g_bytes_get_data (self->signature, &length);
  guint8 digest[DIGEST];
  gboolean good;

  if (key == NULL || (!is_rsa (key) && !is_p256 (key)))
    return fail (error, KIOSK_CARD_ERROR_UNSUPPORTED,
                 "a staff card's certificate or key is not of a kind we know");
  digest_of (challenge, digest);
  context = EVP_PKEY_CTX_new (key, NULL);
  good = context != NULL && EVP_PKEY_verify_init (context) == 1
         && (!is_rsa (key)
             || (EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_PADDING) == 1
                 && EVP_PKEY_CTX_set_signature_md (context, EVP_sha256 ()) == 1))
         && EVP_PKEY_verify (context, signature, length, digest, sizeof digest) == 1;
  EVP_PKEY_CTX_free (context);
  ERR_clear_error ();
  return good || fail (error, KIOSK_CARD_ERROR_CLONE, "not signed by the staff card's own key");
}

/* Commands */

/* Sends @apdu, its data in chained commands where it is long, and takes the whole answer. */
static gboolean
transfer (KioskCardSession *session, const KioskApdu *apdu, GByteArray *ret_answer, guint16 *ret_sw,
          GError **error)
{
  g_autoptr (GByteArray) part = g_byte_array_new ();
  KioskApdu command = *apdu;

  for (; command.length > KIOSK_APDU_SHORT_DATA_MAX;
       command.data += KIOSK_APDU_SHORT_DATA_MAX, command.length -= KIOSK_APDU_SHORT_DATA_MAX)
    {
      KioskApdu piece = command;

      piece.cla |= CLA_CHAINED;
      piece.length = KIOSK_APDU_SHORT_DATA_MAX;
      piece.le = KIOSK_APDU_NO_LE;
      if (!kiosk_card_session_send (session, &piece, part, ret_sw, error))
        return FALSE;
      if (*ret_sw != KIOSK_SW_OK)
        return TRUE;
    }
  g_byte_array_set_size (ret_answer, 0);
  for (;;)
    {
      if (!kiosk_card_session_send (session, &command, part, ret_sw, error))
        return FALSE;
      g_byte_array_append (ret_answer, part->data, part->len);
      if (*ret_sw >> 8 != SW1_MORE)
        return TRUE;
      if (ret_answer->len > ANSWER_MAX || part->len == 0)
        return fail (error, KIOSK_CARD_ERROR_LDS_TOO_BIG, "a staff card's answer does not end");
      command
        = (KioskApdu){ .ins = INS_GET_RESPONSE,
                       .le = (*ret_sw & 0xff) != 0 ? *ret_sw & 0xff : KIOSK_APDU_SHORT_LE_MAX };
    }
}

static gboolean
select_application (KioskCardSession *session, GError **error)
{
  static const guint8 application[] = { 0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00 };
  const KioskApdu apdu = { .ins = INS_SELECT,
                           .p1 = 0x04,
                           .data = application,
                           .length = sizeof application,
                           .le = KIOSK_APDU_SHORT_LE_MAX };
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint16 sw;

  if (!transfer (session, &apdu, answer, &sw, error))
    return FALSE;
  return sw == KIOSK_SW_OK || fail (error, KIOSK_CARD_ERROR_WRONG_CARD, "not a staff card");
}

/* FALSE without an error: there is none in that place. */
static gboolean
read_certificate (KioskCardSession *session, const Slot *slot, GBytes **ret_certificate,
                  GError **error)
{
  const guint8 tag[] = { 0x5c, 3, slot->object[0], slot->object[1], slot->object[2] };
  const KioskApdu apdu = { .ins = INS_GET_DATA,
                           .p1 = 0x3f,
                           .p2 = 0xff,
                           .data = tag,
                           .length = sizeof tag,
                           .le = KIOSK_APDU_SHORT_LE_MAX };
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint16 sw;

  if (!transfer (session, &apdu, answer, &sw, error) || sw != KIOSK_SW_OK)
    return FALSE;
  *ret_certificate = kiosk_piv_parse_certificate (answer->data, answer->len, error);
  return *ret_certificate != NULL;
}

static GBytes *
ask (KioskCardSession *session, const Slot *slot, EVP_PKEY *key,
     const guint8 challenge[KIOSK_PIV_CHALLENGE], GError **error)
{
  guint8 algorithm = 0;
  g_autoptr (GByteArray) question = kiosk_piv_question (key, challenge, &algorithm, error);
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint16 sw;

  if (question == NULL
      || !transfer (session,
                    &(KioskApdu){ .ins = INS_GENERAL_AUTHENTICATE,
                                  .p1 = algorithm,
                                  .p2 = slot->reference,
                                  .data = question->data,
                                  .length = question->len,
                                  .le = KIOSK_APDU_SHORT_LE_MAX },
                    answer, &sw, error))
    return NULL;
  if (sw == KIOSK_SW_OK)
    return kiosk_piv_parse_signature (answer->data, answer->len, error);
  if (sw == SW_SECURITY_STATUS)
    fail (error, KIOSK_CARD_ERROR_UNSUPPORTED, "the staff card's key wants the card's own PIN");
  else
    g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_PROTOCOL,
                 "a staff card does not sign: SW %04X", sw);
  return NULL;
}

KioskPivProof *
kiosk_piv_prove (KioskCardSession *session, const guint8 challenge[KIOSK_PIV_CHALLENGE],
                 GError **error)
{
  g_autoptr (KioskPivProof) proof = g_new0 (KioskPivProof, 1);
  g_autoptr (GError) problem = NULL;
  g_autoptr (X509) cert = NULL;
  const Slot *slot = NULL;

  if (!select_application (session, error))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (slots) && slot == NULL; i++)
    if (read_certificate (session, &slots[i], &proof->certificate, &problem))
      slot = &slots[i];
    else if (problem != NULL)
      {
        g_propagate_error (error, g_steal_pointer (&problem));
        return NULL;
      }
  if (slot == NULL)
    {
      fail (error, KIOSK_CARD_ERROR_WRONG_CARD, "a staff card without a certificate");
      return NULL;
    }
  cert = kiosk_pki_cert_from_der (proof->certificate, NULL);
  if (cert == NULL || X509_get0_pubkey (cert) == NULL)
    {
      fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED, "a staff card's certificate is damaged");
      return NULL;
    }
  proof->signature = ask (session, slot, X509_get0_pubkey (cert), challenge, error);
  return proof->signature != NULL && kiosk_piv_proof_check (proof, challenge, error)
           ? g_steal_pointer (&proof)
           : NULL;
}
