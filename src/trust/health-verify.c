#include "trust/health-verify.h"

#include "trust/cwt-verify.h"
#include "trust/openssl-private.h"

#include <openssl/x509v3.h>

/* Each was first published with a node too many, and both spellings are in use. */
static const struct
{
  const char *oid;
  KioskHealthKind kind;
} usages[] = {
  { "1.3.6.1.4.1.1847.2021.1.1", KIOSK_HEALTH_TEST },
  { "1.3.6.1.4.1.1847.2021.1.2", KIOSK_HEALTH_VACCINATION },
  { "1.3.6.1.4.1.1847.2021.1.3", KIOSK_HEALTH_RECOVERY },
  { "1.3.6.1.4.1.0.1847.2021.1.1", KIOSK_HEALTH_TEST },
  { "1.3.6.1.4.1.0.1847.2021.1.2", KIOSK_HEALTH_VACCINATION },
  { "1.3.6.1.4.1.0.1847.2021.1.3", KIOSK_HEALTH_RECOVERY },
};

static guint
kind_of (const ASN1_OBJECT *usage)
{
  char oid[64];

  OBJ_obj2txt (oid, sizeof oid, usage, 1);
  for (guint i = 0; i < G_N_ELEMENTS (usages); i++)
    if (g_str_equal (oid, usages[i].oid))
      return usages[i].kind;
  return 0;
}

/* The kinds that a certificate speaks of; 0 when of none, which limits nothing. */
static guint
kinds_of (X509 *signer)
{
  EXTENDED_KEY_USAGE *usage = X509_get_ext_d2i (signer, NID_ext_key_usage, NULL, NULL);
  guint kinds = 0;

  for (int i = 0; i < sk_ASN1_OBJECT_num (usage); i++)
    kinds |= kind_of (sk_ASN1_OBJECT_value (usage, i));
  EXTENDED_KEY_USAGE_free (usage);
  return kinds;
}

gboolean
kiosk_health_verify (const KioskHealth *health, GPtrArray *signers, gint64 at_ms, X509 **ret_signer,
                     GError **error)
{
  g_autoptr (X509) signer = NULL;
  guint allowed = 0;

  if (!kiosk_cwt_verify (health->token, signers, KIOSK_CWT_BY_KEY_ID, at_ms, &signer, error))
    return FALSE;
  allowed = kinds_of (signer);
  if (allowed != 0 && (health->kinds & ~allowed) != 0)
    {
      g_set_error_literal (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_SIGNATURE,
                           "signed by one who may not sign this kind of certificate");
      return FALSE;
    }
  if (ret_signer != NULL)
    *ret_signer = g_steal_pointer (&signer);
  return TRUE;
}
