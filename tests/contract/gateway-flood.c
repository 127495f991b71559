#include "gateway-flood.h"
#include <stdio.h>
#include <string.h>

struct _Flood
{
  GString *config;    /* curl's */
  GArray *statuses;   /* of guint */
  GPtrArray *outputs; /* paths */
  Rig *rig;           /* of the last request: whose folder takes the files */
};

Flood *
flood_new (void)
{
  Flood *self = g_new0 (Flood, 1);
  self->config = g_string_new (NULL);
  self->statuses = g_array_new (FALSE, TRUE, sizeof (guint));
  self->outputs = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
flood_free (Flood *self)
{
  g_string_free (self->config, TRUE);
  g_array_unref (self->statuses);
  g_ptr_array_unref (self->outputs);
  g_free (self);
}

static guint
add (Flood *self, Rig *to, const RigPeer *peer, const char *path, const char *type, GBytes *body)
{
  guint n = self->outputs->len;
  char *output = rig_file (to, "", 0);
  g_autofree char *digest = rig_digest_header (body);
  g_autofree char *file = rig_file (to, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  self->rig = to;
  g_ptr_array_add (self->outputs, output);
  g_array_set_size (self->statuses, self->outputs->len);
  g_string_append_printf (
    self->config,
    "%surl = \"https://localhost:%u%s\"\nheader = \"%s\"\n"
    "header = \"Content-Type: %s\"\ncacert = \"%s/kiosk/gateway-ca.pem\"\n"
    "output = \"%s\"\nwrite-out = \"%u %%{http_code} %%{exitcode}\\n\"\nmax-time = 60\n",
    n > 0 ? "next\n" : "", to->port, path, digest, type, to->folder, output, n);
  if (peer != NULL)
    g_string_append_printf (self->config, "cert = \"%s\"\nkey = \"%s\"\n", peer->cert_path,
                            peer->key_path);
  g_string_append_printf (
    self->config, "%s%s\"\n",
    strcmp (type, KIOSK_SEAL_MEDIA_TYPE) == 0 ? "upload-file = \"" : "data-binary = \"@", file);
  return n;
}

guint
flood_put (Flood *self, Rig *to, const RigPeer *kiosk, const char *txid, GBytes *sealed)
{
  g_autofree char *path = g_strdup_printf ("/v1/transactions/%s/%s", kiosk->id, txid);
  return add (self, to, kiosk, path, KIOSK_SEAL_MEDIA_TYPE, sealed);
}

guint
flood_post (Flood *self, Rig *to, const RigPeer *peer, const char *path, const char *type,
            GBytes *body)
{
  return add (self, to, peer, path, type, body);
}

static void
take_line (Flood *self, const char *line)
{
  guint request, status, broken; /* an answer may break off after its status */
  g_assert_cmpint (sscanf (line, "%u %u %u", &request, &status, &broken), ==, 3);
  g_assert_cmpuint (request, <, self->statuses->len);
  g_array_index (self->statuses, guint, request) = broken ? 0 : status;
}

void
flood_run (Flood *self, guint at_once, guint after, FloodMoment moment, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *config = rig_file (self->rig, self->config->str, self->config->len);
  g_autofree char *most = g_strdup_printf ("%u", at_once);
  memset (self->statuses->data, 0, self->statuses->len * sizeof (guint));
  g_autoptr (GSubprocess) curl = g_subprocess_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "stdbuf", "-oL",
    "curl", "-s", "--parallel", "--parallel-immediate", "--parallel-max", most, "-K", config, NULL);
  g_assert_no_error (error);
  g_autoptr (GDataInputStream) lines
    = g_data_input_stream_new (g_subprocess_get_stdout_pipe (curl));
  for (guint n = 1;; n++)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
      g_assert_no_error (error);
      if (line == NULL)
        break;
      take_line (self, line);
      if (n == after && moment != NULL)
        moment (data);
    }
  g_subprocess_wait (curl, NULL, &error); /* its status only says that one was not answered */
  g_assert_no_error (error);
}

guint
flood_status (const Flood *self, guint request)
{
  return g_array_index (self->statuses, guint, request);
}

GBytes *
flood_body (const Flood *self, guint request)
{
  char *content;
  gsize size;
  g_assert_true (
    g_file_get_contents (g_ptr_array_index (self->outputs, request), &content, &size, NULL));
  return g_bytes_new_take (content, size);
}
