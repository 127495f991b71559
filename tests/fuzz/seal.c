#include "trust/seal.h"
#include "edit.h"
#include "fixture.h"

static Identity *kiosk;
static Identity *department;
static GPtrArray *anchors;
static GBytes *good;

static void
make (void)
{
  const KioskSealHeader header = { .txid = (char *)"01h2xcejqtf2nbrexx3vqjhp41",
                                   .kiosk = (char *)"k-0042",
                                   .boot = (char *)"01h2xcejqtf2nbrexx3vqjhp40",
                                   .department = (char *)"td",
                                   .service = (char *)"td-vehicle-licence-renewal",
                                   .form = (char *)"td558",
                                   .sealed_ms = NOW_MS };
  g_autoptr (GBytes) submission = g_bytes_new_static ("submission", 10);
  g_autoptr (GPtrArray) recipients = NULL;
  KioskSigner signer;

  kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", NULL);
  department = identity_new (KIOSK_CERT_RECIPIENT, "td", NULL);
  anchors = identity_certs (kiosk, NULL);
  recipients = identity_certs (department, NULL);
  signer = identity_signer (kiosk);
  good = kiosk_seal_create (&header, submission, &signer, recipients, NULL);
}

static gboolean
opens (GBytes *sealed)
{
  g_autoptr (KioskSealHeader) header = kiosk_seal_peek (sealed, anchors, NOW_MS, NULL, NULL);
  g_autoptr (GBytes) submission
    = kiosk_seal_open (sealed, anchors, NOW_MS, department->cert, department->key, NULL, NULL);

  g_assert_true ((header != NULL) == (submission != NULL));
  return submission != NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, length);
  g_autoptr (GBytes) altered = NULL;

  if (good == NULL)
    make ();
  altered = fuzz_edit (good, data, length);
  g_assert_false (opens (raw));
  g_assert_true (opens (altered) == g_bytes_equal (altered, good));
  return 0;
}
