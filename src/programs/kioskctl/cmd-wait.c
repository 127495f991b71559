/* Waits for a record, or for the link to the gateway, by signal: for scripts, which then need no
 * sleep. */
#include "programs/kioskctl/client.h"

#include <string.h>

#define TIMEOUT_S 60

typedef struct
{
  KioskBusControl1 *control;
  const char *key;  /* reference or transaction id; NULL: the link is waited for */
  const char *want; /* state of the record, or of the link */
  GMainLoop *loop;
  int status; /* −1: not known yet */
} Wait;

static const char *const order[] = { "received", "accepted", "settled" };

static int
rank (const char *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (strcmp (order[i], state) == 0)
      return (int)i;
  return -1;
}

static void
finish (Wait *self, int status)
{
  self->status = status;
  g_main_loop_quit (self->loop);
}

static void
judge (Wait *self, GVariant *record)
{
  const char *state = kioskctl_text (record, "state");
  gboolean there
    = strcmp (state, self->want) == 0
      || (rank (state) >= 0 && rank (self->want) >= 0 && rank (state) > rank (self->want));

  if (there)
    {
      g_print ("reference=%s txid=%s state=%s outcome=%s reason=%s\n",
               kioskctl_text (record, "reference"), kioskctl_text (record, "txid"), state,
               kioskctl_text (record, "outcome"), kioskctl_text (record, "reason"));
      finish (self, 0);
    }
  else if (strcmp (state, "quarantined") == 0)
    {
      g_printerr ("kioskctl: %s is quarantined (%s) and will not become %s\n", self->key,
                  kioskctl_text (record, "reason"), self->want);
      finish (self, 1);
    }
}

static gboolean
is_link_state (const char *state)
{
  return strcmp (state, "online") == 0 || strcmp (state, "offline") == 0;
}

static void
look_at_link (Wait *self)
{
  g_autoptr (GVariant) status = NULL;
  g_autoptr (GVariant) gateway = NULL;
  g_autoptr (GError) error = NULL;

  if (!kiosk_bus_control1_call_status_sync (self->control, &status, NULL, &error))
    {
      finish (self, kioskctl_fail (error));
      return;
    }
  gateway = g_variant_lookup_value (status, "gateway", G_VARIANT_TYPE_VARDICT);
  if ((kioskctl_number (gateway, "reachable") != 0) == (strcmp (self->want, "online") == 0))
    {
      g_print ("%s\n", self->want);
      finish (self, 0);
    }
}

/* A record that is not there may still come. */
static void
look_at_record (Wait *self)
{
  g_autoptr (GVariant) record = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *remote = NULL;

  if (kiosk_bus_control1_call_find_sync (self->control, self->key, &record, NULL, &error))
    {
      judge (self, record);
      return;
    }
  remote = g_dbus_error_get_remote_error (error);
  if (g_strcmp0 (remote, "hk.kiosk.Error.Unknown") != 0)
    finish (self, kioskctl_fail (error));
}

static void
look (Wait *self)
{
  if (self->key == NULL)
    look_at_link (self);
  else
    look_at_record (self);
}

static void
hear_record (KioskBusControl1 *control, const char *txid, gpointer data)
{
  look (data);
}

static void
hear_status (KioskBusControl1 *control, gpointer data)
{
  look (data);
}

static void
hear_closed (GDBusConnection *connection, gboolean remote, GError *error, gpointer data)
{
  g_printerr ("kioskctl: kioskd went away\n");
  finish (data, 1);
}

static void
time_is_up (gpointer data)
{
  Wait *self = data;

  g_printerr ("kioskctl: %s did not become %s in time\n",
              self->key != NULL ? self->key : "the gateway", self->want);
  finish (self, 1);
}

static int
wait_for (Wait *self, int timeout_s)
{
  GDBusConnection *connection = g_dbus_proxy_get_connection (G_DBUS_PROXY (self->control));

  self->loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (self->control, "record-changed", G_CALLBACK (hear_record), self);
  if (self->key == NULL)
    g_signal_connect (self->control, "status-changed", G_CALLBACK (hear_status), self);
  g_signal_connect (connection, "closed", G_CALLBACK (hear_closed), self);
  g_timeout_add_once ((guint)timeout_s * 1000, time_is_up, self);
  /* The signal is listened for first: nothing can happen between. */
  look (self);
  if (self->status < 0)
    g_main_loop_run (self->loop);
  g_signal_handlers_disconnect_by_data (connection, self);
  g_main_loop_unref (self->loop);
  return self->status;
}

static gboolean
is_possible (const Wait *self)
{
  if (self->key == NULL)
    return is_link_state (self->want);
  return rank (self->want) >= 0 || strcmp (self->want, "quarantined") == 0;
}

int
kioskctl_wait (const KioskctlContext *context, int argc, char **argv)
{
  static const char usage[]
    = "wait STATE --reference REF|--txid ID [--timeout SECONDS]; wait online|offline";
  g_autofree char *reference = NULL;
  g_autofree char *txid = NULL;
  int timeout_s = TIMEOUT_S;
  const GOptionEntry entries[] = {
    { "reference", 0, 0, G_OPTION_ARG_STRING, &reference, NULL, NULL },
    { "txid", 0, 0, G_OPTION_ARG_STRING, &txid, NULL, NULL },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &timeout_s, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (KioskBusControl1) control = NULL;
  Wait wait = { .status = -1 };

  if (!kioskctl_parse (&argc, &argv, entries, usage, 1))
    return 2;
  wait.key = txid != NULL ? txid : reference;
  wait.want = argv[1];
  if (!is_possible (&wait) || timeout_s < 0 || timeout_s > 3600)
    {
      g_printerr ("usage: kioskctl [--socket PATH] %s\n"
                  "STATE is received, accepted, settled or quarantined\n",
                  usage);
      return 2;
    }
  control = kioskctl_connect (context);
  if (control == NULL)
    return 1;
  wait.control = control;
  return wait_for (&wait, timeout_s);
}
