/* Who may do what, asked at the two sockets themselves, by whoever speaks D-Bus to them: every
 * role, every deed. And the PIN: fifteen wrong ones lock, whatever is started anew. */
#include "base/file.h"
#include "bus-control1.h"
#include "bus-journey1.h"
#include "caller.h"
#include "identity/staff.h"
#include "store/vault-pins.h"

#include <string.h>

#define PAGE_SECONDS 30
#define DENIED       "hk.kiosk.Error.Denied"
#define DAY_MS       G_GINT64_CONSTANT (86400000)

static Stage *stage;

typedef struct
{
  Caller caller;
  KioskBusJourney1 *journey;
  guint serial;
  char *page;
  GVariant *model;
  const char *wanted; /* page */
  guint attempt;      /* that was judged last */
} Front;

static void
take_page (Front *front, guint serial, const char *page, GVariant *model)
{
  g_free (front->page);
  g_clear_pointer (&front->model, g_variant_unref);
  front->serial = serial;
  front->page = g_strdup (page);
  front->model = g_variant_ref (model);
}

static void
on_page (KioskBusJourney1 *journey, guint serial, const char *page, GVariant *model,
         const char *const *actions, gpointer data)
{
  take_page (data, serial, page, model);
}

static void
front_open (Front *front)
{
  g_autofree char *page = NULL;
  g_autoptr (GVariant) model = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) actions = NULL;
  guint serial;

  *front = (Front){ 0 };
  caller_connect (&front->caller, stage, "front", &error);
  g_assert_no_error (error);
  front->journey = kiosk_bus_journey1_proxy_new_sync (front->caller.connection,
                                                      G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                                      NULL, "/hk/kiosk/journey", NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (front->journey, "page", G_CALLBACK (on_page), front);
  kiosk_bus_journey1_call_get_sync (front->journey, &serial, &page, &model, &actions, NULL, &error);
  g_assert_no_error (error);
  take_page (front, serial, page, model);
}

static void
front_close (Front *front)
{
  caller_hang_up (&front->caller, front->journey, front);
  g_clear_object (&front->journey);
  g_clear_pointer (&front->model, g_variant_unref);
  g_free (front->page);
}

/* "done", "gone", "denied" */
static const char *
act (Front *front, const char *action, const char *key, const char *value)
{
  GVariantBuilder arguments;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  gboolean accepted = FALSE;

  g_variant_builder_init (&arguments, G_VARIANT_TYPE_VARDICT);
  if (key != NULL)
    g_variant_builder_add (&arguments, "{sv}", key, g_variant_new_string (value));
  if (kiosk_bus_journey1_call_act_sync (front->journey, front->serial, action,
                                        g_variant_builder_end (&arguments), &accepted, NULL,
                                        &error))
    return accepted ? "done" : "gone";
  name = g_dbus_error_get_remote_error (error);
  g_assert_cmpstr (name, ==, DENIED);
  return "denied";
}

static gboolean
is_wanted (gpointer data)
{
  const Front *front = data;
  gboolean busy = FALSE;

  g_variant_lookup (front->model, "busy", "b", &busy);
  return strcmp (front->page, front->wanted) == 0 && !busy;
}

static void
await (Front *front, const char *page)
{
  front->wanted = page;
  if (!caller_wait (&front->caller, is_wanted, front, PAGE_SECONDS))
    g_error ("waited for the page %s on the page %s", page, front->page);
}

static void
hand (const char *verb, const char *card)
{
  g_autofree char *command = g_strconcat (verb, card, NULL);
  g_autoptr (GError) error = NULL;

  stage_hand (stage, command, &error);
  g_assert_no_error (error);
}

static guint
attempt_of (const Front *front)
{
  guint attempt = 0;

  g_variant_lookup (front->model, "attempt", "u", &attempt);
  return attempt;
}

static gboolean
is_judged (gpointer data)
{
  const Front *front = data;

  return is_wanted (data) && attempt_of (front) != front->attempt;
}

/* Types @pin and waits until it has been judged, and was wrong. */
static void
fail_pin (Front *front, const char *pin)
{
  front->attempt = attempt_of (front);
  front->wanted = "staff-pin";
  g_assert_cmpstr (act (front, "submit", "value", pin), ==, "done");
  g_assert_true (caller_wait (&front->caller, is_judged, front, PAGE_SECONDS));
}

static void
lay (Front *front, const char *card)
{
  g_assert_cmpstr (act (front, "staff", NULL, NULL), ==, "done");
  await (front, "staff-card");
  hand ("place ", card);
  await (front, "staff-pin");
}

static void
sign_in (Front *front, const char *card)
{
  g_autofree char *pin = stage_card_value (stage, card, "staff", "pin");

  lay (front, card);
  g_assert_cmpstr (act (front, "submit", "value", pin), ==, "done");
  await (front, "staff-desk");
}

static void
sign_out (Front *front)
{
  g_assert_cmpstr (act (front, "finish", NULL, NULL), ==, "done");
  await (front, "ended");
  hand ("remove", "");
  g_assert_cmpstr (act (front, "home", NULL, NULL), ==, "done");
  await (front, "home");
}

/* Every deed by its name: denied exactly where the table says so; what is allowed does nothing
 * here, for its page does not offer it or its reason is missing. */
static void
walk_front (Front *front, KioskRole role)
{
  for (guint i = 0; i < KIOSK_DEEDS; i++)
    {
      KioskDeed deed = (KioskDeed)i;
      const char *result = act (front, kiosk_deed_name (deed), NULL, NULL);

      g_test_message ("%s, %s: %s", kiosk_role_name (role), kiosk_deed_name (deed), result);
      g_assert_cmpstr (result, ==,
                       kiosk_roles_may (KIOSK_ROLE_ONLY (role), deed) ? "gone" : "denied");
    }
}

static void
test_front (void)
{
  static const struct
  {
    KioskRole role;
    const char *card;
  } staff[] = {
    { KIOSK_ROLE_HELPER, "helper" },
    { KIOSK_ROLE_OFFICER, "officer" },
    { KIOSK_ROLE_SUPERVISOR, "second-officer" },
    { KIOSK_ROLE_TECHNICIAN, "technician" },
  };
  Front front;

  front_open (&front);
  await (&front, "home");
  walk_front (&front, KIOSK_ROLE_CITIZEN);
  for (gsize i = 0; i < G_N_ELEMENTS (staff); i++)
    {
      sign_in (&front, staff[i].card);
      walk_front (&front, staff[i].role);
      /* A citizen's actions are not for whoever has signed in, and what nobody knows is for nobody.
       */
      g_assert_cmpstr (act (&front, "start", "language", "en"), ==, "denied");
      g_assert_cmpstr (act (&front, "format", NULL, NULL), ==, "denied");
      sign_out (&front);
    }
  front_close (&front);
}

static GVariant *
arguments_of (const char *method)
{
  if (strcmp (method, "Enrol") == 0)
    return g_variant_new ("(s)", "AAAA-AAAA");
  if (strcmp (method, "Find") == 0)
    return g_variant_new ("(s)", "nothing");
  if (strcmp (method, "InstallBundle") == 0)
    return g_variant_new_parsed ("('staff', @ay [1, 2, 3])");
  if (strcmp (method, "TryCamera") == 0)
    return g_variant_new ("(u)", 1);
  return NULL;
}

static gboolean
is_denied (GDBusConnection *connection, const char *method)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
    connection, NULL, "/hk/kiosk/control", "hk.kiosk.Control1", method, arguments_of (method), NULL,
    G_DBUS_CALL_FLAGS_NONE, 30000, NULL, &error);
  g_autofree char *name = error != NULL ? g_dbus_error_get_remote_error (error) : NULL;

  return answer == NULL && g_strcmp0 (name, DENIED) == 0;
}

static void
walk_control (KioskRole role)
{
  GDBusInterfaceInfo *info = kiosk_bus_control1_interface_info ();
  Caller caller = { 0 };
  g_autoptr (GError) error = NULL;

  stage_set_control_role (stage, kiosk_role_name (role));
  stage_restart (stage, "kioskd", &error);
  g_assert_no_error (error);
  caller_connect (&caller, stage, "control", &error);
  g_assert_no_error (error);
  for (guint i = 0; info->methods[i] != NULL; i++)
    {
      const char *method = info->methods[i]->name;
      KioskDeed deed = KIOSK_DEEDS;

      g_assert_true (kiosk_deed_from_name (method, &deed)); /* each has a row */
      g_test_message ("%s, %s", kiosk_role_name (role), method);
      g_assert_true (is_denied (caller.connection, method)
                     == !kiosk_roles_may (KIOSK_ROLE_ONLY (role), deed));
    }
  caller_hang_up (&caller, NULL, NULL);
}

static void
test_control (void)
{
  for (guint role = KIOSK_ROLE_HELPER; role < KIOSK_ROLES; role++)
    walk_control ((KioskRole)role);
}

static guint
tries_left (Front *front)
{
  guint left = 99;

  g_variant_lookup (front->model, "tries_left", "u", &left);
  return left;
}

/* Fourteen wrong ones, a day ago as the vault counts: their waits are over. */
static void
wear_out (const char *card)
{
  g_autofree char *file = g_strdup_printf ("cards/cards/%s/9E.der", card);
  g_autofree char *path = stage_passing_path (stage, file);
  g_autofree char *folder = g_build_filename (stage_state (stage), "kiosk", "vault", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) certificate = kiosk_file_read (path, 8192, &error);
  g_autoptr (KioskClock) clock = kiosk_clock_new_manual (g_get_real_time () / 1000 - DAY_MS);
  g_autoptr (KioskVault) vault = NULL;
  guint8 digest[KIOSK_STAFF_CARD];
  KioskPinTries tries;

  g_assert_no_error (error);
  kiosk_staff_card_digest (certificate, digest);
  vault = kiosk_vault_open (folder, clock, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < KIOSK_PIN_TRIES - 1; i++)
    {
      kiosk_clock_advance (clock, 15 * 60 * 1000);
      kiosk_vault_pin_count (vault, digest, TRUE, 0, &tries, &error);
      g_assert_no_error (error);
    }
}

static void
restart (void)
{
  g_autoptr (GError) error = NULL;

  stage_restart (stage, "kioskd", &error);
  g_assert_no_error (error);
}

static void
test_locks (void)
{
  g_autofree char *pin = stage_card_value (stage, "second-officer", "staff", "pin");
  g_autoptr (GError) error = NULL;
  Front front;

  stage_process_stop (stage_program (stage, "kioskd"), 15, &error);
  g_assert_no_error (error);
  wear_out ("second-officer");
  restart ();
  front_open (&front);
  await (&front, "home");
  lay (&front, "second-officer");
  g_assert_cmpuint (tries_left (&front), ==, 1);
  pin[0] = pin[0] == '9' ? '0' : (char)(pin[0] + 1);
  fail_pin (&front, pin);
  g_assert_cmpuint (tries_left (&front), ==, 0);
  g_assert_cmpstr (act (&front, "submit", "value", pin), ==, "gone");
  hand ("remove", "");
  front_close (&front);
  restart ();
  front_open (&front);
  await (&front, "home");
  lay (&front, "second-officer");
  g_assert_cmpuint (tries_left (&front), ==, 0);
  g_assert_cmpstr (act (&front, "submit", "value", pin), ==, "gone");
  hand ("remove", "");
  front_close (&front);
}

int
main (int argc, char **argv)
{
  int status;

  stage = stage_new_for_test_without_window (&argc, &argv);
  g_test_add_func ("/staff-access/every-role-and-deed-at-the-front-socket", test_front);
  g_test_add_func ("/staff-access/every-role-and-method-at-the-control-socket", test_control);
  g_test_add_func ("/staff-access/fifteen-wrong-pins-lock-across-a-restart", test_locks);
  status = g_test_run ();
  g_clear_pointer (&stage, stage_free);
  return status;
}
