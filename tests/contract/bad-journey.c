#include "bad-journey.h"

#include <string.h>

GDBusConnection *
bad_connect (const char *path, GError **error)
{
  g_autofree char *address = g_strdup_printf ("unix:path=%s", path);
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL, error);

  if (connection != NULL)
    g_dbus_connection_set_exit_on_close (connection, FALSE);
  return connection;
}

GVariant *
bad_call (GDBusConnection *connection, const char *method, GVariant *arguments, GError **error)
{
  return g_dbus_connection_call_sync (connection, NULL, BAD_JOURNEY_PATH, BAD_JOURNEY, method,
                                      arguments, NULL, G_DBUS_CALL_FLAGS_NONE, BAD_CALL_MS, NULL,
                                      error);
}

GVariant *
bad_call_control (GDBusConnection *connection, const char *method, GVariant *arguments,
                  GError **error)
{
  return g_dbus_connection_call_sync (connection, NULL, BAD_CONTROL_PATH, BAD_CONTROL, method,
                                      arguments, NULL, G_DBUS_CALL_FLAGS_NONE, BAD_CALL_MS, NULL,
                                      error);
}

char *
bad_page (GDBusConnection *front, guint *ret_serial)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = bad_call (front, "Get", NULL, &error);
  char *page;

  g_assert_no_error (error);
  g_variant_get (answer, "(us@a{sv}as)", ret_serial, &page, NULL, NULL);
  return page;
}

gboolean
bad_act (BadJourney *f, guint serial, const char *action, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
    = bad_call (f->front, "Act", g_variant_new ("(us@a{sv})", serial, action, arguments), &error);
  gboolean accepted;

  g_assert_no_error (error);
  g_variant_get (answer, "(b)", &accepted);
  return accepted;
}

GVariant *
bad_one_text (const char *name, const char *value)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", name, g_variant_new_string (value));
  return g_variant_builder_end (&builder);
}

/* A person has begun: the page after the home page. */
static void
begin (BadJourney *f)
{
  g_autofree char *home = bad_page (f->front, &f->serial);
  g_autofree char *page = NULL;

  g_assert_cmpstr (home, ==, "home");
  g_assert_true (bad_act (f, f->serial, "start", bad_one_text ("language", "en")));
  page = bad_page (f->front, &f->serial);
  g_assert_cmpstr (page, ==, "identify");
}

void
bad_journey_begin (BadJourney *f)
{
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;

  f->world = bad_world_new ();
  url = bad_gateway_start (f->world);
  bad_kioskd_start (f->world, url);
  bad_install_good (f->world);
  bad_enrol (f->world);
  f->pid = stage_process_pid (f->world->kioskd);
  f->front = bad_connect (stage_process_value (f->world->kioskd, "front"), &error);
  g_assert_no_error (error);
  f->control = bad_connect (stage_process_value (f->world->kioskd, "control"), &error);
  g_assert_no_error (error);
  begin (f);
}

void
bad_journey_check (BadJourney *f)
{
  guint serial;
  g_autofree char *page = bad_page (f->front, &serial);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) status = bad_call_control (f->control, "Status", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (page, ==, "identify");
  g_assert_cmpuint (serial, ==, f->serial);
  g_assert_true (stage_process_is_running (f->world->kioskd));
  g_assert_cmpint (stage_process_pid (f->world->kioskd), ==, f->pid);
}

void
bad_journey_end (BadJourney *f)
{
  /* While both still listen: that keeps kioskd from nothing, and it ends well. */
  bad_kioskd_stop (f->world);
  g_clear_object (&f->front);
  g_clear_object (&f->control);
  bad_world_free (f->world);
}
