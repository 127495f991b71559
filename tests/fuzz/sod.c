#include "trust/sod.h"
#include "edit.h"
#include "fixture.h"

static GPtrArray *anchors;
static GPtrArray *groups;
static GBytes *good;

static void
make (void)
{
  g_autoptr (Identity) csca = identity_new (KIOSK_CERT_CSCA, "Country signer", NULL);
  g_autoptr (Identity) ds = identity_new (KIOSK_CERT_DS, "Document signer", csca);
  KioskSigner signer = identity_signer (ds);

  anchors = identity_certs (csca, NULL);
  groups = g_ptr_array_new ();
  g_ptr_array_add (groups, g_bytes_new_static ("one", 3));
  g_ptr_array_add (groups, g_bytes_new_static ("two", 3));
  good = kiosk_sod_create (groups, &signer, NULL);
}

static void
try_it (GBytes *der)
{
  g_autoptr (KioskSod) sod = kiosk_sod_parse (der, NULL);

  if (sod == NULL || !sod_verify (sod, anchors, NOW_MS, NULL))
    return;
  /* What verifies under our country signer says what the good one says. */
  for (guint i = 1; i <= 16; i++)
    g_assert_true (kiosk_sod_lists (sod, i) == (i <= groups->len));
  for (guint i = 1; i <= groups->len; i++)
    g_assert_true (kiosk_sod_check (sod, i, g_ptr_array_index (groups, i - 1), NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, length);
  g_autoptr (GBytes) altered = NULL;

  if (good == NULL)
    make ();
  altered = fuzz_edit (good, data, length);
  try_it (raw);
  try_it (altered);
  return 0;
}
