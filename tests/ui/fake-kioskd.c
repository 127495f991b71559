#include "fake-kioskd.h"

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "bus-journey1.h"

struct _FakeKioskd
{
  GDBusServer *server;
  GPtrArray *connections;
  KioskBusJourney1 *journey;
  const Fixture *shown;
  char *page; /* of a model of our own */
  GVariant *model;
  GPtrArray *playlist;
  guint at;
  guint serial;
  char *language;
  char *last_act;
  guint n_touches;
  int preview;
  guint n_previews;
};

static const char *const no_actions[] = { NULL };

static GVariant *
model_now (FakeKioskd *self)
{
  return self->model != NULL ? self->model : fixture_model (self->shown, self->language);
}

static const char *
page_now (FakeKioskd *self)
{
  return self->model != NULL ? self->page : self->shown->page;
}

static const char *const *
actions_now (FakeKioskd *self)
{
  return self->model != NULL ? no_actions : (const char *const *)self->shown->actions;
}

static void
emit (FakeKioskd *self)
{
  kiosk_bus_journey1_emit_page (self->journey, self->serial, page_now (self), model_now (self),
                                actions_now (self));
}

static void
forget_model (FakeKioskd *self)
{
  g_clear_pointer (&self->model, g_variant_unref);
  g_clear_pointer (&self->page, g_free);
}

void
fake_kioskd_show (FakeKioskd *self, const Fixture *fixture)
{
  forget_model (self);
  self->shown = fixture;
  self->serial++;
  emit (self);
}

void
fake_kioskd_update (FakeKioskd *self, const Fixture *fixture)
{
  forget_model (self);
  self->shown = fixture;
  emit (self);
}

void
fake_kioskd_show_model (FakeKioskd *self, const char *page, GVariant *model)
{
  forget_model (self);
  self->page = g_strdup (page);
  self->model = g_variant_ref_sink (model);
  self->serial++;
  emit (self);
}

void
fake_kioskd_warn (FakeKioskd *self, guint seconds)
{
  kiosk_bus_journey1_emit_idle (self->journey, seconds);
}

static gboolean
on_get (KioskBusJourney1 *journey, GDBusMethodInvocation *invocation, FakeKioskd *self)
{
  kiosk_bus_journey1_complete_get (journey, invocation, self->serial, page_now (self),
                                   model_now (self), actions_now (self));
  return TRUE;
}

static char *
describe (const char *action, GVariant *arguments)
{
  GString *text = g_string_new (action);
  GVariantIter iter;
  const char *name;
  GVariant *value;
  g_variant_iter_init (&iter, arguments);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    g_string_append_printf (text, " %s=%s", name, g_variant_get_string (value, NULL));
  return g_string_free (text, FALSE);
}

static gboolean
on_act (KioskBusJourney1 *journey, GDBusMethodInvocation *invocation, guint serial,
        const char *action, GVariant *arguments, FakeKioskd *self)
{
  gboolean accepted = serial == self->serial && g_strv_contains (actions_now (self), action);
  kiosk_bus_journey1_complete_act (journey, invocation, accepted);
  if (!accepted)
    return TRUE;
  g_free (self->last_act);
  self->last_act = describe (action, arguments);
  if (self->playlist != NULL)
    {
      self->at = (self->at + 1) % self->playlist->len;
      fake_kioskd_show (self, self->playlist->pdata[self->at]);
    }
  return TRUE;
}

static gboolean
on_set_language (KioskBusJourney1 *journey, GDBusMethodInvocation *invocation, const char *language,
                 FakeKioskd *self)
{
  kiosk_bus_journey1_complete_set_language (journey, invocation);
  g_free (self->language);
  self->language = g_strdup (language);
  self->serial++;
  emit (self);
  return TRUE;
}

static gboolean
on_touch (KioskBusJourney1 *journey, GDBusMethodInvocation *invocation, FakeKioskd *self)
{
  kiosk_bus_journey1_complete_touch (journey, invocation);
  self->n_touches++;
  return TRUE;
}

static gboolean
on_preview (KioskBusJourney1 *journey, GDBusMethodInvocation *invocation, GUnixFDList *lent,
            FakeKioskd *self)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();
  g_autoptr (GError) error = NULL;
  self->n_previews++;
  if (self->preview < 0)
    {
      g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_FAILED,
                                                     "no page that shows pictures");
      return TRUE;
    }
  g_unix_fd_list_append (list, self->preview, &error);
  g_assert_no_error (error);
  kiosk_bus_journey1_complete_preview (journey, invocation, list, g_variant_new_handle (0));
  return TRUE;
}

static gboolean
on_connection (GDBusServer *server, GDBusConnection *connection, FakeKioskd *self)
{
  g_autoptr (GError) error = NULL;
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->journey), connection,
                                         "/hk/kiosk/journey", &error))
    g_error ("%s", error->message);
  g_ptr_array_add (self->connections, g_object_ref (connection));
  return TRUE;
}

FakeKioskd *
fake_kioskd_new (const char *socket_path, const Fixture *first)
{
  FakeKioskd *self = g_new0 (FakeKioskd, 1);
  g_autofree char *address = g_strdup_printf ("unix:path=%s", socket_path);
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr (GError) error = NULL;
  self->server
    = g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_NONE, guid, NULL, NULL, &error);
  if (self->server == NULL)
    g_error ("%s", error->message);
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->journey = kiosk_bus_journey1_skeleton_new ();
  self->shown = first;
  self->serial = 1;
  self->language = g_strdup ("en");
  self->preview = -1;
  g_signal_connect (self->journey, "handle-get", G_CALLBACK (on_get), self);
  g_signal_connect (self->journey, "handle-act", G_CALLBACK (on_act), self);
  g_signal_connect (self->journey, "handle-set-language", G_CALLBACK (on_set_language), self);
  g_signal_connect (self->journey, "handle-touch", G_CALLBACK (on_touch), self);
  g_signal_connect (self->journey, "handle-preview", G_CALLBACK (on_preview), self);
  g_signal_connect (self->server, "new-connection", G_CALLBACK (on_connection), self);
  g_dbus_server_start (self->server);
  return self;
}

void
fake_kioskd_free (FakeKioskd *self)
{
  g_dbus_server_stop (self->server);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->journey));
  for (guint i = 0; i < self->connections->len; i++)
    g_dbus_connection_close_sync (self->connections->pdata[i], NULL, NULL);
  g_ptr_array_unref (self->connections);
  g_object_unref (self->journey);
  g_object_unref (self->server);
  forget_model (self);
  g_free (self->language);
  g_free (self->last_act);
  g_free (self);
}

const char *
fake_kioskd_language (FakeKioskd *self)
{
  return self->language;
}

void
fake_kioskd_set_preview (FakeKioskd *self, int memory)
{
  self->preview = memory;
}

guint
fake_kioskd_n_previews (FakeKioskd *self)
{
  return self->n_previews;
}

guint
fake_kioskd_n_touches (FakeKioskd *self)
{
  return self->n_touches;
}

const char *
fake_kioskd_last_act (FakeKioskd *self)
{
  return self->last_act;
}

void
fake_kioskd_play (FakeKioskd *self, GPtrArray *fixtures)
{
  self->playlist = fixtures;
  self->at = 0;
  fake_kioskd_show (self, fixtures->pdata[0]);
}
