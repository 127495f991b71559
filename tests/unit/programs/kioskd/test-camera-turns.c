/* One camera, two who want it: the real scanner behind a control socket, and a citizen. */
#include "eye.h"

#include "programs/kioskd/camera-turns.h"
#include "programs/kioskd/control.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  Eye eye;
  char *folder;
  KioskHouse house; /* a camera and a technician's door, nothing else */
  KioskCameraPort *citizen;
  GDBusConnection *technician;
  guint seen; /* codes that the citizen showed */
} Fixture;

static void
keep (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static GAsyncResult *
await (GAsyncResult **slot)
{
  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *slot;
}

static void
give_way (gpointer data)
{
  kiosk_control_leave_camera (((Fixture *)data)->house.control);
}

/* All that the control socket asks of the settings: whose it is. */
static KioskSettings *
settings_of_technician (const char *folder)
{
  static const KioskSettingSpec role
    = { "sockets", "control-role", KIOSK_SETTING_STRING, "technician", 0, 16, "its role" };
  g_autofree char *path = g_build_filename (folder, "kioskd.ini", NULL);
  g_autoptr (GError) error = NULL;
  KioskSettings *settings;

  g_file_set_contents (path, "", 0, &error);
  g_assert_no_error (error);
  settings = kiosk_settings_load (path, &role, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  return settings;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *source = NULL, *address = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  eye_init (&f->eye);
  eye_paint (f->eye.frame, data, -1);
  source = eye_still (&f->eye, f->eye.frame);
  f->folder = g_dir_make_tmp ("camera-turns-XXXXXX", NULL);
  f->house.settings = settings_of_technician (f->folder);
  f->house.clock = f->eye.clock;
  f->house.camera = kiosk_camera_worker_new (g_getenv ("SCANNER"), source, f->eye.clock);
  f->house.control = kiosk_control_new (&f->house, f->folder, -1, &error);
  g_assert_no_error (error);
  f->citizen = kiosk_camera_turn_new (f->house.camera, give_way, f);
  address = g_strdup_printf ("unix:path=%s", kiosk_control_path (f->house.control));
  g_dbus_connection_new_for_address (address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL,
                                     NULL, keep, &result);
  f->technician = g_dbus_connection_new_for_address_finish (await (&result), &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_dbus_connection_close (f->technician, NULL, keep, &result);
  await (&result);
  g_object_unref (f->technician);
  kiosk_control_free (f->house.control);
  kiosk_settings_free (f->house.settings);
  f->citizen->free (f->citizen);
  f->house.camera->free (f->house.camera);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  eye_clear (&f->eye);
}

static void
try_camera (Fixture *f, guint seconds, GAsyncResult **ret_result)
{
  g_dbus_connection_call (f->technician, NULL, "/hk/kiosk/control", "hk.kiosk.Control1",
                          "TryCamera", g_variant_new ("(u)", seconds), NULL, G_DBUS_CALL_FLAGS_NONE,
                          60000, NULL, keep, ret_result);
}

static void
expect_refused (Fixture *f, GAsyncResult **result, const char *why)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (g_dbus_connection_call_finish (f->technician, await (result), &error));
  g_assert_nonnull (strstr (error->message, why));
}

static void
hear (gpointer data, const KioskCameraEvent *event)
{
  ((Fixture *)data)->seen += event->type == KIOSK_CAMERA_EVENT_CODE;
}

static void
await_state (Fixture *f, const char *state)
{
  while (strcmp (kiosk_camera_worker_state (f->house.camera), state) != 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_citizen_first (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) look = NULL;

  try_camera (f, 20, &look);
  await_state (f, "ready");
  f->citizen->start (f->citizen, hear, f);
  expect_refused (f, &look, "a person came");
  /* It is the citizen's now, and stays on. */
  await_state (f, "ready");
  f->citizen->stop (f->citizen);
  g_assert_cmpstr (kiosk_camera_worker_state (f->house.camera), ==, "off");
}

static void
test_technician_waits (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) look = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) seen = NULL;
  guint bytes = 0;

  f->citizen->start (f->citizen, hear, f);
  try_camera (f, 20, &look);
  expect_refused (f, &look, "in use");
  while (f->seen == 0)
    g_main_context_iteration (NULL, TRUE);
  f->citizen->stop (f->citizen);
  try_camera (f, 20, &again);
  answer = g_dbus_connection_call_finish (f->technician, await (&again), NULL);
  g_assert_nonnull (answer);
  seen = g_variant_get_child_value (answer, 0);
  g_assert_true (g_variant_lookup (seen, "code_bytes", "u", &bytes));
  g_assert_cmpuint (bytes, ==, strlen (data));
  /* A look that is over takes nothing from whoever comes next. */
  f->citizen->start (f->citizen, hear, f);
  await_state (f, "ready");
  f->citizen->stop (f->citizen);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/kioskd/camera/a-citizen-goes-before-a-technician", Fixture, NULL, set_up,
              test_citizen_first, tear_down);
  g_test_add ("/kioskd/camera/a-technician-waits-for-a-citizen", Fixture, "a receipt", set_up,
              test_technician_waits, tear_down);
  return g_test_run ();
}
