/* What stands around the terminal: the reader with its cards, the authorities, the printer. */
#include "stage-private.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

char *
stage_tty (Stage *self)
{
  return stage_passing_path (self, "reader");
}

gboolean
stage_raise_reader (Stage *self, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk-emulator");
  g_autofree char *cards = stage_passing_path (self, "cards");
  g_autofree char *control = stage_passing_path (self, "emulator.sock");
  const char *const personalise[] = { program, "personalise", cards, NULL };
  g_autofree char *camera = stage_passing_path (self, "camera");
  g_autofree char *wallet = stage_passing_path (self, "wallet");
  g_autofree char *app = stage_passing_path (self, "authorities/phone");
  g_autofree char *tty = stage_tty (self);
  const char *const emulate[]
    = { program,    "--cards", cards,      "--control", control, "--link", tty,
        "--camera", camera,    "--wallet", wallet,      "--app", app,      NULL };
  g_autofree char *output = stage_run (personalise, NULL, error);

  return output != NULL && stage_raise (self, "kiosk-emulator", emulate, error) != NULL;
}

/* Sends a line and waits for the answer; the emulator answers once the command has taken effect. */
static char *
ask_emulator (Stage *self, const char *command, GError **error)
{
  g_autofree char *path = stage_passing_path (self, "emulator.sock");
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketConnection) connection
    = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, error);
  g_autoptr (GDataInputStream) input = NULL;
  g_autofree char *line = g_strconcat (command, "\n", NULL);

  if (connection == NULL
      || !g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), line,
                                     strlen (line), NULL, NULL, error))
    return NULL;
  input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  return g_data_input_stream_read_line_utf8 (input, NULL, NULL, error);
}

gboolean
stage_hand (Stage *self, const char *command, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *answer = ask_emulator (self, command, &problem);

  if (answer != NULL && g_str_has_prefix (answer, "ok"))
    return TRUE;
  g_set_error (error, STAGE_ERROR, STAGE_ERROR_RUN, "kiosk-emulator: %s: %s", command,
               answer != NULL ? answer : (problem != NULL ? problem->message : "no answer"));
  return FALSE;
}

char *
stage_card_value (Stage *self, const char *card, const char *group, const char *key)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path
    = g_build_filename (self->passing, "cards", "cards", card, "card.ini", NULL);

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return NULL;
  return g_key_file_get_string (file, group, key, NULL);
}

/* Who works at this terminal; "unknown-officer" is left out. (transfer full): ended by NULL. */
static GPtrArray *
with_staff (Stage *self, const char *const *argv)
{
  static const char *const staff[]
    = { "officer", "second-officer", "helper", "technician", "revoked-officer" };
  GPtrArray *all = g_ptr_array_new_with_free_func (g_free);

  for (; *argv != NULL; argv++)
    g_ptr_array_add (all, g_strdup (*argv));
  g_ptr_array_add (all, g_strdup ("--staff-issuer"));
  g_ptr_array_add (all, stage_passing_path (self, "cards/staff-ca.pem"));
  for (gsize i = 0; i < G_N_ELEMENTS (staff); i++)
    {
      g_ptr_array_add (all, g_strdup ("--staff"));
      g_ptr_array_add (
        all, g_build_filename (self->passing, "cards", "cards", staff[i], "card.ini", NULL));
    }
  g_ptr_array_add (all, NULL);
  return all;
}

static gboolean
set_up_authorities (Stage *self, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk-sandbox");
  g_autofree char *authorities = stage_passing_path (self, "authorities");
  g_autofree char *csca = stage_passing_path (self, "cards/csca.pem");
  g_autofree char *crl = stage_passing_path (self, "cards/csca.crl.pem");
  g_autofree char *services = g_build_filename (self->source, "data", "services", NULL);
  g_autofree char *lost = stage_card_value (self, "lost", "person", "document-number");
  g_autofree char *account = stage_passing_path (self, "cards/cards/good/card.ini:sign");
  const char *const argv[]
    = { program,      "setup",  authorities, "--csca", csca,         "--crl", crl,
        "--services", services, "--lost",    lost,     "--iam-user", account, NULL };
  g_autoptr (GPtrArray) all = with_staff (self, argv);
  g_autofree char *output = stage_run ((const char *const *)all->pdata, NULL, error);

  return output != NULL;
}

gboolean
stage_give_credential (Stage *self, const char *card, int days, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk-sandbox");
  g_autofree char *issuer = stage_passing_path (self, "authorities/issuer");
  g_autofree char *person
    = g_build_filename (self->passing, "cards", "cards", card, "card.ini", NULL);
  g_autofree char *key = stage_passing_path (self, "wallet/public.pem");
  g_autofree char *out = stage_passing_path (self, "wallet/credential.txt");
  g_autofree char *n = g_strdup_printf ("%d", days);
  const char *const argv[]
    = { program, "credential", "--issuer", issuer,   "--person", person, "--key",
        key,     "--out",      out,        "--days", n,          NULL };
  g_autofree char *output = stage_run (argv, NULL, error);

  return output != NULL;
}

/* iAM Smart's core, simulated. */
static gboolean
raise_core (Stage *self, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk-sandbox");
  g_autofree char *folder = stage_passing_path (self, "authorities/iamsmart");
  g_autofree char *ca = stage_passing_path (self, "authorities/kiosk/gateway-ca.pem");
  const char *const argv[] = { program, "iamsmart", "--folder", folder, "--gateway-ca", ca, NULL };

  return stage_raise (self, "iamsmart", argv, error) != NULL;
}

/* On any port at first, and on that one ever after: the department knows it. */
gboolean
stage_raise_gateway (Stage *self, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk-gateway");
  g_autofree char *database = g_strconcat ("sqlite:", self->state, "/gateway.db", NULL);
  g_autofree char *pki = stage_passing_path (self, "authorities/gateway");
  g_autofree char *port = g_strdup_printf ("%u", self->gateway_port);
  g_autofree char *core = g_strconcat (
    "https://localhost:", stage_process_value (stage_program (self, "iamsmart"), "port"), NULL);
  const char *const argv[]
    = { program, "--database", database, "--pki", pki, "--port", port, "--iam", core, NULL };
  StageProcess *gateway = stage_raise (self, "kiosk-gateway", argv, error);

  if (gateway == NULL)
    return FALSE;
  self->gateway_port = (guint16)g_ascii_strtoull (stage_process_value (gateway, "port"), NULL, 10);
  return TRUE;
}

static gboolean
lay_cable (Stage *self, GError **error)
{
  self->cable = stage_cable_new (self->gateway_port, error);
  return self->cable != NULL;
}

static gboolean
raise_department (Stage *self, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk-sandbox");
  g_autofree char *folder = stage_passing_path (self, "authorities/department/td");
  g_autofree char *url = g_strdup_printf ("https://localhost:%u", self->gateway_port);
  g_autofree char *poll_ms = g_strdup_printf ("%d", self->poll_ms / 2);
  const char *const argv[]
    = { program, "--gateway", url, "--department", folder, "--poll-ms", poll_ms, NULL };

  return stage_raise (self, "kiosk-sandbox", argv, error) != NULL;
}

gboolean
stage_raise_registry (Stage *self, const char *refuse, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk-sandbox");
  g_autofree char *folder = stage_passing_path (self, "authorities/department/idreg");
  g_autofree char *issuer = stage_passing_path (self, "authorities/issuer");
  g_autofree char *url = g_strdup_printf ("https://localhost:%u", self->gateway_port);
  g_autofree char *poll_ms = g_strdup_printf ("%d", self->poll_ms / 2);
  const char *const argv[]
    = { program,    "--gateway", url,         "--department", folder,
        "--issuer", issuer,      "--poll-ms", poll_ms,        refuse != NULL ? "--refuse" : NULL,
        refuse,     NULL };

  return stage_raise (self, "registry", argv, error) != NULL;
}

void
stage_dismiss_registry (Stage *self)
{
  stage_drop (self, "registry");
}

gboolean
stage_take_credential (Stage *self, const char *txid, GError **error)
{
  g_autofree char *name
    = g_strdup_printf ("authorities/department/idreg/state/issued/%s.txt", txid);
  g_autofree char *from = stage_passing_path (self, name);
  g_autofree char *to = stage_passing_path (self, "wallet/credential.txt");
  g_autofree char *text = NULL;
  gsize length = 0;

  return g_file_get_contents (from, &text, &length, error)
         && g_file_set_contents_full (to, text, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT,
                                      0600, error);
}

gboolean
stage_raise_authorities (Stage *self, GError **error)
{
  return set_up_authorities (self, error) && raise_core (self, error)
         && stage_raise_gateway (self, error) && lay_cable (self, error)
         && raise_department (self, error);
}

JsonObject *
stage_gateway_report (Stage *self, GError **error)
{
  g_autofree char *program = stage_program_path (self, "kiosk-gateway");
  g_autofree char *database = g_strconcat ("sqlite:", self->state, "/gateway.db", NULL);
  const char *const argv[] = { program, "report", "--database", database, "--json", NULL };
  g_autofree char *output = stage_run (argv, NULL, error);
  g_autoptr (JsonNode) node = output != NULL ? json_from_string (output, error) : NULL;

  return node != NULL ? json_node_dup_object (node) : NULL;
}
