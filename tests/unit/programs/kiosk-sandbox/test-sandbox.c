/* The government's side: what setup signs holds, and the department decides what the forms library
 * says, once, whatever happens to it in between. */
#include "base/file.h"
#include "formats/personal.h"
#include "identity/holder.h"
#include "identity/personal-code.h"
#include "programs/kiosk-sandbox/department.h"
#include "programs/kiosk-sandbox/iam-core.h"
#include "rig.h"
#include "sample.h"
#include "trust/bundle.h"
#include "trust/cwt-verify.h"
#include <signal.h>
#include <string.h>

static const char txid_one[] = "0123456789abcdefghjkmnpqrs";
static const char txid_two[] = "1123456789abcdefghjkmnpqrs";

#define SEALED_MS G_GINT64_CONSTANT (1795485600000) /* TODAY at ten in the morning, Hong Kong */

static char *
services_folder (void)
{
  return g_test_build_filename (G_TEST_DIST, "..", "..", "data", "services", NULL);
}

static Rig *
government_new (void)
{
  g_autofree char *services = services_folder ();
  return rig_new_by_setup (services, "A1234563");
}

static KioskBundle *
bundle_open (Rig *rig, const char *name)
{
  g_autofree char *anchors_path = g_build_filename (rig->folder, "kiosk/anchors.pem", NULL);
  g_autofree char *path = g_strdup_printf ("%s/kiosk/bundles/%s.p7", rig->folder, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) anchors = kiosk_pki_certs_load (anchors_path, &error);
  g_assert_no_error (error);
  char *content;
  gsize size;
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  g_autoptr (GBytes) cms = g_bytes_new_take (content, size);
  KioskBundle *bundle
    = kiosk_bundle_open (cms, name, anchors, kiosk_clock_wall_ms (rig->clock), 1, &error);
  g_assert_no_error (error);
  return bundle;
}

static void
test_setup (void)
{
  static const char *const roles[]
    = { "csca",         "kiosk-ca", "gateway",         "department/td",
        "recipient/td", "recovery", "personal-issuer", "signing-ca" };
  g_autoptr (Rig) rig = government_new ();
  g_autoptr (KioskBundle) trust = bundle_open (rig, "trust");
  g_autoptr (KioskBundle) catalogue = bundle_open (rig, "catalogue");
  g_autoptr (KioskBundle) lost = bundle_open (rig, "lost-cards");
  g_autoptr (GError) error = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autoptr (GPtrArray) certs = kiosk_bundle_certs (trust, roles[i], &error);
      g_assert_no_error (error);
      g_assert_cmpuint (certs->len, ==, 1);
    }
  g_autoptr (KioskCatalogue) services = kiosk_catalogue_new (catalogue, &error);
  g_assert_no_error (error);
  g_assert_nonnull (kiosk_catalogue_find (services, SERVICE));
  g_autofree char *digest
    = kiosk_lost_card_digest (json_object_get_string_member (lost->body, "salt"), "A1234563");
  JsonArray *documents = json_object_get_array_member (lost->body, "documents");
  g_assert_cmpuint (json_array_get_length (documents), ==, 1);
  g_assert_cmpstr (json_array_get_string_element (documents, 0), ==, digest);
}

/* Others read the same: two signatures, and the keys private. */
static void
test_setup_by_openssl (void)
{
  g_autoptr (Rig) rig = government_new ();
  const char *const verify[]
    = { "sh", "-c",
        "cd \"$0\" && openssl cms -verify -cades -inform DER -in kiosk/bundles/trust.p7"
        " -CAfile kiosk/anchors.pem -purpose any -partial_chain -out /dev/null 2>&1 &&"
        " openssl cms -cmsout -print -inform DER -in kiosk/bundles/trust.p7 |"
        " grep -c 'd.issuerAndSerialNumber' && find . -name '*.key' ! -perm 0600 | wc -l",
        rig->folder, NULL };
  g_autofree char *out = rig_run (verify);
  g_assert_cmpstr (out, ==, "CAdES Verification successful\n2\n0\n");
}

static void
test_setup_twice (void)
{
  g_autoptr (Rig) rig = government_new ();
  g_autofree char *services = services_folder ();
  const char *const again[]
    = { "sh",
        "-c",
        "cd \"$1\" && state() { find . -type f ! -name 'gateway.db*' | sort | xargs sha256sum; } &&"
        " before=$(state) && said=$(! \"$0\" setup . --csca kiosk/anchors.pem --services \"$2\""
        " 2>&1) && [ \"$before\" = \"$(state)\" ] && echo \"$said\" | wc -l",
        g_getenv ("KIOSK_SANDBOX"),
        rig->folder,
        services,
        NULL };
  g_autofree char *lines = rig_run (again);
  g_assert_cmpstr (lines, ==, "1\n");
}

#define PERSON                                                                                     \
  "[person]\nname=CHAN, TAI MAN\nname-chinese=陳大文\nnumber=A1234563\nbirth=1985-02-28\nsex=M\n"

/* Runs the verb in the rig's folder for a key that the openssl command makes. */
static char *
credential_run (Rig *rig, const char *curve, const char *person)
{
  const char *const argv[]
    = { "sh",
        "-c",
        "cd \"$1\" && printf '%s' \"$3\" >person.ini && openssl ecparam -name \"$2\" -genkey -noout"
        " -out phone.pem && openssl pkey -in phone.pem -pubout -out public.pem && { \"$0\""
        " credential --issuer issuer --person person.ini --key public.pem --out credential.txt"
        " --days 30 2>&1 && cat credential.txt || true; }",
        g_getenv ("KIOSK_SANDBOX"),
        rig->folder,
        curve,
        person,
        NULL };
  return rig_run (argv);
}

/* The issuer whom the trust bundle names gives a person's data to a key. */
static void
test_credential (void)
{
  g_autoptr (Rig) rig = government_new ();
  g_autoptr (KioskBundle) trust = bundle_open (rig, "trust");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) issuers = kiosk_bundle_certs (trust, KIOSK_PERSONAL_CODE_ROLE, &error);
  g_autofree char *text = credential_run (rig, "prime256v1", PERSON);
  g_autoptr (KioskPersonal) person = kiosk_personal_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (person->id, ==, "A1234563");
  g_assert_cmpstr (person->full_name, ==, "CHAN, TAI MAN");
  g_assert_cmpstr (person->second_name, ==, "陳大文");
  g_assert_cmpstr (person->birth, ==, "19850228");
  g_assert_cmpstr (person->issuing_country, ==, "HK");
  g_assert_cmpint (person->gender, ==, 1);
  g_assert_cmpint (person->token->expires_ms - person->token->issued_ms, ==,
                   G_GINT64_CONSTANT (30) * 24 * 3600 * 1000);
  kiosk_cwt_verify (person->token, issuers, KIOSK_CWT_ANY_SIGNER, person->token->issued_ms, NULL,
                    &error);
  g_assert_no_error (error);
  const char *const key[] = { "sh", "-c",
                              "cd \"$0\" && openssl pkey -pubin -in public.pem -outform DER |"
                              " tail -c 65 | od -An -v -tx1 | tr -d ' \\n'",
                              rig->folder, NULL };
  g_autofree char *point = rig_run (key);
  g_autoptr (GBytes) wanted = kiosk_hex_decode (point);
  g_assert_true (g_bytes_equal (person->holder_key, wanted));
}

/* Nobody is given what could not be judged later. */
static void
test_credential_refused (void)
{
  g_autoptr (Rig) rig = government_new ();
  g_autofree char *curve = credential_run (rig, "secp384r1", PERSON);
  g_autofree char *number = credential_run (rig, "prime256v1",
                                            "[person]\nname=CHAN\nnumber=A1234564\n"
                                            "birth=1985-02-28\n");
  g_assert_nonnull (strstr (curve, "P-256"));
  g_assert_nonnull (strstr (number, "HKID"));
}

/* Sets up once more beside the rig's folder, with @user of iAM Smart; what it says, "0" or "1", and
 * whether anything is there. */
static char *
iam_user_run (Rig *rig, const char *user)
{
  g_autofree char *services = services_folder ();
  const char *const argv[] = {
    "sh",
    "-c",
    "cd \"$1\" && mkdir -p card paper && printf '%s' \"$3\" >card/card.ini &&"
    " printf '[person]\\nname=X\\nnumber=L898902C3\\n' >paper/card.ini && rm -rf other &&"
    " { \"$0\" setup other --csca kiosk/anchors.pem --services \"$2\" --iam-user \"$4\""
    " 2>&1 >/dev/null | grep -c 'iam-user\\|No such'; test -e other && echo there || echo none; }",
    g_getenv ("KIOSK_SANDBOX"),
    rig->folder,
    services,
    PERSON,
    user,
    NULL
  };
  return rig_run (argv);
}

/* A person whom iAM Smart cannot know is refused before anything is written. */
static void
test_iam_users (void)
{
  static const struct
  {
    const char *user;
    const char *says;
  } users[] = { { "card/card.ini:sign", "0\nthere\n" },  { "card/card.ini:basic", "0\nthere\n" },
                { "card/card.ini:gold", "1\nnone\n" },   { "card/card.ini", "1\nnone\n" },
                { "paper/card.ini:basic", "1\nnone\n" }, { "nobody/card.ini:sign", "1\nnone\n" } };
  g_autoptr (Rig) rig = government_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (users); i++)
    {
      g_autofree char *says = iam_user_run (rig, users[i].user);
      g_assert_cmpstr (says, ==, users[i].says);
    }
  g_autofree char *services = services_folder ();
  const char *const modes[]
    = { "sh",
        "-c",
        "cd \"$0\" && \"$1\" setup third --csca kiosk/anchors.pem --services \"$2\""
        " --iam-user card/card.ini:sign && find third/iamsmart third/gateway/iamsmart third/phone"
        " -type f -perm 0600 | sort | tr '\\n' ' '",
        rig->folder,
        g_getenv ("KIOSK_SANDBOX"),
        services,
        NULL };
  g_autofree char *private_files = rig_run (modes);
  g_assert_cmpstr (private_files, ==,
                   "third/gateway/iamsmart/kek.key third/gateway/iamsmart/secret"
                   " third/iamsmart/client.ini third/iamsmart/tls.key"
                   " third/iamsmart/users/card.ini third/iamsmart/users/card.key"
                   " third/phone/card.token ");
}

static void
assert_tickets (KioskIamCore *core, const char *wanted)
{
  gboolean release;
  g_autofree char *status = kiosk_iam_core_control (core, "status", &release);
  g_assert_nonnull (strstr (status, wanted));
}

/* By the clock in hand alone: nobody says anything to the core meanwhile. */
static void
test_iam_tickets_end (void)
{
  g_autoptr (Rig) rig = government_new ();
  g_autofree char *folder = g_build_filename (rig->folder, "iamsmart", NULL);
  g_autofree char *ca = g_build_filename (rig->folder, "kiosk/gateway-ca.pem", NULL);
  const KioskIamConfig config = { .folder = folder, .gateway_ca = ca, .key_ms = 1000 };
  g_autoptr (KioskClock) clock = kiosk_clock_new_manual (SEALED_MS);
  g_autoptr (KioskRandom) random = kiosk_random_new_seeded (4);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskIamCore) core = kiosk_iam_core_new (&config, clock, random, &error);
  g_autoptr (GHashTable) query = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *link = NULL;
  gboolean release;
  g_assert_no_error (error);
  kiosk_iam_core_set_base (core, "https://localhost:1");
  g_hash_table_insert (query, (char *)"clientID", (char *)"simulated-self-service-kiosks");
  g_hash_table_insert (query, (char *)"responseType", (char *)"code");
  g_hash_table_insert (query, (char *)"source", (char *)"App_Link");
  g_hash_table_insert (query, (char *)"redirectURI", (char *)"https://localhost:1/callback");
  g_hash_table_insert (query, (char *)"scope", (char *)"eidapi_auth");
  g_hash_table_insert (query, (char *)"state", (char *)"s");
  g_autofree char *refusal = kiosk_iam_core_qr (core, query, &link);
  g_assert_null (refusal);
  g_assert_true (g_str_has_prefix (link, "https://localhost:1/app?ticket="));
  g_autofree char *armed = kiosk_iam_core_control (core, "fault lost-callback", &release);
  g_assert_cmpstr (armed, ==, "ok");
  kiosk_clock_advance (clock, 18 * 60 * 1000 - 1);
  assert_tickets (core, " tickets=1 ");
  kiosk_clock_advance (clock, 1);
  assert_tickets (core, " tickets=0 ");
  assert_tickets (core, " faults=none"); /* the callback was tried, and lost */
}

/* What a kiosk seals on TODAY, with @from replaced by @to. */
static GBytes *
submission_seal (Rig *rig, const RigPeer *kiosk, const char *txid, const char *from, const char *to)
{
  g_autoptr (KioskBundle) bundle = bundle_open (rig, "catalogue");
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskCatalogue) catalogue = kiosk_catalogue_new (bundle, &error);
  g_assert_no_error (error);
  g_autoptr (KioskForm) form = sample_form (catalogue, TODAY);
  sample_fill (form);
  g_autoptr (GBytes) bytes = kiosk_form_submission (form, &error);
  g_assert_no_error (error);
  g_autoptr (GString) text
    = g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
  if (from != NULL)
    g_assert_cmpuint (g_string_replace (text, from, to, 1), ==, 1);
  g_autoptr (GBytes) submission = g_bytes_new (text->str, text->len);
  g_autoptr (KioskSealHeader) header = rig_header (rig, kiosk->id, txid);
  header->form_version = kiosk_service_form_version (kiosk_catalogue_find (catalogue, SERVICE));
  header->sealed_ms = SEALED_MS;
  return rig_seal_at (rig, kiosk, header, submission);
}

static void
deliver (Rig *rig, const RigPeer *kiosk, const char *txid, GBytes *sealed)
{
  g_autoptr (RigReply) reply = rig_put (rig, kiosk, txid, sealed);
  g_assert_cmpuint (reply->status, ==, 201);
}

static KioskSandboxDepartment *
department_new (Rig *rig, const char *refuse)
{
  g_autofree char *gateway = g_strdup_printf ("https://localhost:%u", rig->port);
  g_autofree char *folder = g_build_filename (rig->folder, "department/td", NULL);
  const KioskSandboxConfig config = { .gateway = gateway, .folder = folder, .refuse = refuse };
  g_autoptr (GError) error = NULL;
  KioskSandboxDepartment *department = kiosk_sandbox_department_new (&config, rig->clock, &error);
  g_assert_no_error (error);
  return department;
}

static guint
department_round (KioskSandboxDepartment *department)
{
  g_autoptr (GError) error = NULL;
  guint decided;
  kiosk_sandbox_department_round (department, NULL, &decided, &error);
  g_assert_no_error (error);
  return decided;
}

/* (transfer full): the outcomes a kiosk is told, each verified by openssl, as "outcome reason". */
static char *
outcomes_told (Rig *rig, const RigPeer *kiosk)
{
  g_autoptr (RigReply) reply = rig_request (rig, kiosk, "GET", "/v1/outcomes", NULL, NULL);
  g_autofree char *anchor = g_build_filename (rig->folder, "department/td/td.pem", NULL);
  JsonArray *list = json_object_get_array_member (reply->json, "outcomes");
  GString *told = g_string_new (NULL);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *item = json_array_get_object_element (list, i);
      gsize size;
      g_autofree guchar *cms = g_base64_decode (json_object_get_string_member (item, "cms"), &size);
      g_autofree char *file = rig_file (rig, cms, size);
      const char *const verify[]
        = { "openssl", "cms",  "-verify",  "-cades", "-inform",        "DER", "-in", file,
            "-CAfile", anchor, "-purpose", "any",    "-partial_chain", NULL };
      g_autofree char *content = rig_run (verify);
      g_autoptr (JsonNode) node = json_from_string (content, NULL);
      JsonObject *outcome = json_node_get_object (node);
      g_assert_cmpstr (json_object_get_string_member (outcome, "kiosk"), ==, kiosk->id);
      gboolean plain = json_object_get_null_member (outcome, "reason");
      g_string_append_printf (told, "%s %s;", json_object_get_string_member (outcome, "outcome"),
                              plain ? "-" : json_object_get_string_member (outcome, "reason"));
    }
  return g_string_free (told, FALSE);
}

static void
assert_told (Rig *rig, const RigPeer *kiosk, const char *expected)
{
  g_autofree char *told = outcomes_told (rig, kiosk);
  g_assert_cmpstr (told, ==, expected);
}

static void
assert_decision (const char *from, const char *to, const char *refuse, const char *expected)
{
  g_autoptr (Rig) rig = government_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autoptr (GBytes) sealed = submission_seal (rig, kiosk, txid_one, from, to);
  deliver (rig, kiosk, txid_one, sealed);
  g_autoptr (KioskSandboxDepartment) department = department_new (rig, refuse);
  g_assert_cmpuint (department_round (department), ==, 1);
  assert_told (rig, kiosk, expected);
}

static void
test_granted (void)
{
  assert_decision (NULL, NULL, NULL, "granted -;");
}

static void
test_refused (void)
{
  assert_decision (NULL, NULL, "insurance", "refused insurance;");
}

static void
test_recomputed (void)
{
  assert_decision ("<fee>507400", "<fee>100", NULL, "refused form-differs;");
}

static void
test_unreadable (void)
{
  g_autoptr (Rig) rig = government_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  X509 *recipient = rig->keys->recipient.cert;
  rig->keys->recipient.cert = rig->keys->recovery.cert; /* not for the department's key */
  g_autoptr (GBytes) closed = submission_seal (rig, kiosk, txid_one, NULL, NULL);
  rig->keys->recipient.cert = recipient;
  g_autoptr (GBytes) good = submission_seal (rig, kiosk, txid_two, NULL, NULL);
  deliver (rig, kiosk, txid_one, closed);
  deliver (rig, kiosk, txid_two, good);
  g_autoptr (KioskSandboxDepartment) department = department_new (rig, NULL);
  g_assert_cmpuint (department_round (department), ==, 2);
  assert_told (rig, kiosk, "visit form-malformed;granted -;");
}

static void
test_again (void)
{
  g_autoptr (Rig) rig = government_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autoptr (GBytes) sealed = submission_seal (rig, kiosk, txid_one, NULL, NULL);
  deliver (rig, kiosk, txid_one, sealed);
  g_autoptr (KioskSandboxDepartment) first = department_new (rig, NULL);
  g_assert_cmpuint (department_round (first), ==, 1);
  g_assert_cmpuint (department_round (first), ==, 0);
  g_autoptr (KioskSandboxDepartment) second = department_new (rig, NULL);
  g_assert_cmpuint (department_round (second), ==, 0);
  g_autofree char *cursor = g_build_filename (rig->folder, "department/td/state/cursor.json", NULL);
  const char *const remove[] = { "rm", cursor, NULL };
  g_free (rig_run (remove)); /* as after a crash between the answer and the cursor */
  g_autoptr (KioskSandboxDepartment) third = department_new (rig, "insurance");
  g_assert_cmpuint (department_round (third), ==, 1);
  assert_told (rig, kiosk, "granted -;");
}

static void
test_restored (void)
{
  g_autoptr (Rig) rig = government_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autoptr (GBytes) sealed = submission_seal (rig, kiosk, txid_one, NULL, NULL);
  deliver (rig, kiosk, txid_one, sealed);
  g_autoptr (KioskSandboxDepartment) department = department_new (rig, NULL);
  g_assert_cmpuint (department_round (department), ==, 1);
  rig_stop (rig);
  g_autoptr (GError) error = NULL;
  guint decided;
  g_assert_false (kiosk_sandbox_department_round (department, NULL, &decided, &error));
  g_assert_nonnull (error);
  g_free (rig_command (rig, "restored", NULL));
  rig_start (rig);
  g_autoptr (KioskSandboxDepartment) after = department_new (rig, NULL);
  g_assert_cmpuint (department_round (after), ==, 1); /* looked at again, told once */
  assert_told (rig, kiosk, "granted -;");
}

static void
test_hold (void)
{
  g_autoptr (Rig) rig = government_new ();
  g_autoptr (RigPeer) kiosk = rig_enrol (rig);
  g_autoptr (GBytes) sealed = submission_seal (rig, kiosk, txid_one, NULL, NULL);
  g_autofree char *gateway = g_strdup_printf ("https://localhost:%u", rig->port);
  g_autofree char *folder = g_build_filename (rig->folder, "department/td", NULL);
  const char *const argv[]
    = { g_getenv ("KIOSK_SANDBOX"), "--gateway", gateway, "--department", folder, "--hold", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (StageProcess) sandbox
    = stage_process_start ("kiosk-sandbox", argv, NULL, rig->folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (sandbox, 60, &error);
  g_assert_no_error (error);
  deliver (rig, kiosk, txid_one, sealed);
  assert_told (rig, kiosk, "");
  g_assert_true (stage_process_tell (sandbox, "decide", &error));
  g_autofree char *answer = stage_process_read_line (sandbox, 60, &error);
  g_assert_cmpstr (answer, ==, "ok decided=1");
  assert_told (rig, kiosk, "granted -;");
  g_assert_true (stage_process_stop (sandbox, SIGTERM, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/setup/signs-what-kiosks-open", test_setup);
  g_test_add_func ("/sandbox/setup/openssl-sees-two-signers", test_setup_by_openssl);
  g_test_add_func ("/sandbox/setup/leaves-an-earlier-one-alone", test_setup_twice);
  g_test_add_func ("/sandbox/setup/knows-only-who-has-an-identity-card", test_iam_users);
  g_test_add_func ("/sandbox/iamsmart/tickets-end-by-the-clock", test_iam_tickets_end);
  g_test_add_func ("/sandbox/credential/is-bound-to-the-phones-key", test_credential);
  g_test_add_func ("/sandbox/credential/is-not-made-of-what-cannot-be-judged",
                   test_credential_refused);
  g_test_add_func ("/sandbox/decides/grants-what-computes", test_granted);
  g_test_add_func ("/sandbox/decides/refuses-with-a-reason", test_refused);
  g_test_add_func ("/sandbox/decides/never-trusts-the-arithmetic", test_recomputed);
  g_test_add_func ("/sandbox/decides/what-cannot-be-read-holds-up-nobody", test_unreadable);
  g_test_add_func ("/sandbox/decides/once-whatever-happens", test_again);
  g_test_add_func ("/sandbox/decides/looks-again-after-a-restore", test_restored);
  g_test_add_func ("/sandbox/decides/holds-until-told", test_hold);
  return g_test_run ();
}
