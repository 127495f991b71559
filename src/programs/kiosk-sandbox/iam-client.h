/* The relying party as it was registered: client.ini. */
#pragma once

#include "base/secret.h"
#include "trust/pki.h"

G_BEGIN_DECLS

/* What a person is asked to approve. */
typedef enum
{
  KIOSK_IAM_LOGIN,
  KIOSK_IAM_PROFILE, /* asked in no window of its own: approved with the login */
  KIOSK_IAM_FORM,
  KIOSK_IAM_STEP_UP,
  KIOSK_IAM_SIGN,
  KIOSK_IAM_PDF,
  KIOSK_IAM_N_KINDS,
} KioskIamKind;

typedef struct
{
  char *id;
  char *name;
  KioskSecret *secret;
  EVP_PKEY *kek; /* public: keys are wrapped to it */
  char **hosts;
  char *callbacks[KIOSK_IAM_N_KINDS]; /* paths; none for a login */
} KioskIamClient;

gboolean kiosk_iam_client_load (const char *folder, KioskIamClient *ret_client, GError **error);
void kiosk_iam_client_clear (KioskIamClient *self);
/* Whether it may be called there. */
gboolean kiosk_iam_client_knows (const KioskIamClient *self, const char *redirect_uri);
/* (transfer full): where what is approved is posted to, at the origin of @redirect_uri. */
char *
kiosk_iam_client_callback (const KioskIamClient *self, const char *redirect_uri, KioskIamKind kind);

G_END_DECLS
