/* The gateway fails in every way it can while a person hands something in: nothing is lost, nothing
 * is doubled, and the state that the person and the technician are shown is the true one. */
#include "citizen.h"
#include "gateway-database.h"
#include "liar.h"
#include "sync/sync.h"
#include "technician.h"
#include "trust/seal.h"

#include <signal.h>
#include <string.h>

#define WAIT_SECONDS 60
/* Bytes between two cuts in everyday testing; -m thorough cuts at each. */
#define EVERYDAY_STRIDE 97

static Stage *stage;
static Technician *technician;
static guint handed_in;

static void
pull_cable (void)
{
  stage_cable_pull (stage_cable (stage));
}

static void
put_cable_back (void)
{
  g_autoptr (GError) error = NULL;

  stage_cable_put_back (stage_cable (stage), &error);
  g_assert_no_error (error);
}

static void
nudge (void)
{
  g_autoptr (GError) error = NULL;

  technician_nudge (technician, &error);
  g_assert_no_error (error);
}

/* Whatever is connected is not any more, and what comes next goes there. */
static void
lead_cable_to (guint16 port)
{
  pull_cable ();
  stage_cable_lead_to (stage_cable (stage), port);
  put_cable_back ();
}

static guint16
gateway_port (void)
{
  const char *port = stage_process_value (stage_program (stage, "kiosk-gateway"), "port");

  return (guint16)g_ascii_strtoull (port, NULL, 10);
}

static Citizen *
meet_citizen (void)
{
  g_autoptr (GError) error = NULL;
  Citizen *citizen = citizen_new (stage, &error);

  g_assert_no_error (error);
  return citizen;
}

/* (transfer full): the transaction of the receipt that the person is shown. */
static char *
hand_in (Citizen *citizen)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reference = NULL;
  char *txid = NULL;

  citizen_renew (citizen, &txid, &reference, &error);
  g_assert_no_error (error);
  handed_in++;
  return txid;
}

static void
finish (Citizen *citizen)
{
  g_autoptr (GError) error = NULL;

  citizen_finish (citizen, &error);
  g_assert_no_error (error);
}

/* (transfer full): by the technician's own question. */
static char *
state_of (const char *txid)
{
  g_autoptr (GError) error = NULL;
  char *state = technician_record (technician, txid, "state", &error);

  g_assert_no_error (error);
  return state;
}

/* (transfer full): by kioskctl's list of what is not settled; "" when it is not there. */
static char *
state_in_outbox (const char *txid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) outbox = stage_ctl_json (stage, &error, "outbox", "--json", NULL);
  JsonArray *records;

  g_assert_no_error (error);
  records = json_node_get_array (outbox);
  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);

      if (strcmp (json_object_get_string_member (record, "txid"), txid) == 0)
        return g_strdup (json_object_get_string_member (record, "state"));
    }
  return g_strdup ("");
}

static gint64
refusals (void)
{
  g_autoptr (GError) error = NULL;
  gint64 count = -1;

  technician_status (technician, "gateway", "refusals", &count, &error);
  g_assert_no_error (error);
  return count;
}

/* The person on their list, the technician and kioskctl all say that it is received, no more. */
static void
assert_shown_as_received (Citizen *citizen, const char *txid)
{
  g_autofree char *state = state_of (txid);
  g_autofree char *listed = state_in_outbox (txid);
  g_autofree char *shown = citizen_transaction (citizen, txid, "state");

  g_assert_cmpstr (state, ==, "received");
  g_assert_cmpstr (listed, ==, "received");
  g_assert_cmpstr (shown, ==, "received");
}

static void
show_list (Citizen *citizen)
{
  g_autoptr (GError) error = NULL;

  citizen_go (citizen, "transactions", &error);
  g_assert_no_error (error);
}

/* The person sees it settled on the page they look at, and all that was ever handed in is where it
 * belongs, once. */
static void
assert_ends_well (Citizen *citizen, const char *txid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) held = NULL;
  g_autofree char *outcome = NULL;
  g_autofree char *listed = NULL;
  TechnicianCounts counts = { 0 };

  nudge ();
  citizen_await_transaction (citizen, txid, "state", "settled", &error);
  g_assert_no_error (error);
  outcome = citizen_transaction (citizen, txid, "outcome");
  g_assert_cmpstr (outcome, ==, "granted");
  listed = state_in_outbox (txid);
  g_assert_cmpstr (listed, ==, "");
  held = gateway_transactions (stage);
  g_assert_cmpuint (held->len, ==, handed_in);
  g_assert_cmpuint (gateway_count_transactions (stage, txid), ==, 1);
  g_assert_cmpuint (gateway_count_outcomes (stage, txid), ==, 1);
  technician_counts (technician, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpint (counts.settled, ==, handed_in);
  g_assert_cmpint (counts.received + counts.accepted + counts.quarantined, ==, 0);
  technician_verify_audit (technician, &error);
  g_assert_no_error (error);
}

/* Lies */

static GBytes *
stage_file (const char *name)
{
  g_autofree char *path = stage_passing_path (stage, name);
  g_autoptr (GError) error = NULL;
  char *content = NULL;
  gsize length = 0;

  g_file_get_contents (path, &content, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (content, length);
}

static GBytes *
sign_receipt (const char *signer, const char *kiosk, const char *txid, GBytes *about)
{
  g_autofree char *certificate = g_strconcat ("authorities/", signer, ".pem", NULL);
  g_autofree char *key = g_strconcat ("authorities/", signer, ".key", NULL);
  g_autofree char *certificate_path = stage_passing_path (stage, certificate);
  g_autofree char *key_path = stage_passing_path (stage, key);
  g_autoptr (GError) error = NULL;
  g_autoptr (X509) cert = kiosk_pki_cert_load (certificate_path, &error);
  g_autoptr (EVP_PKEY) private_key = kiosk_pki_key_load (key_path, &error);
  const KioskSigner by = { cert, private_key };
  KioskGatewayReceipt receipt = { .kiosk = (char *)kiosk,
                                  .txid = (char *)txid,
                                  .index = 1,
                                  .accepted_ms = g_get_real_time () / 1000,
                                  .epoch = (char *)"a-lie" };
  g_autoptr (GBytes) json = NULL;
  GBytes *cms;

  g_assert_no_error (error);
  kiosk_seal_digest (about, receipt.digest);
  json = kiosk_gateway_receipt_print (&receipt);
  cms = kiosk_cms_sign (json, &by, 1, FALSE, &error);
  g_assert_no_error (error);
  return cms;
}

/* Everything is right but that a department signed it. */
static GBytes *
receipt_of_a_stranger (const char *kiosk, const char *txid, GBytes *sealed, gpointer data)
{
  return sign_receipt ("department/td/td", kiosk, txid, sealed);
}

/* Everything is right but a bit of the signature, which stands at the end. */
static GBytes *
receipt_with_a_flipped_bit (const char *kiosk, const char *txid, GBytes *sealed, gpointer data)
{
  g_autoptr (GBytes) right = sign_receipt ("gateway/receipt", kiosk, txid, sealed);
  gsize length;
  guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&right), &length);

  bytes[length - 1] ^= 1;
  return g_bytes_new_take (bytes, length);
}

/* The gateway's own signature, about other bytes. */
static GBytes *
receipt_for_other_bytes (const char *kiosk, const char *txid, GBytes *sealed, gpointer data)
{
  g_autoptr (GBytes) other = stage_file ("authorities/kiosk/gateway-ca.pem");

  return sign_receipt ("gateway/receipt", kiosk, txid, other);
}

/* @data: the true receipt of an earlier transaction. */
static GBytes *
receipt_played_again (const char *kiosk, const char *txid, GBytes *sealed, gpointer data)
{
  return g_bytes_ref (data);
}

/* A person hands in while the gateway lies, looks at their list meanwhile, and the lie ends. The
 * liar is asked @asked times at least; one that gives receipts has each of them refused. */
static gint64
suffer (const Lie *lie, guint asked)
{
  g_autofree char *pki = stage_passing_path (stage, "authorities/gateway");
  g_autoptr (GError) error = NULL;
  g_autoptr (Liar) liar = liar_new (pki, lie, &error);
  g_autoptr (Citizen) citizen = meet_citizen ();
  g_autofree char *txid = NULL;
  gint64 refused = refusals ();

  g_assert_no_error (error);
  lead_cable_to (liar_port (liar));
  txid = hand_in (citizen);
  show_list (citizen);
  for (guint i = 1; i <= asked; i++)
    {
      g_assert_true (liar_await_records (liar, i, WAIT_SECONDS));
      assert_shown_as_received (citizen, txid);
      nudge ();
    }
  if (lie->receipt != NULL)
    g_assert_cmpint (refusals () - refused, >=, asked - 1); /* the last may be under way */
  g_assert_cmpuint (gateway_count_transactions (stage, txid), ==, 0);
  lead_cable_to (gateway_port ());
  assert_ends_well (citizen, txid);
  finish (citizen);
  return liar_first_gap_us (liar);
}

static void
test_errors (void)
{
  suffer (&(Lie){ .status = 500 }, 4);
}

/* However often someone nudges. */
static void
test_retry_after (void)
{
  gint64 gap_us = suffer (&(Lie){ .status = 429, .retry_after = "2" }, 2);

  g_assert_cmpint (gap_us, >=, 2 * G_TIME_SPAN_SECOND);
}

static void
test_stranger (void)
{
  suffer (&(Lie){ .status = 201, .receipt = receipt_of_a_stranger }, 4);
}

static void
test_flipped_bit (void)
{
  suffer (&(Lie){ .status = 201, .receipt = receipt_with_a_flipped_bit }, 4);
}

static void
test_other_bytes (void)
{
  suffer (&(Lie){ .status = 200, .receipt = receipt_for_other_bytes }, 4);
}

static void
test_played_again (void)
{
  g_autoptr (Citizen) citizen = meet_citizen ();
  g_autofree char *txid = hand_in (citizen);
  g_autoptr (GBytes) old = NULL;

  show_list (citizen);
  assert_ends_well (citizen, txid);
  finish (citizen);
  g_clear_pointer (&citizen, citizen_free);
  old = gateway_receipt (stage, txid);
  suffer (&(Lie){ .status = 200, .receipt = receipt_played_again, .data = old }, 4);
}

/* A dead gateway */

typedef struct
{
  const char *txid;
  gint64 attempts;
} Tried;

static gboolean
was_tried (Technician *self, gpointer data)
{
  const Tried *tried = data;
  gint64 attempts = 0;

  return technician_attempts (self, tried->txid, &attempts, NULL) && attempts >= tried->attempts;
}

static void
test_dead_gateway (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Citizen) citizen = meet_citizen ();
  g_autofree char *txid = NULL;
  Tried tried = { NULL, 3 };

  stage_process_stop (stage_program (stage, "kiosk-gateway"), SIGKILL, &error);
  g_assert_no_error (error);
  txid = hand_in (citizen);
  show_list (citizen);
  tried.txid = txid;
  technician_wait (technician, was_tried, &tried, WAIT_SECONDS, "three attempts", &error);
  g_assert_no_error (error);
  assert_shown_as_received (citizen, txid);
  stage_restart (stage, "kiosk-gateway", &error);
  g_assert_no_error (error);
  assert_ends_well (citizen, txid);
  finish (citizen);
}

/* A cut at each byte */

static int
rank (const char *state)
{
  static const char *const order[] = { "received", "accepted", "settled", NULL };

  for (int i = 0; order[i] != NULL; i++)
    {
      if (strcmp (order[i], state) == 0)
        return i;
    }
  g_error ("%s: no state of a record that goes its way", state);
}

typedef struct
{
  const char *txid;
  int rank; /* before the cut */
} Cut;

/* A connection broke at that byte, or the exchange was over before it and moved the record on. */
static gboolean
is_over (Technician *self, gpointer data)
{
  const Cut *cut = data;
  g_autofree char *state = state_of (cut->txid);

  return stage_cable_cuts (stage_cable (stage)) > 0 || rank (state) > cut->rank;
}

/* The record's state, after an exchange that broke when @bytes had come. It never goes back, and
 * never before what the gateway holds. */
static int
cut_at (const char *txid, int before, gint64 bytes)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *state = NULL;
  Cut cut = { txid, before };
  int now;

  pull_cable ();
  stage_cable_cut_after (stage_cable (stage), bytes);
  put_cable_back ();
  nudge ();
  technician_wait (technician, is_over, &cut, WAIT_SECONDS, "an exchange is to break", &error);
  g_assert_no_error (error);
  state = state_of (txid);
  now = rank (state);
  g_assert_cmpint (now, >=, before);
  g_assert_cmpuint (gateway_count_transactions (stage, txid), <=, 1);
  if (now >= 1)
    g_assert_cmpuint (gateway_count_transactions (stage, txid), ==, 1);
  if (now >= 2)
    g_assert_cmpuint (gateway_count_outcomes (stage, txid), ==, 1);
  return now;
}

static void
test_cut (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Citizen) citizen = meet_citizen ();
  g_autofree char *txid = NULL;
  gint64 stride = g_test_thorough () ? 1 : EVERYDAY_STRIDE;
  gint64 bytes = 0, accepted_at = -1, began;

  stage_go_offline (stage, &error);
  g_assert_no_error (error);
  txid = hand_in (citizen);
  finish (citizen);
  began = g_get_monotonic_time ();
  for (int state = 0; state < 2; bytes += stride)
    {
      state = cut_at (txid, state, bytes);
      if (state >= 1 && accepted_at < 0)
        accepted_at = bytes;
    }
  g_test_message ("cut at each %" G_GINT64_FORMAT ". byte: accepted with %" G_GINT64_FORMAT
                  " of them, settled with %" G_GINT64_FORMAT ", %.0f ms a cut",
                  stride, accepted_at, bytes - stride,
                  (double)(g_get_monotonic_time () - began) / 1000 / (double)(bytes / stride));
  stage_cable_cut_after (stage_cable (stage), -1);
  pull_cable ();
  put_cable_back ();
  g_assert_true (stage_hand (stage, "place good", &error));
  show_list (citizen);
  assert_ends_well (citizen, txid);
  finish (citizen);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int failed;

  stage = stage_new_for_test_without_window (&argc, &argv);
  technician = technician_new (stage, &error);
  g_assert_no_error (error);
  g_test_add_func ("/faults/gateway/answers-500-and-nothing-is-lost", test_errors);
  g_test_add_func ("/faults/gateway/is-busy-and-left-alone-as-long-as-it-asks", test_retry_after);
  g_test_add_func ("/faults/gateway/receipt-of-a-stranger-is-refused", test_stranger);
  g_test_add_func ("/faults/gateway/receipt-with-a-flipped-bit-is-refused", test_flipped_bit);
  g_test_add_func ("/faults/gateway/receipt-for-other-bytes-is-refused", test_other_bytes);
  g_test_add_func ("/faults/gateway/receipt-played-again-is-refused", test_played_again);
  g_test_add_func ("/faults/gateway/dead-and-back-and-nothing-is-lost", test_dead_gateway);
  g_test_add_func ("/faults/gateway/cut-at-any-byte-nothing-is-lost-or-doubled", test_cut);
  failed = g_test_run ();
  technician_free (technician);
  stage_free (stage);
  return failed;
}
