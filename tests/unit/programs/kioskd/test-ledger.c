/* Receipts that somebody shows, against a real vault: what was really sealed is found, and nothing
 * else is. */
#include "bench.h"

#include "await.h"
#include "formats/receipt.h"
#include "journey/promise.h"
#include "programs/kioskd/ledger.h"
#include "trust/cose.h"

#include <string.h>

#define DAY_MS G_GINT64_CONSTANT (86400000)

typedef struct
{
  X509 *cert;
  EVP_PKEY *key;
} Identity;

typedef struct
{
  Bench *bench; /* for its clock and catalogue */
  char *folder;
  Identity authority, kiosk, department;
  KioskVault *vault;
  KioskRandom *random;
  KioskErrands *errands;
  KioskSecret *pepper;
  KioskSync *sync;
  KioskLedgerPort *ledger;
  guint sealed;
} Fixture;

static Identity
identity_new (Fixture *f, KioskCertRole role, const char *name, const Identity *issuer)
{
  gint64 now = kiosk_clock_wall_ms (f->bench->clock);
  const KioskCertTemplate template = { .role = role,
                                       .common_name = name,
                                       .not_before_ms = now - DAY_MS,
                                       .not_after_ms = now + 90 * DAY_MS };
  g_autoptr (GError) error = NULL;
  Identity self = { .key = kiosk_pki_key_new (NULL) };

  self.cert = kiosk_pki_issue (&template, self.key, issuer == NULL ? NULL : issuer->cert,
                               issuer == NULL ? self.key : issuer->key, &error);
  g_assert_no_error (error);
  return self;
}

static void
identity_clear (Identity *self)
{
  X509_free (self->cert);
  EVP_PKEY_free (self->key);
}

static char *
path_in (const Fixture *f, const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static void
write_cert (const Fixture *f, const char *name, X509 *cert)
{
  g_autofree char *path = path_in (f, name);
  g_autofree char *pem = kiosk_pki_cert_to_pem (cert);

  g_assert_true (g_file_set_contents (path, pem, -1, NULL));
}

static void
open_sync (Fixture *f)
{
  g_autofree char *authority = path_in (f, "authority.pem");
  g_autofree char *key = path_in (f, "kiosk.key");
  const KioskSyncConfig config = {
    .gateway = "https://localhost:1",
    .gateway_ca = authority,
    .bundle_anchors = authority,
    .state_folder = f->folder,
  };
  g_autoptr (GError) error = NULL;

  write_cert (f, "authority.pem", f->authority.cert);
  write_cert (f, "kiosk.pem", f->kiosk.cert);
  g_assert_true (kiosk_pki_key_save (f->kiosk.key, key, NULL));
  f->sync = kiosk_sync_new (&config, f->vault, f->bench->clock, f->random, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
add_role (JsonObject *roles, const char *role, X509 *cert)
{
  JsonArray *list = json_array_new ();
  g_autofree char *pem = kiosk_pki_cert_to_pem (cert);

  json_array_add_string_element (list, pem);
  json_object_set_array_member (roles, role, list);
}

/* The trust list in force. */
static void
set_rules (Fixture *f)
{
  g_autoptr (KioskRules) rules = kiosk_rules_none ();
  JsonObject *roles = json_object_new ();

  add_role (roles, "kiosk-ca", f->authority.cert);
  add_role (roles, "recipient/td", f->department.cert);
  add_role (roles, "recovery", f->department.cert);
  rules->trust = g_new0 (KioskBundle, 1);
  rules->trust->name = g_strdup ("trust");
  rules->trust->body = json_object_new ();
  json_object_set_object_member (rules->trust->body, "roles", roles);
  kiosk_ledger_set_rules (f->ledger, rules);
}

static void
hear_sealed (gpointer data, const char *txid)
{
  ((Fixture *)data)->sealed++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *vault = NULL, *pepper = NULL;

  f->bench = bench_new ();
  f->folder = g_dir_make_tmp ("kiosk-ledger-XXXXXX", NULL);
  vault = path_in (f, "vault");
  pepper = path_in (f, "pepper");
  f->authority = identity_new (f, KIOSK_CERT_CA, "kiosk-ca", NULL);
  f->kiosk = identity_new (f, KIOSK_CERT_KIOSK, "k-1", &f->authority);
  f->department = identity_new (f, KIOSK_CERT_RECIPIENT, "td", &f->authority);
  f->random = kiosk_random_new_seeded (1);
  f->errands = kiosk_errands_new ();
  f->vault = kiosk_vault_open (vault, f->bench->clock, NULL, &error);
  g_assert_no_error (error);
  f->pepper = kiosk_ledger_pepper (pepper, f->random, &error);
  g_assert_no_error (error);
  open_sync (f);
  f->ledger = kiosk_ledger_new (&(KioskLedgerConfig){ .vault = f->vault,
                                                      .sync = f->sync,
                                                      .clock = f->bench->clock,
                                                      .random = f->random,
                                                      .errands = f->errands,
                                                      .pepper = f->pepper,
                                                      .boot = "b00t" });
  kiosk_ledger_set_sealed (f->ledger, hear_sealed, f);
  set_rules (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  const char *const argv[] = { "rm", "-rf", f->folder, NULL };

  kiosk_errands_free (f->errands);
  kiosk_ledger_free (f->ledger);
  kiosk_sync_free (f->sync);
  kiosk_vault_close (f->vault);
  kiosk_secret_unref (f->pepper);
  kiosk_random_unref (f->random);
  identity_clear (&f->authority);
  identity_clear (&f->kiosk);
  identity_clear (&f->department);
  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  g_free (f->folder);
  bench_free (f->bench);
}

static KioskDraft *
draft_new (Fixture *f)
{
  KioskDraft *draft = g_new0 (KioskDraft, 1);

  draft->catalogue = kiosk_catalogue_ref (f->bench->catalogue);
  draft->service = kiosk_catalogue_find (draft->catalogue, "td-vehicle-licence-renewal");
  draft->submission = g_bytes_new ("<data>CHAN</data>", 17);
  draft->fee_cents = 507400;
  return draft;
}

/* (transfer full): as a person gets it, through the ledger's own door. */
static KioskRecord *
seal (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  KioskRecord *record;

  f->ledger->seal_async (f->ledger, draft_new (f), await_keep, &result);
  record = f->ledger->seal_finish (f->ledger, await_result (&result), &error);
  g_assert_no_error (error);
  return record;
}

static KioskRecord *
find_cose (Fixture *f, GBytes *cose, char **ret_kiosk, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  f->ledger->find_async (f->ledger, cose, NULL, await_keep, &result);
  return f->ledger->find_finish (f->ledger, await_result (&result), ret_kiosk, error);
}

/* (nullable): also when @text is no receipt's any more. */
static KioskRecord *
find (Fixture *f, const char *text, char **ret_kiosk, GError **error)
{
  g_autoptr (GBytes) cose = kiosk_receipt_untext (text, -1, error);

  return cose == NULL ? NULL : find_cose (f, cose, ret_kiosk, error);
}

static void
expect_not_found (Fixture *f, const char *text, KioskFindError code, const char *named)
{
  g_autofree char *kiosk = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRecord) record = find (f, text, &kiosk, &error);

  g_assert_null (record);
  g_assert_error (error, KIOSK_FIND_ERROR, (int)code);
  g_assert_cmpstr (kiosk, ==, named);
}

/* (transfer full): a receipt that says what @record's does, by whoever and of whatever. */
static char *
forge (const KioskRecord *record, const Identity *signer, const char *kiosk, const char *txid,
       guint8 digest_bit)
{
  KioskReceipt receipt = {
    .kiosk = (char *)kiosk,
    .sealed_ms = record->sealed_ms,
    .txid = (char *)txid,
    .reference = record->reference,
    .service = record->service,
    .leaf = record->leaf,
    .fee_cents = record->fee_cents,
  };
  const KioskSigner with = { signer->cert, signer->key };
  g_autoptr (GBytes) claims = NULL;
  g_autoptr (GBytes) cose = NULL;

  memcpy (receipt.digest, record->digest, sizeof receipt.digest);
  receipt.digest[0] ^= digest_bit;
  claims = kiosk_receipt_to_cbor (&receipt);
  cose = kiosk_cose_sign1 (claims, &with, NULL);
  return kiosk_receipt_text (cose);
}

static void
test_found (Fixture *f, gconstpointer data)
{
  g_autoptr (KioskRecord) first = seal (f);
  g_autoptr (KioskRecord) second = seal (f);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRecord) found = find (f, first->receipt, NULL, &error);
  g_autoptr (GBytes) outcome = g_bytes_new ("cms", 3);
  g_autoptr (KioskRecord) later = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (f->sealed, ==, 2);
  g_assert_cmpstr (found->txid, ==, first->txid);
  g_assert_cmpstr (found->receipt, ==, first->receipt);
  g_assert_cmpstr (found->txid, !=, second->txid);
  g_assert_cmpint (found->state, ==, KIOSK_RECORD_RECEIVED);
  /* What was sealed is nobody's to carry about. */
  g_assert_null (found->sealed);
  /* The state of now, not of when the receipt was made. */
  g_assert_true (kiosk_vault_settle (f->vault, first->txid, "granted", NULL, outcome, &error));
  later = find (f, first->receipt, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (later->state, ==, KIOSK_RECORD_SETTLED);
  g_assert_cmpstr (later->outcome_code, ==, "granted");
}

/* Another letter anywhere: no receipt at all, or not a genuine one. */
static void
test_one_character (Fixture *f, gconstpointer data)
{
  g_autoptr (KioskRecord) record = seal (f);
  gsize length = strlen (record->receipt);
  guint refused = 0;

  for (gsize i = strlen (KIOSK_RECEIPT_PREFIX); i < length; i += 5)
    {
      g_autofree char *text = g_strdup (record->receipt);
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskRecord) found = NULL;

      text[i] = text[i] == '0' ? '1' : '0';
      found = find (f, text, NULL, &error);
      g_assert_null (found);
      if (error->domain != KIOSK_RECEIPT_ERROR)
        g_assert_error (error, KIOSK_FIND_ERROR, KIOSK_FIND_ERROR_NOT_GENUINE);
      refused += error->domain == KIOSK_FIND_ERROR;
    }
  g_assert_cmpuint (refused, >, 50);
}

static void
test_others (Fixture *f, gconstpointer data)
{
  g_autoptr (KioskRecord) record = seal (f);
  Identity other = identity_new (f, KIOSK_CERT_KIOSK, "k-2", &f->authority);
  Identity strangers = identity_new (f, KIOSK_CERT_CA, "kiosk-ca", NULL);
  Identity stranger = identity_new (f, KIOSK_CERT_KIOSK, "k-1", &strangers);
  const char *elsewhere = "01h0r5e0w0r1d0000000000000";
  g_autofree char *others = forge (record, &other, "k-2", elsewhere, 0);
  g_autofree char *borrowed = forge (record, &other, "k-1", record->txid, 0);
  g_autofree char *strange = forge (record, &stranger, "k-1", record->txid, 0);
  g_autofree char *gone = forge (record, &f->kiosk, "k-1", elsewhere, 0);
  g_autofree char *changed = forge (record, &f->kiosk, "k-1", record->txid, 1);
  g_autofree char *guessed = forge (record, &other, "k-2", record->txid, 1);

  expect_not_found (f, others, KIOSK_FIND_ERROR_OTHER_KIOSK, "k-2");
  /* Genuine, but it speaks for another kiosk than the one that signed. */
  expect_not_found (f, borrowed, KIOSK_FIND_ERROR_NOT_GENUINE, NULL);
  expect_not_found (f, strange, KIOSK_FIND_ERROR_NOT_GENUINE, NULL);
  expect_not_found (f, gone, KIOSK_FIND_ERROR_UNKNOWN, NULL);
  /* Of other bytes than those kept under that id. */
  expect_not_found (f, changed, KIOSK_FIND_ERROR_UNKNOWN, NULL);
  expect_not_found (f, guessed, KIOSK_FIND_ERROR_OTHER_KIOSK, "k-2");
  identity_clear (&other);
  identity_clear (&strangers);
  identity_clear (&stranger);
}

/* A kiosk whose keys were lost is enrolled anew: what it promised under its old name it keeps. */
static void
test_old_name (Fixture *f, gconstpointer data)
{
  Identity before = identity_new (f, KIOSK_CERT_KIOSK, "k-0", &f->authority);
  const KioskSigner signer = { before.cert, before.key };
  const KioskPromiser promiser = {
    .vault = f->vault,
    .clock = f->bench->clock,
    .random = f->random,
    .boot = "b00t",
    .kiosk = "k-0",
    .signer = &signer,
  };
  g_autoptr (KioskDraft) draft = draft_new (f);
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRecord) record = NULL;
  g_autoptr (KioskRecord) found = NULL;

  g_ptr_array_add (recipients, f->department.cert);
  record = kiosk_promise_seal (&promiser, draft, recipients, &error);
  g_assert_no_error (error);
  found = find (f, record->receipt, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->txid, ==, record->txid);
  identity_clear (&before);
}

/* An old receipt stays true when the certificate of its day has run out. */
static void
test_long_ago (Fixture *f, gconstpointer data)
{
  g_autoptr (KioskRecord) record = seal (f);
  g_autoptr (KioskRecord) found = NULL;
  g_autoptr (GError) error = NULL;

  kiosk_clock_advance (f->bench->clock, 400 * DAY_MS);
  found = find (f, record->receipt, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->txid, ==, record->txid);
}

static void
test_cannot_say (Fixture *f, gconstpointer data)
{
  g_autoptr (KioskRecord) record = seal (f);
  g_autoptr (KioskRules) none = kiosk_rules_none ();
  g_autoptr (GBytes) cose = kiosk_receipt_untext (record->receipt, -1, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  /* Nobody waits any more: it is not even looked for. */
  f->ledger->find_async (f->ledger, cose, cancellable, await_keep, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (f->ledger->find_finish (f->ledger, await_result (&result), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  kiosk_ledger_set_rules (f->ledger, none);
  expect_not_found (f, record->receipt, KIOSK_FIND_ERROR_FAULT, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define CASE(path, function)                                                                       \
  g_test_add ("/kioskd/ledger/" path, Fixture, NULL, set_up, function, tear_down)
  CASE ("a-receipt-finds-its-record-as-it-stands", test_found);
  CASE ("one-changed-character-is-not-genuine", test_one_character);
  CASE ("others-receipts-are-told-apart", test_others);
  CASE ("a-receipt-of-the-kiosks-old-name-is-its-own", test_old_name);
  CASE ("an-old-receipt-stays-true", test_long_ago);
  CASE ("nothing-is-said-without-trust-or-for-nobody", test_cannot_say);
  return g_test_run ();
}
