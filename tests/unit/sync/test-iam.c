/* A citizen's phone, asked through the hub: what is told, what is refused, what is left open. */
#include <string.h>

#include "sync-fixture.h"
#include "sync/iam.h"

#define POST   "POST /v1/iam/sessions"
#define GET    "GET /v1/iam/sessions/"
#define DELETE "DELETE /v1/iam/sessions/"
#define PROFILE                                                                                    \
  "{\"type\":\"profile\",\"hkid\":\"A123456\",\"check\":\"3\",\"name\":\"CHAN, TAI MAN\","         \
  "\"name_chinese\":\"陳大文\",\"birth_date\":\"19860517\",\"gender\":\"M\","                   \
  "\"user_type\":\"sign\"}"

typedef struct
{
  SyncFixture *f;
  KioskIam *iam;
  guint news;
  guint awaited; /* questions, for has_asked_often() */
  KioskIamState state;
  KioskIamError reason;
  char *code, *identification, *number;
  KioskPhoneSignature *signature;
} Phone;

static void
hear (gpointer data, const KioskIamNews *news)
{
  Phone *phone = data;

  phone->news++;
  phone->state = news->state;
  phone->reason = news->reason;
  if (news->state == KIOSK_IAM_WAITING)
    {
      g_assert_cmpint (news->expires_ms, >, WORLD_NOW);
      g_free (phone->code);
      phone->code = g_strdup (news->code);
      g_free (phone->identification);
      phone->identification = g_strdup (news->identification);
    }
  if (news->profile != NULL)
    phone->number = g_strdup (news->profile->number);
  if (news->signature != NULL)
    phone->signature = kiosk_phone_signature_copy (news->signature);
}

static Phone *
phone_new (void)
{
  Phone *phone = g_new0 (Phone, 1);

  phone->f = sync_fixture_new ();
  phone->iam = kiosk_iam_new (phone->f->sync);
  return phone;
}

static void
phone_free (Phone *phone)
{
  kiosk_iam_free (phone->iam);
  sync_fixture_free (phone->f);
  g_free (phone->code);
  g_free (phone->identification);
  g_free (phone->number);
  kiosk_phone_signature_free (phone->signature);
  g_free (phone);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Phone, phone_free)

static void
start (Phone *phone)
{
  kiosk_iam_start (phone->iam, &(KioskIamRequest){ .language = "zh_HK" }, hear, phone);
}

static void
wait_news (Phone *phone, guint news)
{
  while (phone->news < news)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Time goes by in small steps, so that what waits for it gets on while no exchange is too slow. */
static void
pass_time_until (Phone *phone, gboolean (*is_there) (Phone *))
{
  guint source = g_timeout_add (5, tick, NULL);

  while (!is_there (phone))
    {
      kiosk_clock_advance (phone->f->clock, 20);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (source);
}

static gboolean
is_closed (Phone *phone)
{
  return !gateway_iam_is_open (phone->f->gateway);
}

static gboolean
has_failed (Phone *phone)
{
  return phone->state == KIOSK_IAM_FAILED;
}

static gboolean
has_asked_often (Phone *phone)
{
  return gateway_requests (phone->f->gateway, GET) >= phone->awaited;
}

static gboolean
has_asked (Phone *phone)
{
  return gateway_requests (phone->f->gateway, GET) >= 1;
}

static GBytes *
seal_for (X509 *cert, const char *json)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (GBytes) plain = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  GBytes *sealed;

  g_ptr_array_add (recipients, cert);
  sealed = kiosk_cms_encrypt (plain, recipients, &error);
  g_assert_no_error (error);
  return sealed;
}

static void
tell_done (Phone *phone, const char *json)
{
  g_autoptr (GBytes) sealed = seal_for (kiosk_sync_signer (phone->f->sync)->cert, json);

  gateway_iam_tell (phone->f->gateway, "done", "", sealed);
}

static void
test_login (void)
{
  g_autoptr (Phone) phone = phone_new ();
  g_autofree char *asked = NULL;

  start (phone);
  wait_news (phone, 1);
  g_assert_cmpint (phone->state, ==, KIOSK_IAM_WAITING);
  g_assert_cmpstr (phone->code, ==, "https://localhost:1/app?ticket=TICKET");
  g_assert_cmpstr (phone->identification, ==, "4711");
  asked = gateway_iam_asked (phone->f->gateway);
  g_assert_cmpstr (asked, ==, "{\"purpose\":\"login\",\"language\":\"zh_HK\"}");
  gateway_iam_tell (phone->f->gateway, "opened", "", NULL);
  wait_news (phone, 2);
  g_assert_cmpint (phone->state, ==, KIOSK_IAM_OPENED);
  tell_done (phone, PROFILE);
  wait_news (phone, 3);
  g_assert_cmpint (phone->state, ==, KIOSK_IAM_DONE);
  g_assert_cmpstr (phone->number, ==, "A1234563");
  /* What was fetched does not stay there. */
  pass_time_until (phone, is_closed);
  g_assert_cmpuint (phone->news, ==, 3);
}

static void
test_sign (void)
{
  static const guint8 digest[32] = { 1, 2, 3 };
  const KioskIamRequest request = { .language = "en",
                                    .digest = digest,
                                    .hkic_hash = "aGFzaA==",
                                    .service = "Vehicle licence",
                                    .document = "Declaration",
                                    .department = "Transport Department" };
  g_autoptr (Phone) phone = phone_new ();
  g_autofree char *asked = NULL;

  kiosk_iam_start (phone->iam, &request, hear, phone);
  wait_news (phone, 1);
  asked = gateway_iam_asked (phone->f->gateway);
  g_assert_cmpstr (asked, ==,
                   "{\"purpose\":\"sign\",\"language\":\"en\",\"digest\":"
                   "\"AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"hkic_hash\":\"aGFzaA==\","
                   "\"service\":\"Vehicle licence\",\"document\":\"Declaration\","
                   "\"department\":\"Transport Department\"}");
  tell_done (phone,
             "{\"type\":\"signature\",\"algorithm\":\"SHA256withRSA\",\"signature\":\"AAEC\","
             "\"certificate\":\"MAA=\",\"timestamp_ms\":1795500000000,\"digest\":"
             "\"AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}");
  wait_news (phone, 2);
  g_assert_cmpint (phone->state, ==, KIOSK_IAM_DONE);
  g_assert_cmpmem (phone->signature->digest, 32, digest, 32);
  g_assert_cmpuint (g_bytes_get_size (phone->signature->signature), ==, 3);
}

static void
test_reasons (void)
{
  static const struct
  {
    const char *reason;
    KioskIamError error;
  } cases[] = {
    { "cancelled", KIOSK_IAM_ERROR_CANCELLED },     { "refused", KIOSK_IAM_ERROR_REFUSED },
    { "no-answer", KIOSK_IAM_ERROR_NO_ANSWER },     { "expired", KIOSK_IAM_ERROR_EXPIRED },
    { "not-allowed", KIOSK_IAM_ERROR_NOT_ALLOWED }, { "other-card", KIOSK_IAM_ERROR_OTHER_CARD },
    { "unavailable", KIOSK_IAM_ERROR_UNAVAILABLE }, { "fault", KIOSK_IAM_ERROR_FAULT },
    { "of-tomorrow", KIOSK_IAM_ERROR_FAULT },
  };

  g_autoptr (Phone) phone = phone_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].reason);
      start (phone);
      wait_news (phone, 2 * i + 1);
      gateway_iam_tell (phone->f->gateway, "failed", cases[i].reason, NULL);
      wait_news (phone, 2 * i + 2);
      g_assert_cmpint (phone->state, ==, KIOSK_IAM_FAILED);
      g_assert_cmpint (phone->reason, ==, cases[i].error);
      pass_time_until (phone, is_closed);
    }
}

static void
test_not_opened (void)
{
  static const struct
  {
    guint status;
    const char *body;
    KioskIamError error;
  } cases[] = {
    { 429, "{\"code\":\"iam-many\"}", KIOSK_IAM_ERROR_MANY },
    { 503, "{\"code\":\"iam-off\"}", KIOSK_IAM_ERROR_OFF },
    { 503, "{\"code\":\"iam-unreachable\"}", KIOSK_IAM_ERROR_UNAVAILABLE },
    { 404, "{\"code\":\"path\"}", KIOSK_IAM_ERROR_OFF },
    { 403, "{\"code\":\"certificate\"}", KIOSK_IAM_ERROR_FAULT },
    { 201, "[]", KIOSK_IAM_ERROR_FAULT },
    { 201, "{\"id\":\"../x\",\"state\":\"waiting\",\"version\":1,\"code\":\"c\",\"expires_ms\":9}",
      KIOSK_IAM_ERROR_FAULT },
    { 201, "{\"id\":\"x\",\"state\":\"waiting\",\"version\":1,\"code\":\"a b\",\"expires_ms\":9}",
      KIOSK_IAM_ERROR_FAULT },
    { 201, "{\"id\":\"x\",\"state\":\"done\",\"version\":1,\"code\":\"c\",\"expires_ms\":9}",
      KIOSK_IAM_ERROR_FAULT },
  };
  g_autoptr (Phone) phone = phone_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new (cases[i].body, strlen (cases[i].body));

      g_test_message ("%u %s", cases[i].status, cases[i].body);
      gateway_fault (
        phone->f->gateway, POST,
        &(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = cases[i].status, .body = body });
      start (phone);
      wait_news (phone, i + 1);
      g_assert_cmpint (phone->state, ==, KIOSK_IAM_FAILED);
      g_assert_cmpint (phone->reason, ==, cases[i].error);
      g_assert_cmpint (kiosk_iam_is_off (phone->iam), ==, cases[i].error == KIOSK_IAM_ERROR_OFF);
    }
  g_assert_cmpuint (gateway_requests (phone->f->gateway, GET), ==, 0);
}

static void
test_offline (void)
{
  g_autoptr (Phone) phone = phone_new ();

  gateway_fault (phone->f->gateway, POST, &(GatewayFault){ .kind = GATEWAY_FAULT_CUT });
  start (phone);
  wait_news (phone, 1);
  g_assert_cmpint (phone->reason, ==, KIOSK_IAM_ERROR_OFFLINE);
}

/* A session that somebody left is not found open an hour later. */
static void
test_leaving (void)
{
  g_autoptr (Phone) phone = phone_new ();

  start (phone);
  wait_news (phone, 1);
  pass_time_until (phone, has_asked);
  kiosk_iam_stop (phone->iam);
  pass_time_until (phone, is_closed);
  g_assert_cmpuint (gateway_requests (phone->f->gateway, DELETE), ==, 1);
  g_assert_cmpuint (phone->news, ==, 1);
  /* The next person has one of their own. */
  start (phone);
  wait_news (phone, 2);
  g_assert_cmpint (phone->state, ==, KIOSK_IAM_WAITING);
}

static gboolean
has_left (Phone *phone)
{
  return gateway_requests (phone->f->gateway, DELETE) >= 1;
}

static void
test_leaving_at_once (void)
{
  g_autoptr (Phone) phone = phone_new ();

  start (phone);
  while (gateway_requests (phone->f->gateway, POST) == 0)
    g_thread_yield ();
  kiosk_iam_stop (phone->iam);
  pass_time_until (phone, has_left);
  g_assert_false (gateway_iam_is_open (phone->f->gateway));
  g_assert_cmpuint (phone->news, ==, 0);
}

/* The gateway is told when it can be reached again. */
static void
test_leaving_offline (void)
{
  g_autoptr (Phone) phone = phone_new ();

  start (phone);
  wait_news (phone, 1);
  pass_time_until (phone, has_asked);
  for (guint i = 0; i < 3; i++)
    gateway_fault (phone->f->gateway, DELETE,
                   &(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = 503 });
  kiosk_iam_stop (phone->iam);
  pass_time_until (phone, is_closed);
  g_assert_cmpuint (gateway_requests (phone->f->gateway, DELETE), ==, 4);
}

static void
test_ending (void)
{
  Phone *phone = phone_new ();
  Gateway *gateway = phone->f->gateway;

  start (phone);
  wait_news (phone, 1);
  pass_time_until (phone, has_asked);
  kiosk_iam_free (g_steal_pointer (&phone->iam));
  g_assert_false (gateway_iam_is_open (gateway));
  phone_free (phone);
}

/* A question that is held for a person holds up no record. */
static void
test_uploads (void)
{
  g_autoptr (Phone) phone = phone_new ();
  g_autofree char *txid = NULL;

  start (phone);
  wait_news (phone, 1);
  pass_time_until (phone, has_asked);
  txid = sync_fixture_seal (phone->f, 1, "td");
  sync_fixture_nudge (phone->f);
  g_assert_cmpint (sync_fixture_state (phone->f, txid), ==, KIOSK_RECORD_ACCEPTED);
  g_assert_cmpuint (phone->news, ==, 1);
}

static void
cut_questions (Phone *phone, guint times)
{
  for (guint i = 0; i < times; i++)
    gateway_fault (phone->f->gateway, GET,
                   &(GatewayFault){ .kind = GATEWAY_FAULT_STATUS, .status = 502 });
}

static void
test_hiccup (void)
{
  g_autoptr (Phone) phone = phone_new ();

  cut_questions (phone, 2);
  start (phone);
  wait_news (phone, 1);
  phone->awaited = 2;
  pass_time_until (phone, has_asked_often);
  gateway_iam_tell (phone->f->gateway, "failed", "refused", NULL);
  pass_time_until (phone, has_failed);
  g_assert_cmpint (phone->reason, ==, KIOSK_IAM_ERROR_REFUSED);
}

/* The double cuts what it has answered, so something must be new; and more often than it is asked,
 * for libsoup sends again what it sent on a connection that turned out closed. */
static void
test_cable (void)
{
  g_autoptr (Phone) phone = phone_new ();

  for (guint i = 0; i < 20; i++)
    gateway_fault (phone->f->gateway, GET, &(GatewayFault){ .kind = GATEWAY_FAULT_CUT });
  start (phone);
  wait_news (phone, 1);
  gateway_iam_tell (phone->f->gateway, "opened", "", NULL);
  pass_time_until (phone, has_failed);
  g_assert_cmpint (phone->reason, ==, KIOSK_IAM_ERROR_OFFLINE);
  pass_time_until (phone, is_closed);
}

static void
test_not_for_us (void)
{
  g_autoptr (Phone) phone = phone_new ();
  g_autoptr (GBytes) sealed = seal_for (phone->f->world->td.cert, PROFILE);

  start (phone);
  wait_news (phone, 1);
  gateway_iam_tell (phone->f->gateway, "done", "", sealed);
  wait_news (phone, 2);
  g_assert_cmpint (phone->reason, ==, KIOSK_IAM_ERROR_FAULT);
  g_assert_null (phone->number);
}

/* A signature is no person. */
static void
test_other_answer (void)
{
  g_autoptr (Phone) phone = phone_new ();

  start (phone);
  wait_news (phone, 1);
  tell_done (phone, "{\"type\":\"signature\"}");
  wait_news (phone, 2);
  g_assert_cmpint (phone->state, ==, KIOSK_IAM_FAILED);
  g_assert_cmpint (phone->reason, ==, KIOSK_IAM_ERROR_FAULT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/iam/tells-who-the-phone-is-of", test_login);
  g_test_add_func ("/sync/iam/asks-for-a-signature-over-a-digest", test_sign);
  g_test_add_func ("/sync/iam/each-reason-is-its-own-error", test_reasons);
  g_test_add_func ("/sync/iam/each-refusal-to-open-is-its-own-error", test_not_opened);
  g_test_add_func ("/sync/iam/says-that-the-network-is-away", test_offline);
  g_test_add_func ("/sync/iam/leaving-closes-the-session", test_leaving);
  g_test_add_func ("/sync/iam/leaving-while-it-opens-closes-the-session", test_leaving_at_once);
  g_test_add_func ("/sync/iam/leaving-unheard-is-told-again", test_leaving_offline);
  g_test_add_func ("/sync/iam/the-end-of-the-program-closes-the-session", test_ending);
  g_test_add_func ("/sync/iam/holds-up-no-upload", test_uploads);
  g_test_add_func ("/sync/iam/a-hiccup-ends-nothing", test_hiccup);
  g_test_add_func ("/sync/iam/a-cable-that-stays-out-ends-it", test_cable);
  g_test_add_func ("/sync/iam/an-answer-for-another-kiosk-is-a-fault", test_not_for_us);
  g_test_add_func ("/sync/iam/another-answer-than-asked-is-a-fault", test_other_answer);
  return g_test_run ();
}
