/* A person's yes and no, by light: the phone of the emulator sees the code on a screen's picture
 * and its application tells the simulated core, which calls the relying party. */
#include <cairo.h>
#include <gio/gunixsocketaddress.h>
#include <qrencode.h>
#include <signal.h>
#include <string.h>

#include "iam-bench.h"

#define PATIENCE_S 20
#define SIDE       900 /* pixels of the screen */
#define MODULE     12

typedef struct
{
  IamBench iam;
  StageProcess *emulator;
  GSocketConnection *control;
  GDataInputStream *answers;
} Bench;

static void
start_emulator (Bench *self, const char *core)
{
  g_autofree char *fifo = iam_bench_path (&self->iam, "camera");
  g_autofree char *socket = iam_bench_path (&self->iam, "control");
  g_autofree char *app = iam_bench_path (&self->iam, "gov/phone");
  const char *const argv[] = {
    g_getenv ("EMULATOR"), "--camera", fifo, "--control", socket, "--app", app, "--core", core, NULL
  };
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket);
  g_autoptr (GError) error = NULL;

  self->emulator = stage_process_start ("kiosk-emulator", argv, NULL, self->iam.folder, &error);
  g_assert_no_error (error);
  stage_process_wait_ready (self->emulator, PATIENCE_S, &error);
  g_assert_no_error (error);
  self->control = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);
  self->answers
    = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (self->control)));
}

static void
bench_init (Bench *self, const char *core)
{
  iam_bench_init (&self->iam, NULL);
  start_emulator (self, core != NULL ? core : self->iam.base);
}

static void
bench_clear (Bench *self)
{
  g_autoptr (GError) error = NULL;

  g_object_unref (self->answers);
  g_object_unref (self->control);
  stage_process_stop (self->emulator, SIGTERM, &error);
  g_assert_no_error (error);
  stage_process_free (self->emulator);
  iam_bench_clear (&self->iam);
}

/* (transfer full) */
static char *
ask (Bench *self, const char *line)
{
  g_autofree char *sent = g_strconcat (line, "\n", NULL);
  g_autoptr (GError) error = NULL;
  char *answer;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->control)), sent,
                             strlen (sent), NULL, NULL, &error);
  g_assert_no_error (error);
  answer = g_data_input_stream_read_line (self->answers, NULL, NULL, &error);
  g_assert_no_error (error);
  return answer;
}

/* The terminal shows @text, and the phone looks at it. */
static void
look (Bench *self, const char *text)
{
  g_autofree char *path = iam_bench_path (&self->iam, "screen.png");
  g_autofree char *line = g_strconcat ("phone look ", path, NULL);
  g_autofree char *answer = NULL;
  g_autofree char *wanted = g_strdup_printf ("ok %zu", strlen (text));
  cairo_surface_t *screen = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SIDE, SIDE);
  cairo_t *cr = cairo_create (screen);
  QRcode *code = QRcode_encodeString (text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
  int from = (SIDE - code->width * MODULE) / 2;

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  for (int i = 0; i < code->width * code->width; i++)
    if ((code->data[i] & 1) != 0)
      cairo_rectangle (cr, from + i % code->width * MODULE, from + i / code->width * MODULE, MODULE,
                       MODULE);
  cairo_fill (cr);
  g_assert_cmpint (cairo_surface_write_to_png (screen, path), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_destroy (screen);
  QRcode_free (code);
  answer = ask (self, line);
  g_assert_cmpstr (answer, ==, wanted);
}

static void
expect (Bench *self, const char *line, const char *wanted)
{
  g_autofree char *answer = ask (self, line);

  g_assert_cmpstr (answer, ==, wanted);
}

static void
test_login (void)
{
  Bench bench;
  g_autofree char *link = NULL;
  g_autoptr (IamCallback) callback = NULL;

  bench_init (&bench, NULL);
  link = iam_bench_qr (&bench.iam, "by-light");
  look (&bench, link);
  expect (&bench, "phone app open " IAM_ADA,
          "ok kind=login client=Self-service%20terminals%20%28simulated%29");
  expect (&bench, "phone app approve " IAM_ADA, "ok code=D00000");
  callback = iam_bench_callback (&bench.iam);
  g_assert_true (g_str_has_prefix (callback->query, "code="));
  g_assert_true (g_str_has_suffix (callback->query, "&state=by-light"));
  expect (&bench, "phone app refuse " IAM_ADA, "error the core refuses: it was decided already");
  bench_clear (&bench);
}

static void
test_signature (void)
{
  Bench bench;
  g_autoptr (JsonObject) request = NULL;
  g_autoptr (JsonObject) reply = NULL;
  g_autoptr (JsonObject) result = NULL;
  g_autoptr (IamCallback) callback = NULL;
  g_autofree char *shown = NULL;

  bench_init (&bench, NULL);
  request = iam_bench_sign_request (&bench.iam, "I declare", IAM_ADA_NUMBER);
  reply = iam_bench_call (&bench.iam, KIOSK_IAMSMART_ANONYMOUS_SIGNING, request);
  look (&bench, json_object_get_string_member (reply, "ticketURL"));
  shown = g_strdup_printf ("ok kind=sign identification=%s"
                           " client=Self-service%%20terminals%%20%%28simulated%%29"
                           " service=Vehicle%%20licence document=Declaration%%20of%%20TD558",
                           json_object_get_string_member (reply, "identificationCode"));
  expect (&bench, "phone app open " IAM_ADA, shown);
  expect (&bench, "phone app approve " IAM_BOB, "ok code=D70004");
  callback = iam_bench_callback (&bench.iam);
  result = iam_bench_open (&bench.iam, callback, "signing", "D70004");
  bench_clear (&bench);
}

static void
test_refuse_and_cancel (void)
{
  static const struct
  {
    const char *line;
    const char *answer;
    const char *query;
  } deeds[] = {
    { "phone app refuse " IAM_BOB, "ok code=D40001", "error_code=D40001&state=s" },
    { "phone app cancel " IAM_BOB, "ok code=D40000", "error_code=D40000&state=s" },
  };
  Bench bench;

  bench_init (&bench, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_autofree char *link = iam_bench_qr (&bench.iam, "s");
      g_autoptr (IamCallback) callback = NULL;

      look (&bench, link);
      expect (&bench, deeds[i].line, deeds[i].answer);
      callback = iam_bench_callback (&bench.iam);
      g_assert_cmpstr (callback->query, ==, deeds[i].query);
    }
  bench_clear (&bench);
}

/* A phone opens nothing but what it saw, and nobody's but iAM Smart's. */
static void
test_only_what_it_saw (void)
{
  Bench bench;
  g_autofree char *strange = NULL;

  bench_init (&bench, NULL);
  expect (&bench, "phone app open " IAM_ADA,
          "error the phone's camera has not read a code of iAM Smart: phone look PNG");
  look (&bench, "https://evil.example/app?ticket=0123456789abcdefghjkmnpqrs");
  strange = ask (&bench, "phone app open " IAM_ADA);
  g_assert_true (g_str_has_prefix (strange, "error the code is another address's than "));
  look (&bench, "https://localhost/app?ticket=../../etc/passwd");
  expect (&bench, "phone app open " IAM_ADA,
          "error the phone's camera has not read a code of iAM Smart: phone look PNG");
  expect (&bench, "phone app open",
          "error the phone's camera has not read a code of iAM Smart: "
          "phone look PNG");
  bench_clear (&bench);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iam/phone/logs-in-by-light", test_login);
  g_test_add_func ("/iam/phone/shows-what-it-signs", test_signature);
  g_test_add_func ("/iam/phone/says-no", test_refuse_and_cancel);
  g_test_add_func ("/iam/phone/opens-only-what-it-saw", test_only_what_it_saw);
  return g_test_run ();
}
