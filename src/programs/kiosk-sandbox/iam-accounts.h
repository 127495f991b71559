/* The people whom the simulated iAM Smart knows, as setup left them in users/NAME.ini. */
#pragma once

#include "base/secret.h"
#include "formats/json.h"
#include "trust/cms.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  gboolean may_sign; /* type "sign", which the public calls iAM Smart+ */
  char *id;
  KioskSecret *token; /* of its phone */
  char *hkid;         /* without the check digit */
  char *hkic_hash;
  GKeyFile *ini;
  KioskSigner signer; /* of those that may sign */
} KioskIamAccount;

/* (element-type utf8 KioskIamAccount) (transfer full): by name. */
GHashTable *kiosk_iam_accounts_load (const char *folder, GError **error);
/* (transfer none) (nullable): whose phone's token that is, in a time that tells nothing. */
KioskIamAccount *kiosk_iam_account_by_token (GHashTable *accounts, const char *token);

/* (transfer full): the number that stands for the person at @client alone. */
char *kiosk_iam_account_open_id (const KioskIamAccount *self, const char *client);
/**
 * kiosk_iam_account_fields:
 * @fields: (nullable): which of them; NULL for all
 * @is_form: e-ME form filling knows more than a profile
 * @into: each is set there
 *
 * Returns: FALSE when one is asked for that no account has
 */
gboolean kiosk_iam_account_fields (const KioskIamAccount *self, const char *const *fields,
                                   gboolean is_form, JsonObject *into);

G_END_DECLS
