/* The staff journey over ports of the test's own: who comes in, when they are out again, and what
 * is left. */
#include <string.h>

#include "journey/staff-journey.h"

#define NOW   G_GINT64_CONSTANT (1800000000000)
#define RIGHT "482019"
#define WRONG "111111"

typedef struct
{
  KioskClock *clock;
  KioskCardPort card;
  KioskCardWatch watch; /* NULL: the reader is off */
  gpointer watch_data;
  KioskDoorPort door;
  KioskDoorAnswer next; /* what is answered to RIGHT */
  KioskPinTries tries;
  GString *notes;
  gboolean closed;
  KioskStaffJourney *staff;
  guint serial;
  char *page;
  GVariant *model;
  guint over;
} Desk;

static Desk desk; /* ports have no data of their own */

static void
start_staff (KioskCardPort *port, KioskCardWatch watch, gpointer data)
{
  desk.watch = watch;
  desk.watch_data = data;
}

static void
stop (KioskCardPort *port)
{
  desk.watch = NULL;
}

static gboolean
is_there (KioskDoorPort *port)
{
  return TRUE;
}

static void
ask (KioskDoorPort *port, GBytes *certificate, KioskSecret *pin, GCancellable *cancellable,
     GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  KioskDoorAnswer *answer = g_new0 (KioskDoorAnswer, 1);

  answer->verdict = KIOSK_DOOR_SHUT;
  if (pin != NULL && strcmp (kiosk_secret_text (pin), RIGHT) == 0)
    {
      answer->verdict = desk.next.verdict;
      answer->id = g_strdup (desk.next.id);
      answer->name = g_strdup ("SOMEBODY");
      answer->roles = desk.next.roles;
    }
  answer->tries = desk.tries;
  g_task_return_pointer (task, answer, (GDestroyNotify)kiosk_door_answer_free);
  g_object_unref (task);
}

static KioskDoorAnswer *
ask_finish (KioskDoorPort *port, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
note (KioskDoorPort *port, const char *kind, const char *who, const char *second, const char *what,
      const char *why)
{
  g_string_append_printf (desk.notes, "%s %s %s %s %s;", kind, who, second != NULL ? second : "-",
                          what != NULL ? what : "-", why != NULL ? why : "-");
}

static gboolean
is_closed (gpointer data)
{
  return desk.closed;
}

static void
set_closed (gpointer data, gboolean closed)
{
  desk.closed = closed;
}

static void
hear_page (gpointer data, guint serial, const char *page, GVariant *model,
           const char *const *actions)
{
  g_autofree char *told = g_variant_print (model, FALSE);

  g_assert_null (strstr (told, RIGHT)); /* a PIN is never told back */
  g_free (desk.page);
  g_clear_pointer (&desk.model, g_variant_unref);
  desk.serial = serial;
  desk.page = g_strdup (page);
  desk.model = g_variant_ref (model);
}

static void
hear_idle (gpointer data, guint seconds)
{
}

static void
hear_over (gpointer data)
{
  desk.over++;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
open_desk (void)
{
  static const KioskStaffFace face = { hear_page, hear_idle, hear_over };

  desk = (Desk){ .clock = kiosk_clock_new_manual (NOW), .notes = g_string_new ("") };
  desk.card.start_staff = start_staff;
  desk.card.stop = stop;
  desk.door = (KioskDoorPort){ is_there, ask, ask_finish, note };
  desk.tries.left = KIOSK_PIN_TRIES;
  desk.next = (KioskDoorAnswer){ .verdict = KIOSK_DOOR_OPEN,
                                 .id = (char *)"S-1",
                                 .roles = KIOSK_ROLE_ONLY (KIOSK_ROLE_OFFICER) };
  desk.staff = kiosk_staff_journey_new (&(KioskStaffPorts){ .clock = desk.clock,
                                                            .card = &desk.card,
                                                            .door = &desk.door,
                                                            .is_closed = is_closed,
                                                            .set_closed = set_closed,
                                                            .card_stays = TRUE,
                                                            .language = "en",
                                                            .idle_ms = 45000,
                                                            .warning_seconds = 20 },
                                        &face, NULL);
  kiosk_staff_journey_begin (desk.staff);
  g_assert_cmpstr (desk.page, ==, "staff-card");
}

static void
close_desk (void)
{
  kiosk_staff_journey_free (desk.staff);
  settle ();
  kiosk_clock_unref (desk.clock);
  g_string_free (desk.notes, TRUE);
  g_free (desk.page);
  g_clear_pointer (&desk.model, g_variant_unref);
}

static void
tell (KioskCardEventType type)
{
  g_autoptr (GBytes) certificate = g_bytes_new_static ("certificate", 11);

  desk.watch (desk.watch_data,
              &(KioskCardEvent){ .type = type, .profile = "staff", .certificate = certificate });
  settle ();
}

static gboolean
act (const char *action, const char *key, const char *value)
{
  GVariantBuilder builder;
  g_autoptr (GVariant) arguments = NULL;
  gboolean done;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (key != NULL)
    g_variant_builder_add (&builder, "{sv}", key, g_variant_new_string (value));
  arguments = g_variant_ref_sink (g_variant_builder_end (&builder));
  done = kiosk_staff_journey_act (desk.staff, desk.serial, action, arguments);
  settle ();
  return done;
}

static void
lay (void)
{
  tell (KIOSK_CARD_EVENT_FOUND);
  tell (KIOSK_CARD_EVENT_STAFF);
  g_assert_cmpstr (desk.page, ==, "staff-pin");
}

static void
come_in (void)
{
  open_desk ();
  lay ();
  g_assert_true (act ("submit", "value", RIGHT));
  g_assert_cmpstr (desk.page, ==, "staff-desk");
  g_assert_cmpuint (kiosk_staff_journey_roles (desk.staff), ==,
                    KIOSK_ROLE_ONLY (KIOSK_ROLE_OFFICER));
}

static void
assert_nobody (const char *notes)
{
  g_assert_cmpstr (desk.page, ==, "ended");
  g_assert_cmpuint (kiosk_staff_journey_roles (desk.staff), ==,
                    KIOSK_ROLE_ONLY (KIOSK_ROLE_CITIZEN));
  g_assert_cmpstr (desk.notes->str, ==, notes);
  g_assert_true (act ("home", NULL, NULL));
  g_assert_false (kiosk_staff_journey_stands (desk.staff));
  g_assert_null (desk.watch);
  g_assert_cmpuint (desk.over, ==, 1);
}

static void
test_out (void)
{
  come_in ();
  g_assert_true (act ("finish", NULL, NULL));
  assert_nobody ("staff-out S-1 - - finished;");
  close_desk ();
  come_in ();
  tell (KIOSK_CARD_EVENT_REMOVED);
  assert_nobody ("staff-out S-1 - - removed;");
  close_desk ();
  come_in ();
  kiosk_clock_advance (desk.clock, 65000);
  assert_nobody ("staff-out S-1 - - idle;");
  close_desk ();
}

static void
test_front_gone (void)
{
  come_in ();
  kiosk_staff_journey_front_gone (desk.staff);
  g_assert_false (kiosk_staff_journey_stands (desk.staff));
  g_assert_null (desk.watch);
  g_assert_cmpstr (desk.notes->str, ==, "staff-out S-1 - - fault;");
  close_desk ();
}

static guint
number (const char *key)
{
  guint value = 99;

  g_variant_lookup (desk.model, key, "u", &value);
  return value;
}

static void
test_wait (void)
{
  open_desk ();
  desk.tries = (KioskPinTries){ .wrong = 2, .left = 13 };
  lay ();
  g_assert_cmpuint (number ("tries_left"), ==, 13); /* before anything is typed */
  desk.tries = (KioskPinTries){ .wrong = 3, .left = 12, .wait_ms = 30000 };
  g_assert_true (act ("submit", "value", WRONG));
  g_assert_cmpuint (number ("wait_s"), ==, 30);
  g_assert_false (act ("submit", "value", RIGHT));
  kiosk_clock_advance (desk.clock, 10000);
  g_assert_cmpuint (number ("wait_s"), ==, 20);
  kiosk_clock_advance (desk.clock, 20000);
  g_assert_cmpuint (number ("wait_s"), ==, 0);
  desk.tries = (KioskPinTries){ .left = KIOSK_PIN_TRIES };
  g_assert_true (act ("submit", "value", RIGHT));
  g_assert_cmpstr (desk.page, ==, "staff-desk");
  close_desk ();
}

/* Taken up before the PIN: whoever types next starts with a card again. */
static void
test_taken (void)
{
  open_desk ();
  lay ();
  tell (KIOSK_CARD_EVENT_REMOVED);
  g_assert_cmpstr (desk.page, ==, "staff-card");
  g_assert_false (act ("submit", "value", RIGHT));
  close_desk ();
}

static void
try_second (const char *id, KioskRole role, const char *page)
{
  tell (KIOSK_CARD_EVENT_REMOVED);
  desk.next.id = (char *)id;
  desk.next.roles = KIOSK_ROLE_ONLY (role);
  lay ();
  g_assert_true (act ("submit", "value", RIGHT));
  g_assert_cmpstr (desk.page, ==, page);
}

static void
test_second (void)
{
  come_in ();
  g_assert_false (act ("close", NULL, NULL)); /* without a reason */
  g_assert_false (act ("close", "why", "because"));
  g_assert_true (act ("close", "why", "fault"));
  g_assert_cmpstr (desk.page, ==, "staff-card");
  try_second ("S-1", KIOSK_ROLE_SUPERVISOR, "staff-card"); /* oneself, whatever the card says */
  try_second ("S-2", KIOSK_ROLE_HELPER, "staff-card");
  try_second ("S-2", KIOSK_ROLE_TECHNICIAN, "staff-card");
  g_assert_false (desk.closed);
  g_assert_cmpstr (desk.notes->str, ==, "");
  try_second ("S-2", KIOSK_ROLE_SUPERVISOR, "staff-desk");
  g_assert_true (desk.closed);
  g_assert_cmpstr (desk.notes->str, ==, "staff-deed S-1 S-2 close fault;");
  /* The first is still who is signed in, and their card may be elsewhere by now. */
  g_assert_cmpuint (kiosk_staff_journey_roles (desk.staff), ==,
                    KIOSK_ROLE_ONLY (KIOSK_ROLE_OFFICER));
  tell (KIOSK_CARD_EVENT_REMOVED);
  g_assert_cmpstr (desk.page, ==, "staff-desk");
  g_assert_true (act ("open", NULL, NULL));
  g_assert_false (desk.closed);
  close_desk ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/staff/out/by-hand-by-the-card-by-quiet", test_out);
  g_test_add_func ("/staff/out/when-nobody-can-see-the-page", test_front_gone);
  g_test_add_func ("/staff/pin/what-it-costs-is-told-first", test_wait);
  g_test_add_func ("/staff/pin/belongs-to-the-card-that-lies-there", test_taken);
  g_test_add_func ("/staff/second/another-person-with-the-right-role", test_second);
  return g_test_run ();
}
