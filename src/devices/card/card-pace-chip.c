/* PACE's chip authentication mapping: the last step, ICAO Doc 9303-11, 4.4.3.5.2. */
#include "devices/card/card-access.h"

void
kiosk_pace_chip_free (KioskPaceChip *self)
{
  if (self == NULL)
    return;
  kiosk_card_group_free (self->group);
  kiosk_card_element_free (self->mapping_key);
  kiosk_secret_unref (self->data);
  g_free (self);
}

/* Whether the data leads from @key to what the chip mapped with. */
static gboolean
fits (const KioskPaceChip *self, const KioskCardElement *key)
{
  g_autoptr (BIGNUM) scalar = BN_secure_new ();
  g_autoptr (KioskCardElement) product = NULL;
  g_autoptr (GBytes) reckoned = NULL;
  g_autoptr (GBytes) seen = kiosk_card_group_encode (self->group, self->mapping_key);

  kiosk_card_must (
    BN_bin2bn (kiosk_secret_data (self->data), (int)kiosk_secret_length (self->data), scalar)
    != NULL);
  product = kiosk_card_group_multiply (self->group, key, scalar);
  if (product == NULL)
    return FALSE;
  reckoned = kiosk_card_group_encode (self->group, product);
  return g_bytes_equal (reckoned, seen);
}

/* The document may list other keys of the same curve, for chip authentication proper: each is
 * signed, and holding any of them is the proof. */
gboolean
kiosk_pace_chip_check (const KioskPaceChip *self, const KioskSecurityInfos *card_security,
                       GError **error)
{
  guint tried = 0;

  for (guint i = 0; i < card_security->keys->len; i++)
    {
      const KioskChipKey *candidate = g_ptr_array_index (card_security->keys, i);
      g_autoptr (KioskCardGroup) group = NULL;
      g_autoptr (KioskCardElement) key = NULL;

      if (!candidate->is_ecdh || !kiosk_card_group_open_key (candidate->spki, &group, &key, NULL)
          || !kiosk_card_group_equal (group, self->group))
        continue;
      tried++;
      if (fits (self, key))
        return TRUE;
    }
  if (tried == 0)
    g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED,
                         "EF.CardSecurity has no key of PACE's group");
  else
    g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_CLONE,
                         "the chip does not hold the key of EF.CardSecurity");
  return FALSE;
}
