/* A phone answers the ticket of the kiosk "k-0042" at NOW_MS. Its signature is made by OpenSSL over
 * a structure written by hand. */
#include "code-maker.h"
#include "identity/phone-binding.h"

#include <openssl/bn.h>
#include <string.h>

#define KIOSK "k-0042"

typedef struct
{
  EVP_PKEY *phone;
  KioskClock *clock;
  KioskRandom *random;
  KioskTicket *ticket;
  guint8 used[1][KIOSK_TICKET_SECRET];
  KioskBindingJudge judge;
} World;

static void
world_set_up (World *world, gconstpointer data)
{
  world->phone = phone_new (data != NULL ? data : "EC");
  world->clock = kiosk_clock_new_manual (NOW_MS);
  world->random = kiosk_random_new_seeded (42);
  world->ticket = kiosk_phone_ticket_new (KIOSK, world->clock, world->random);
  world->judge
    = (KioskBindingJudge){ .kiosk = KIOSK, .ticket = world->ticket, .clock = world->clock };
}

static void
world_tear_down (World *world, gconstpointer data)
{
  EVP_PKEY_free (world->phone);
  kiosk_clock_unref (world->clock);
  kiosk_random_unref (world->random);
  kiosk_ticket_free (world->ticket);
}

/* What a phone shows that has read @ticket, as the screen wrote it. @signer: whose key signs. */
static char *
answer (World *world, const KioskTicket *ticket, gint64 at_ms, EVP_PKEY *signer)
{
  g_autofree char *code = kiosk_ticket_text (ticket);
  g_autoptr (KioskTicket) read = kiosk_ticket_parse (code, strlen (code), NULL);
  g_autoptr (GBytes) key = maker_public (world->phone);
  g_autoptr (GBytes) header = kiosk_binding_header (key);
  g_autoptr (GBytes) payload = kiosk_binding_payload (read->issuer, at_ms, read->secret, key);
  g_autoptr (GBytes) signature = maker_sign (signer, header, payload);

  return kiosk_binding_text (header, payload, signature);
}

static gboolean
judge (World *world, const char *text, GError **error)
{
  g_autoptr (KioskCode) code = kiosk_code_parse ((const guint8 *)text, strlen (text), NULL);

  g_assert_nonnull (code);
  return kiosk_binding_judge (&world->judge, code, error);
}

static void
assert_refused (World *world, const char *text, KioskBindingError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (judge (world, text, &error));
  g_assert_error (error, KIOSK_BINDING_ERROR, (int)code);
}

static void
test_good (World *world, gconstpointer data)
{
  g_autofree char *text = answer (world, world->ticket, NOW_MS + 1000, world->phone);
  g_autoptr (GError) error = NULL;

  g_assert_true (judge (world, text, &error));
  g_assert_no_error (error);
}

static void
test_forged (World *world, gconstpointer data)
{
  EVP_PKEY *other = phone_new ("EC");
  g_autofree char *text = answer (world, world->ticket, NOW_MS, other);

  EVP_PKEY_free (other);
  assert_refused (world, text, KIOSK_BINDING_ERROR_FORGED);
}

/* 64 bytes that are on no curve, with a signature that nobody can have made. */
static void
test_no_key (World *world, gconstpointer data)
{
  guint8 point[65] = { 4, 1, 2, 3 };
  static const guint8 zeros[64];
  g_autoptr (GBytes) key = g_bytes_new (point, sizeof point);
  g_autoptr (GBytes) header = kiosk_binding_header (key);
  g_autoptr (GBytes) payload = kiosk_binding_payload (KIOSK, NOW_MS, world->ticket->secret, key);
  g_autoptr (GBytes) signature = g_bytes_new_static (zeros, sizeof zeros);
  g_autofree char *text = kiosk_binding_text (header, payload, signature);

  assert_refused (world, text, KIOSK_BINDING_ERROR_FORGED);
}

static void
test_other_kiosk (World *world, gconstpointer data)
{
  g_autoptr (KioskTicket) there = kiosk_phone_ticket_new ("k-0043", world->clock, world->random);
  g_autofree char *text = answer (world, there, NOW_MS, world->phone);

  assert_refused (world, text, KIOSK_BINDING_ERROR_OTHER_KIOSK);
}

static void
test_used (World *world, gconstpointer data)
{
  g_autofree char *text = answer (world, world->ticket, NOW_MS, world->phone);
  g_autoptr (KioskTicket) next = kiosk_phone_ticket_new (KIOSK, world->clock, world->random);

  g_assert_true (judge (world, text, NULL));
  memcpy (world->used[0], world->ticket->secret, sizeof world->used[0]);
  world->judge.ticket = next;
  assert_refused (world, text, KIOSK_BINDING_ERROR_OTHER_TICKET);
  world->judge.used = world->used;
  world->judge.n_used = 1;
  assert_refused (world, text, KIOSK_BINDING_ERROR_USED);
}

static void
test_expired (World *world, gconstpointer data)
{
  g_autofree char *text = answer (world, world->ticket, NOW_MS, world->phone);

  kiosk_clock_advance (world->clock, KIOSK_PHONE_TICKET_AGE_MS);
  g_assert_true (judge (world, text, NULL));
  kiosk_clock_advance (world->clock, 1);
  assert_refused (world, text, KIOSK_BINDING_ERROR_EXPIRED);
}

static void
test_clock (World *world, gconstpointer data)
{
  const struct
  {
    gint64 off_ms;
    gboolean good;
  } cases[] = {
    { -KIOSK_PHONE_CLOCK_SKEW_MS, TRUE },
    { -KIOSK_PHONE_CLOCK_SKEW_MS - 1000, FALSE },
    { KIOSK_PHONE_CLOCK_SKEW_MS, TRUE },
    { KIOSK_PHONE_CLOCK_SKEW_MS + 1000, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = answer (world, world->ticket, NOW_MS + cases[i].off_ms, world->phone);

      g_test_message ("case %u", i);
      if (cases[i].good)
        g_assert_true (judge (world, text, NULL));
      else
        assert_refused (world, text, KIOSK_BINDING_ERROR_CLOCK);
    }
}

static void
test_other_kind (World *world, gconstpointer data)
{
  g_autofree char *text = kiosk_ticket_text (world->ticket);
  g_autoptr (GError) error = NULL;

  g_assert_false (judge (world, text, &error));
  g_assert_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_OTHER_KIND);
}

static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (int code = 0; code <= KIOSK_BINDING_ERROR_CLOCK; code++)
    g_assert_true (
      g_hash_table_add (seen, (gpointer)kiosk_binding_error_name ((KioskBindingError)code)));
}

#define ADD(name, type, test)                                                                      \
  g_test_add ("/identity/phone-binding/" name, World, type, world_set_up, test, world_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("takes-an-answer-to-the-ticket", "EC", test_good);
  ADD ("takes-ed25519-too", "ED25519", test_good);
  ADD ("refuses-what-another-key-signed", NULL, test_forged);
  ADD ("refuses-what-is-no-key", NULL, test_no_key);
  ADD ("refuses-another-kiosks-ticket", NULL, test_other_kiosk);
  ADD ("a-ticket-is-good-once", NULL, test_used);
  ADD ("a-ticket-is-good-for-minutes", NULL, test_expired);
  ADD ("a-phones-clock-may-be-off-by-a-minute", NULL, test_clock);
  ADD ("says-so-of-other-codes", NULL, test_other_kind);
  g_test_add_func ("/identity/phone-binding/names-each-error-for-itself", test_names);
  return g_test_run ();
}
