#include "journeys.h"

#include <string.h>

#define BAD_CARD(function, card, heading)                                                          \
  static gboolean function (Play *play, JsonObject *summary, GError **error)                       \
  {                                                                                                \
    return journey_bad_card (play, card, heading, error);                                          \
  }

BAD_CARD (card_expired, "expired", "This card has expired")
BAD_CARD (card_lost, "lost", "This card was reported lost")
BAD_CARD (card_cloned, "cloned", "The chip could not prove that it is the original")
BAD_CARD (card_altered_dg1, "altered-dg1", "The chip’s data does not check")
BAD_CARD (card_altered_sod, "altered-sod", "The chip’s signature does not check")
BAD_CARD (card_unknown_country, "unknown-country", "We do not know who issued this document")

static const Journey journeys[] = {
  { "renew-licence", journey_renew_licence, FALSE },
  { "card-expired", card_expired, FALSE },
  { "card-lost", card_lost, FALSE },
  { "card-cloned", card_cloned, FALSE },
  { "card-altered-dg1", card_altered_dg1, FALSE },
  { "card-altered-sod", card_altered_sod, FALSE },
  { "card-unknown-country", card_unknown_country, FALSE },
  { "card-wrong-can", journey_wrong_can, FALSE },
  { "passport", journey_passport, FALSE },
  { "old-list", journey_old_list, FALSE },
  { "enrol-self", journey_enrol_self, FALSE },
  { "enrol-refused", journey_enrol_refused, TRUE },
  { "enrol-no-picture", journey_enrol_no_picture, TRUE },
  { "enrol-phones", journey_enrol_phones, TRUE },
  { "enrol-young", journey_enrol_young, FALSE },
  { "receipt-by-light", journey_receipt_by_light, FALSE },
  { "other-codes", journey_other_codes, FALSE },
  { "staff-sign-in", journey_staff_sign_in, FALSE },
  { "camera-troubles", journey_camera_troubles, FALSE },
  { "personal-code", journey_personal_code, FALSE },
  { "login-phone", journey_login_phone, FALSE },
  { "login-refused", journey_login_refused, FALSE },
  { "login-cut", journey_login_cut, FALSE },
  /* The last: it leaves a vault that has seen an hour to come, and takes no code before that. */
  { "code-replayed", journey_code_replayed, TRUE },
  { NULL, NULL, FALSE },
};

const Journey *
journey_all (void)
{
  return journeys;
}

const Journey *
journey_find (const char *name)
{
  for (const Journey *journey = journeys; journey->name != NULL; journey++)
    {
      if (strcmp (journey->name, name) == 0)
        return journey;
    }
  return NULL;
}
