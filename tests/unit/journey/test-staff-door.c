/* The door of staff: what opens it, what does not, and that the time it takes says nothing. */
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "journey/staff-door.h"
#include "staff-maker.h"

#define CHEAP       1024u
#define USUAL       16384u
#define TIMED       40
#define MARGIN      0.08 /* of the processor's time; the hash is worth more than nine tenths of it */
#define WALL_MARGIN 0.5  /* other programs on the machine take of this as they like */

typedef struct
{
  Maker maker;
  char *folder;
  KioskClock *clock;
  KioskVault *vault;
  KioskStaffList *list;
  KioskDoor door;
} Hall;

static void
open_vault (Hall *hall)
{
  g_autoptr (GError) error = NULL;

  hall->vault = kiosk_vault_open (hall->folder, hall->clock, NULL, &error);
  g_assert_no_error (error);
  hall->door.vault = hall->vault;
}

static void
take_list (Hall *hall)
{
  g_clear_pointer (&hall->list, kiosk_staff_list_unref);
  hall->list = maker_list (&hall->maker);
  hall->door.staff = hall->list;
}

static void
hall_init (Hall *hall, guint n)
{
  *hall = (Hall){ .folder = g_dir_make_tmp ("door-XXXXXX", NULL),
                  .clock = kiosk_clock_new_manual (MAKER_NOW + 1) };
  maker_init (&hall->maker, n);
  hall->door.issuers = hall->maker.issuers;
  hall->door.clock = hall->clock;
  open_vault (hall);
}

static void
hall_clear (Hall *hall)
{
  g_autofree char *db = g_build_filename (hall->folder, "vault.db", NULL);
  g_autofree char *lock = g_build_filename (hall->folder, "vault.lock", NULL);

  kiosk_vault_close (hall->vault);
  kiosk_staff_list_unref (hall->list);
  kiosk_clock_unref (hall->clock);
  maker_clear (&hall->maker);
  g_unlink (db);
  g_unlink (lock);
  g_rmdir (hall->folder);
  g_free (hall->folder);
}

static KioskDoorAnswer *
try_pin (Hall *hall, GBytes *card, const char *digits)
{
  g_autoptr (KioskSecret) pin = maker_pin (digits);
  g_autoptr (GError) error = NULL;
  KioskDoorAnswer *answer = kiosk_door_try (&hall->door, card, pin, &error);

  g_assert_no_error (error);
  return answer;
}

static void
assert_tried (Hall *hall, GBytes *card, const char *digits, KioskDoorVerdict verdict, guint wrong)
{
  g_autoptr (KioskDoorAnswer) answer = try_pin (hall, card, digits);

  g_assert_cmpstr (kiosk_door_verdict_name (answer->verdict), ==,
                   kiosk_door_verdict_name (verdict));
  g_assert_cmpuint (answer->tries.wrong, ==, wrong);
  g_assert_true ((answer->id != NULL) == (verdict == KIOSK_DOOR_OPEN));
}

static void
test_opens (void)
{
  Hall hall;
  g_autoptr (GBytes) card = NULL;
  g_autoptr (KioskDoorAnswer) answer = NULL;

  hall_init (&hall, CHEAP);
  card = maker_card (&hall.maker, "S-1");
  maker_add (&hall.maker, card, "S-1", "supervisor");
  take_list (&hall);
  assert_tried (&hall, card, MAKER_WRONG, KIOSK_DOOR_SHUT, 1);
  assert_tried (&hall, card, MAKER_WRONG, KIOSK_DOOR_SHUT, 2);
  answer = try_pin (&hall, card, MAKER_RIGHT);
  g_assert_cmpint (answer->verdict, ==, KIOSK_DOOR_OPEN);
  g_assert_cmpstr (answer->id, ==, "S-1");
  g_assert_cmpuint (answer->roles, ==, KIOSK_ROLE_ONLY (KIOSK_ROLE_SUPERVISOR));
  assert_tried (&hall, card, MAKER_WRONG, KIOSK_DOOR_SHUT, 1);
  hall_clear (&hall);
}

static void
test_wait (void)
{
  Hall hall;
  g_autoptr (GBytes) card = NULL;

  hall_init (&hall, CHEAP);
  card = maker_card (&hall.maker, "S-1");
  maker_add (&hall.maker, card, "S-1", "officer");
  take_list (&hall);
  for (guint i = 1; i <= 3; i++)
    assert_tried (&hall, card, MAKER_WRONG, KIOSK_DOOR_SHUT, i);
  /* Not even the right one, and nothing is counted. */
  assert_tried (&hall, card, MAKER_RIGHT, KIOSK_DOOR_WAIT, 3);
  kiosk_vault_close (hall.vault);
  open_vault (&hall);
  assert_tried (&hall, card, MAKER_RIGHT, KIOSK_DOOR_WAIT, 3);
  kiosk_clock_advance (hall.clock, 30000);
  assert_tried (&hall, card, MAKER_RIGHT, KIOSK_DOOR_OPEN, 0);
  hall_clear (&hall);
}

static void
wear_out (Hall *hall, GBytes *card)
{
  for (guint i = 1; i <= KIOSK_PIN_TRIES; i++)
    {
      kiosk_clock_advance (hall->clock, 15 * 60 * 1000);
      assert_tried (hall, card, MAKER_WRONG,
                    i < KIOSK_PIN_TRIES ? KIOSK_DOOR_SHUT : KIOSK_DOOR_LOCKED, i);
    }
}

static void
test_locks (void)
{
  Hall hall;
  g_autoptr (GBytes) card = NULL;
  g_autoptr (GBytes) stranger = NULL;
  JsonObject *member;

  hall_init (&hall, CHEAP);
  card = maker_card (&hall.maker, "S-1");
  stranger = maker_card (&hall.maker, "S-2");
  member = maker_add (&hall.maker, card, "S-1", "officer");
  take_list (&hall);
  wear_out (&hall, card);
  wear_out (&hall, stranger);
  kiosk_clock_advance (hall.clock, MAKER_DAY);
  assert_tried (&hall, card, MAKER_RIGHT, KIOSK_DOOR_LOCKED, KIOSK_PIN_TRIES);
  assert_tried (&hall, stranger, MAKER_RIGHT, KIOSK_DOOR_LOCKED, KIOSK_PIN_TRIES);
  json_object_set_int_member (member, "unlock", 1);
  take_list (&hall);
  assert_tried (&hall, card, MAKER_RIGHT, KIOSK_DOOR_OPEN, 0);
  hall_clear (&hall);
}

/* With the right PIN the reason is told; the try stays counted. */
static void
test_reasons (void)
{
  Hall hall;
  g_autoptr (GBytes) card = NULL;
  JsonObject *member;

  hall_init (&hall, CHEAP);
  card = maker_card (&hall.maker, "S-1");
  member = maker_add (&hall.maker, card, "S-1", "officer");
  json_object_set_string_member (member, "state", "revoked");
  take_list (&hall);
  assert_tried (&hall, card, MAKER_WRONG, KIOSK_DOOR_SHUT, 1);
  assert_tried (&hall, card, MAKER_RIGHT, KIOSK_DOOR_REVOKED, 2);
  json_object_set_string_member (member, "state", "active");
  json_object_set_int_member (member, "not_before_ms", MAKER_NOW + MAKER_DAY);
  take_list (&hall);
  kiosk_clock_advance (hall.clock, 60000);
  assert_tried (&hall, card, MAKER_RIGHT, KIOSK_DOOR_EARLY, 3);
  hall_clear (&hall);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

/* The lower quartile: what other programs on the machine take away weighs on the upper half. */
static double
quartile (double *values)
{
  qsort (values, TIMED, sizeof *values, compare);
  return values[TIMED / 4];
}

typedef struct
{
  double wall_us[TIMED], cpu_us[TIMED];
} Times;

static double
cpu_now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
time_try (Hall *hall, GBytes *card, Times *times, guint i)
{
  gint64 start = g_get_monotonic_time ();
  double cpu = cpu_now_us ();

  assert_tried (hall, card, MAKER_WRONG, KIOSK_DOOR_SHUT, 1);
  times->cpu_us[i] = cpu_now_us () - cpu;
  times->wall_us[i] = (double)(g_get_monotonic_time () - start);
}

/* What a careless one would do: no hash for a card that nobody knows. */
static void
time_careless (Hall *hall, GBytes *card, Times *times, guint i)
{
  gint64 start = g_get_monotonic_time ();
  double cpu = cpu_now_us ();
  KioskDoorAnswer *answer = kiosk_door_look (&hall->door, card, NULL);

  times->cpu_us[i] = cpu_now_us () - cpu;
  times->wall_us[i] = (double)(g_get_monotonic_time () - start);
  kiosk_door_answer_free (answer);
}

static void
compare_times (const char *what, double *known, double *unknown, double *careless, double margin)
{
  double a = quartile (known), b = quartile (unknown), c = quartile (careless);

  g_test_message ("%s, lower quartile of %d: known %.0f us, unknown %.0f us, ratio %.3f; without a "
                  "hash %.0f us",
                  what, TIMED, a, b, b / a, c);
  g_assert_cmpfloat (fabs (b / a - 1), <, margin);
  g_assert_cmpfloat (c, <, a / 2); /* so that a difference would be seen */
}

/* Known and unknown cards take turns, each new, in one run; their times are two samples of one
 * thing. */
static void
test_time (void)
{
  Times known, unknown, careless;
  g_autoptr (GPtrArray) cards = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  Hall hall;

  hall_init (&hall, USUAL);
  for (guint i = 0; i < 2 * TIMED; i++)
    {
      g_autofree char *id = g_strdup_printf ("S-%u", i);

      g_ptr_array_add (cards, maker_card (&hall.maker, id));
      if (i % 2 == 0)
        maker_add (&hall.maker, g_ptr_array_index (cards, i), id, "officer");
    }
  take_list (&hall);
  for (guint i = 0; i < TIMED; i++)
    {
      /* Whoever comes second finds other caches: they take turns in that as well. */
      if (i % 2 == 0)
        time_try (&hall, g_ptr_array_index (cards, 2 * i), &known, i);
      time_try (&hall, g_ptr_array_index (cards, 2 * i + 1), &unknown, i);
      if (i % 2 != 0)
        time_try (&hall, g_ptr_array_index (cards, 2 * i), &known, i);
      time_careless (&hall, g_ptr_array_index (cards, 2 * i + 1), &careless, i);
    }
  compare_times ("processor", known.cpu_us, unknown.cpu_us, careless.cpu_us, MARGIN);
  compare_times ("wall", known.wall_us, unknown.wall_us, careless.wall_us, WALL_MARGIN);
  hall_clear (&hall);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/staff-door/right-card-and-pin-open-it", test_opens);
  g_test_add_func ("/staff-door/waits-across-a-restart", test_wait);
  g_test_add_func ("/staff-door/fifteen-lock-known-and-unknown-alike", test_locks);
  g_test_add_func ("/staff-door/reasons-come-after-the-right-pin", test_reasons);
  g_test_add_func ("/staff-door/time-does-not-tell-known-from-unknown", test_time);
  return g_test_run ();
}
