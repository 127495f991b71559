#include "link.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "bus-journey1.h"

#define RETRY_MS 500
#define TOUCH_US G_USEC_PER_SEC

struct _KioskLink
{
  GObject parent;
  char *address;
  GDBusConnection *connection;
  KioskBusJourney1 *journey;
  GCancellable *cancellable;
  guint retry;
  gint64 touched_us;
};

G_DEFINE_FINAL_TYPE (KioskLink, kiosk_link, G_TYPE_OBJECT)

enum
{
  SIGNAL_PAGE,
  SIGNAL_IDLE,
  SIGNAL_PREVIEW,
  SIGNAL_LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void connect_now (KioskLink *self);

static gboolean
on_retry (gpointer data)
{
  KioskLink *self = data;
  self->retry = 0;
  connect_now (self);
  return G_SOURCE_REMOVE;
}

/* Whatever went wrong, the person sees that the terminal is away, and we try again. */
static void
lose (KioskLink *self)
{
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  if (self->journey != NULL)
    g_signal_handlers_disconnect_by_data (self->journey, self);
  g_clear_object (&self->journey);
  g_clear_object (&self->connection);
  if (self->retry == 0)
    self->retry = g_timeout_add (RETRY_MS, on_retry, self);
  g_signal_emit (self, signals[SIGNAL_LOST], 0);
}

static void
on_page (KioskLink *self, guint serial, const char *page, GVariant *model,
         const char *const *actions)
{
  g_signal_emit (self, signals[SIGNAL_PAGE], 0, serial, page, model, actions);
}

static void
on_idle (KioskLink *self, guint seconds)
{
  g_signal_emit (self, signals[SIGNAL_IDLE], 0, seconds);
}

static gboolean
was_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What was asked for is there; when not, the link is lost, or has itself gone. */
static gboolean
came (gpointer result, const GError *error, gpointer link)
{
  if (result == NULL && !was_cancelled (error))
    lose (link);
  return result != NULL;
}

static void
on_got (GObject *source, GAsyncResult *result, gpointer data)
{
  guint serial;
  g_autofree char *page = NULL;
  g_autoptr (GVariant) model = NULL;
  g_auto (GStrv) actions = NULL;
  g_autoptr (GError) error = NULL;
  if (kiosk_bus_journey1_call_get_finish (KIOSK_BUS_JOURNEY1 (source), &serial, &page, &model,
                                          &actions, result, &error))
    on_page (data, serial, page, model, (const char *const *)actions);
  else if (!was_cancelled (error))
    lose (data);
}

static void
on_proxy (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  KioskBusJourney1 *journey = kiosk_bus_journey1_proxy_new_finish (result, &error);
  if (!came (journey, error, data))
    return;
  KioskLink *self = data;
  self->journey = journey;
  g_signal_connect_swapped (journey, "page", G_CALLBACK (on_page), self);
  g_signal_connect_swapped (journey, "idle", G_CALLBACK (on_idle), self);
  kiosk_bus_journey1_call_get (journey, self->cancellable, on_got, self);
}

static void
on_closed (KioskLink *self)
{
  lose (self);
}

static void
on_connection (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_finish (result, &error);
  if (!came (connection, error, data))
    return;
  KioskLink *self = data;
  self->connection = connection;
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  g_signal_connect_swapped (connection, "closed", G_CALLBACK (on_closed), self);
  kiosk_bus_journey1_proxy_new (connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, NULL,
                                "/hk/kiosk/journey", self->cancellable, on_proxy, self);
}

static void
connect_now (KioskLink *self)
{
  g_dbus_connection_new_for_address (self->address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                                     NULL, self->cancellable, on_connection, self);
}

void
kiosk_link_start (KioskLink *self)
{
  connect_now (self);
}

/* An answer of FALSE means that the page had gone: the next page is on its way. A failed call means
 * that the connection is going: "closed" says so. */
static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);
  if (answer == NULL && !was_cancelled (error))
    g_info ("kioskd did not take a call: %s", error->message);
}

static void
call (KioskLink *self, const char *method, GVariant *arguments)
{
  g_autoptr (GVariant) held = g_variant_ref_sink (arguments);
  if (self->journey != NULL)
    g_dbus_proxy_call (G_DBUS_PROXY (self->journey), method, held, G_DBUS_CALL_FLAGS_NONE, -1,
                       self->cancellable, on_done, NULL);
}

void
kiosk_link_act (KioskLink *self, guint serial, const char *action, GVariant *arguments)
{
  call (self, "Act", g_variant_new ("(us@a{sv})", serial, action, arguments));
}

void
kiosk_link_set_language (KioskLink *self, const char *language)
{
  call (self, "SetLanguage", g_variant_new ("(s)", language));
}

/* Without an answer that can be used there are no pictures to show: that is all. */
static void
on_preview (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GUnixFDList) lent = NULL;
  g_autoptr (GError) error = NULL;
  if (!kiosk_bus_journey1_call_preview_finish (KIOSK_BUS_JOURNEY1 (source), &handle, &lent, result,
                                               &error))
    {
      if (!was_cancelled (error))
        g_info ("kioskd has no pictures: %s", error->message);
      return;
    }
  gint32 index = g_variant_get_handle (handle);
  if (lent == NULL || index < 0 || index >= g_unix_fd_list_get_length (lent))
    {
      g_info ("kioskd sent no descriptor with its pictures");
      return;
    }
  int memory = g_unix_fd_list_get (lent, index, &error);
  if (memory < 0)
    {
      g_info ("kioskd's pictures: %s", error->message);
      return;
    }
  g_signal_emit (data, signals[SIGNAL_PREVIEW], 0, memory);
  close (memory);
}

void
kiosk_link_ask_preview (KioskLink *self)
{
  if (self->journey != NULL)
    kiosk_bus_journey1_call_preview (self->journey, NULL, self->cancellable, on_preview, self);
}

void
kiosk_link_touch (KioskLink *self)
{
  gint64 now = g_get_monotonic_time ();
  if (self->touched_us != 0 && now - self->touched_us < TOUCH_US)
    return;
  self->touched_us = now;
  call (self, "Touch", g_variant_new ("()"));
}

static void
dispose (GObject *object)
{
  KioskLink *self = KIOSK_LINK (object);
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  if (self->journey != NULL)
    g_signal_handlers_disconnect_by_data (self->journey, self);
  g_clear_object (&self->journey);
  g_clear_object (&self->connection);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->address, g_free);
  G_OBJECT_CLASS (kiosk_link_parent_class)->dispose (object);
}

static void
kiosk_link_class_init (KioskLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
  signals[SIGNAL_PAGE]
    = g_signal_new ("page", KIOSK_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                    G_TYPE_UINT, G_TYPE_STRING, G_TYPE_VARIANT, G_TYPE_STRV);
  signals[SIGNAL_IDLE] = g_signal_new ("idle", KIOSK_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_PREVIEW] = g_signal_new ("preview", KIOSK_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SIGNAL_LOST] = g_signal_new ("lost", KIOSK_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
}

static void
kiosk_link_init (KioskLink *self)
{
  self->cancellable = g_cancellable_new ();
}

KioskLink *
kiosk_link_new (const char *socket_path)
{
  KioskLink *self = g_object_new (KIOSK_TYPE_LINK, NULL);
  g_autofree char *escaped = g_dbus_address_escape_value (socket_path);
  self->address = g_strconcat ("unix:path=", escaped, NULL);
  return self;
}
