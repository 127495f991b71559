/* Chip authentication: the chip proves that it holds the private key of DG14. */
#include "devices/card/card-access.h"

#define TAG_DYNAMIC 0x7c

static gboolean
unsupported (GError **error, const char *what)
{
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED, "chip authentication: %s",
               what);
  return FALSE;
}

void
kiosk_chip_choice_clear (KioskChipChoice *self)
{
  g_clear_pointer (&self->group, kiosk_card_group_free);
  g_clear_pointer (&self->key, kiosk_card_element_free);
}

static const KioskChipKey *
key_for (const KioskSecurityInfos *infos, const KioskSecurityInfo *info)
{
  const KioskChipKey *only = NULL;
  guint of_kind = 0;

  for (guint i = 0; i < infos->keys->len; i++)
    {
      const KioskChipKey *key = g_ptr_array_index (infos->keys, i);

      if (key->is_ecdh != info->is_ecdh)
        continue;
      if (key->id == info->id)
        return key;
      only = key;
      of_kind++;
    }
  /* Documents with one key do not always number it alike in both places. */
  return of_kind == 1 ? only : NULL;
}

static guint
rank (const KioskSecurityInfo *info)
{
  return (info->is_ecdh ? 10 : 0) + (guint)info->cipher;
}

/* Version 2 is another protocol, which proves the terminal first. */
static const KioskSecurityInfo *
best_protocol (const KioskSecurityInfos *infos, const KioskChipKey **ret_key)
{
  const KioskSecurityInfo *best = NULL;

  for (guint i = 0; i < infos->chip->len; i++)
    {
      const KioskSecurityInfo *info = &g_array_index (infos->chip, KioskSecurityInfo, i);
      const KioskChipKey *key
        = info->supported && info->version == 1 ? key_for (infos, info) : NULL;

      if (key != NULL && (best == NULL || rank (info) > rank (best)))
        {
          best = info;
          *ret_key = key;
        }
    }
  return best;
}

gboolean
kiosk_card_chip_choose (const KioskSecurityInfos *infos, KioskChipChoice *ret_choice,
                        GError **error)
{
  g_auto (KioskChipChoice) choice = { 0 };
  const KioskChipKey *key = NULL;
  const KioskSecurityInfo *info = best_protocol (infos, &key);

  if (info != NULL)
    choice.info = *info;
  else if (infos->chip->len == 0 && infos->keys->len > 0)
    {
      /* Early documents give a key and no protocol: 3DES is meant (9303-11, 6.2.1). */
      key = g_ptr_array_index (infos->keys, 0);
      choice.info = (KioskSecurityInfo){
        .supported = TRUE, .is_ecdh = key->is_ecdh, .cipher = KIOSK_CIPHER_3DES, .id = -1
      };
    }
  if (key == NULL)
    return unsupported (error, "no protocol of ours, or no key for it");
  if (!kiosk_card_group_open_key (key->spki, &choice.group, &choice.key, error))
    return FALSE;
  if (choice.info.is_ecdh != (choice.group->curve != NULL))
    return unsupported (error, "a key of another kind than its protocol");
  choice.key_id = key->id;
  *ret_choice = choice;
  choice = (KioskChipChoice){ 0 };
  return TRUE;
}

/* Big-endian, without leading zeros. */
static void
append_id (GByteArray *body, gint64 id)
{
  guint64 wire = GUINT64_TO_BE ((guint64)id);
  const guint8 *bytes = (const guint8 *)&wire;
  gsize skip = 0;

  if (id < 0)
    return;
  while (skip < sizeof wire - 1 && bytes[skip] == 0)
    skip++;
  kiosk_tlv_append (body, 0x84, bytes + skip, sizeof wire - skip);
}

static gboolean
send_expecting_ok (KioskCardSession *session, KioskApdu apdu, const GByteArray *body,
                   GError **error)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint16 sw;

  apdu.data = body->data;
  apdu.length = body->len;
  if (!kiosk_card_session_send (session, &apdu, answer, &sw, error))
    return FALSE;
  if (sw == KIOSK_SW_OK)
    return TRUE;
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE,
               "the chip refuses chip authentication: SW %04X", sw);
  return FALSE;
}

/* MSE:Set AT names the protocol and the key. */
static gboolean
set_protocol (KioskCardSession *session, const KioskChipChoice *choice, GError **error)
{
  const KioskApdu set = { 0x00, 0x22, 0x41, 0xa4, NULL, 0, KIOSK_APDU_NO_LE };
  g_autoptr (GByteArray) body = g_byte_array_new ();

  kiosk_tlv_append (body, 0x80, choice->info.oid, choice->info.oid_length);
  append_id (body, choice->key_id);
  return send_expecting_ok (session, set, body, error);
}

/* GENERAL AUTHENTICATE then carries our key. */
static gboolean
send_key (KioskCardSession *session, GBytes *own, GError **error)
{
  const KioskApdu general = { 0x00, 0x86, 0x00, 0x00, NULL, 0, KIOSK_APDU_SHORT_LE_MAX };
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) body = g_byte_array_new ();

  kiosk_tlv_append (inner, 0x80, g_bytes_get_data (own, NULL), g_bytes_get_size (own));
  kiosk_tlv_append (body, TAG_DYNAMIC, inner->data, inner->len);
  return send_expecting_ok (session, general, body, error);
}

/* MSE:Set KAT carries our key itself; 3DES only, and all that chips of the first edition know. */
static gboolean
send_key_at_once (KioskCardSession *session, const KioskChipChoice *choice, GBytes *own,
                  GError **error)
{
  const KioskApdu set = { 0x00, 0x22, 0x41, 0xa6, NULL, 0, KIOSK_APDU_NO_LE };
  g_autoptr (GByteArray) body = g_byte_array_new ();

  kiosk_tlv_append (body, 0x91, g_bytes_get_data (own, NULL), g_bytes_get_size (own));
  append_id (body, choice->key_id);
  return send_expecting_ok (session, set, body, error);
}

static gboolean
give_key (KioskCardSession *session, const KioskChipChoice *choice, GBytes *own, GError **error)
{
  g_autoptr (GError) refusal = NULL;

  if (choice->info.oid_length == 0)
    return send_key_at_once (session, choice, own, error);
  if (set_protocol (session, choice, &refusal))
    return send_key (session, own, error);
  if (choice->info.cipher == KIOSK_CIPHER_3DES
      && g_error_matches (refusal, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE))
    return send_key_at_once (session, choice, own, error);
  g_propagate_error (error, g_steal_pointer (&refusal));
  return FALSE;
}

gboolean
kiosk_card_chip_authenticate_with_key (KioskCardSession *session, const KioskChipChoice *choice,
                                       const BIGNUM *ephemeral_key, GError **error)
{
  g_autoptr (KioskCardElement) own = kiosk_card_group_multiply (choice->group, NULL, ephemeral_key);
  g_autoptr (KioskSecret) shared
    = kiosk_card_group_agree (choice->group, ephemeral_key, choice->key);
  g_autoptr (GBytes) own_key = NULL;

  if (shared == NULL || own == NULL)
    return unsupported (error, "the agreement ends at the neutral element");
  own_key = kiosk_card_group_encode (choice->group, own);
  if (!give_key (session, choice, own_key, error))
    return FALSE;
  kiosk_card_session_secure (session,
                             kiosk_card_sm_new (choice->info.cipher, kiosk_secret_data (shared),
                                                kiosk_secret_length (shared)));
  return TRUE;
}

gboolean
kiosk_card_chip_authenticate (KioskCardSession *session, const KioskSecurityInfos *infos,
                              GError **error)
{
  g_auto (KioskChipChoice) choice = { 0 };
  g_autoptr (BIGNUM) ephemeral_key = NULL;

  if (!kiosk_card_chip_choose (infos, &choice, error))
    return FALSE;
  ephemeral_key = kiosk_card_group_scalar (choice.group, session->random);
  return kiosk_card_chip_authenticate_with_key (session, &choice, ephemeral_key, error);
}
