/* Durable seals a second, as a ratio to bare fdatasync on the same disk in the same run. A seal is
 * what the kiosk does between "accept" and "received": signature, encryption, and one commit. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "store/vault.h"
#include "trust/seal.h"

#define ROUNDS    5
#define PER_ROUND 100
#define PAYLOAD   8192 /* bytes: a form with its evidence */
#define YEAR_MS   G_GINT64_CONSTANT (31557600000)

typedef struct
{
  char *folder;
  KioskClock *clock;
  KioskRandom *random;
  KioskVault *vault;
  KioskSigner kiosk;
  GPtrArray *recipients;
  int fd;
} Bench;

typedef struct
{
  const char *name;
  void (*once) (Bench *self);
  double per_second[ROUNDS];
} Row;

static void
need (gboolean good, const char *what, const GError *error)
{
  if (good)
    return;
  g_printerr ("bench-seal: %s: %s\n", what, error != NULL ? error->message : g_strerror (errno));
  exit (1);
}

static KioskSigner
signer_new (KioskCertRole role, const char *name, gint64 now)
{
  KioskCertTemplate template = {
    .role = role, .common_name = name, .not_before_ms = now - YEAR_MS, .not_after_ms = now + YEAR_MS
  };
  g_autoptr (GError) error = NULL;
  KioskSigner signer = { .key = kiosk_pki_key_new (&error) };

  need (signer.key != NULL, "key", error);
  signer.cert = kiosk_pki_issue (&template, signer.key, NULL, signer.key, &error);
  need (signer.cert != NULL, "certificate", error);
  return signer;
}

static void
add_recipient (Bench *self, const char *name, gint64 now)
{
  KioskSigner recipient = signer_new (KIOSK_CERT_RECIPIENT, name, now);

  g_ptr_array_add (self->recipients, recipient.cert);
  EVP_PKEY_free (recipient.key);
}

static void
start (Bench *self, const char *beside)
{
  KioskVaultLimits limits = { .records = G_MAXINT, .age_ms = YEAR_MS, .bytes = G_MAXINT64 / 8 };
  g_autoptr (GError) error = NULL;
  g_autofree char *plain = NULL;
  gint64 now;

  self->clock = kiosk_clock_new_system ();
  self->random = kiosk_random_new_system ();
  now = kiosk_clock_wall_ms (self->clock);
  /* Beside the program, not in a /tmp that may be memory. */
  self->folder = g_build_filename (beside, "bench-seal-XXXXXX", NULL);
  need (g_mkdtemp (self->folder) != NULL, "folder", NULL);
  self->vault = kiosk_vault_open (self->folder, self->clock, NULL, &error);
  need (self->vault != NULL, "vault", error);
  kiosk_vault_set_limits (self->vault, &limits);
  self->kiosk = signer_new (KIOSK_CERT_KIOSK, "k-bench", now);
  self->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  add_recipient (self, "td", now);
  add_recipient (self, "recovery", now);
  plain = g_build_filename (self->folder, "plain", NULL);
  self->fd = g_open (plain, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  need (self->fd >= 0, plain, NULL);
}

/* One append of a payload's size made safe: the least that any durable store must do. */
static void
write_plain (Bench *self)
{
  static const char payload[PAYLOAD];

  need (write (self->fd, payload, sizeof payload) == sizeof payload, "write", NULL);
  need (fdatasync (self->fd) == 0, "fdatasync", NULL);
}

static GBytes *
payload_new (Bench *self)
{
  guint8 *data = g_malloc (PAYLOAD);

  kiosk_random_fill (self->random, data, PAYLOAD);
  return g_bytes_new_take (data, PAYLOAD);
}

static void
commit (Bench *self, char *txid, GBytes *sealed)
{
  g_autoptr (GError) error = NULL;
  KioskRecord record = { .txid = txid,
                         .reference = (char *)"7QK4-M2XD",
                         .service = (char *)"td-vehicle-licence-renewal",
                         .sequence = kiosk_vault_next_sequence (self->vault),
                         .leaf = kiosk_vault_next_leaf (self->vault),
                         .sealed_ms = kiosk_clock_wall_ms (self->clock),
                         .receipt = (char *)"KR1:",
                         .sealed = sealed };

  kiosk_seal_digest (sealed, record.digest);
  need (kiosk_vault_seal (self->vault, &record, &error), "seal", error);
}

/* The commit alone, of bytes that need no cryptography. */
static void
commit_only (Bench *self)
{
  g_autofree char *txid = kiosk_random_id (self->random);
  g_autoptr (GBytes) payload = payload_new (self);

  commit (self, txid, payload);
}

static GBytes *
seal (Bench *self, char *txid)
{
  g_autoptr (GBytes) payload = payload_new (self);
  g_autoptr (GError) error = NULL;
  KioskSealHeader header = { .txid = txid,
                             .kiosk = (char *)"k-bench",
                             .sequence = kiosk_vault_next_sequence (self->vault),
                             .boot = txid,
                             .department = (char *)"td",
                             .service = (char *)"td-vehicle-licence-renewal",
                             .form = (char *)"td558",
                             .form_version = 1,
                             .catalogue = 1,
                             .sealed_ms = kiosk_clock_wall_ms (self->clock) };
  GBytes *sealed = kiosk_seal_create (&header, payload, &self->kiosk, self->recipients, &error);

  need (sealed != NULL, "seal", error);
  return sealed;
}

static void
seal_only (Bench *self)
{
  g_autofree char *txid = kiosk_random_id (self->random);
  g_autoptr (GBytes) sealed = seal (self, txid);
}

static void
seal_and_commit (Bench *self)
{
  g_autofree char *txid = kiosk_random_id (self->random);
  g_autoptr (GBytes) sealed = seal (self, txid);

  commit (self, txid, sealed);
}

static double
rate (Bench *self, const Row *row)
{
  gint64 begun = g_get_monotonic_time ();

  for (guint n = 0; n < PER_ROUND; n++)
    row->once (self);
  return PER_ROUND * (double)G_USEC_PER_SEC / (double)(g_get_monotonic_time () - begun);
}

static int
by_value (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double
median (Row *row)
{
  qsort (row->per_second, ROUNDS, sizeof (double), by_value);
  return row->per_second[ROUNDS / 2];
}

static void
report (Row *rows, gsize n, const char *json_path)
{
  g_autoptr (GString) json = g_string_new ("{\"rows\":[");
  double plain = median (&rows[0]);

  printf ("%-34s %12s %14s\n", "operation", "per second", "ratio to plain");
  for (gsize i = 0; i < n; i++)
    {
      double value = i == 0 ? plain : median (&rows[i]);

      printf ("%-34s %12.0f %14.3f\n", rows[i].name, value, value / plain);
      g_string_append_printf (
        json, "%s{\"operation\":\"%s\",\"per_second\":%.1f,\"ratio_to_plain\":%.4f}",
        i > 0 ? "," : "", rows[i].name, value, value / plain);
    }
  g_string_append (json, "]}\n");
  need (json_path == NULL || g_file_set_contents (json_path, json->str, -1, NULL), "json", NULL);
}

static void
end (Bench *self)
{
  static const char *const names[] = { "vault.db", "vault.lock", "plain" };

  close (self->fd);
  kiosk_vault_close (self->vault);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  kiosk_clock_unref (self->clock);
  kiosk_random_unref (self->random);
  g_ptr_array_unref (self->recipients);
  X509_free (self->kiosk.cert);
  EVP_PKEY_free (self->kiosk.key);
  g_free (self->folder);
}

int
main (int argc, char **argv)
{
  Row rows[] = { { .name = "write and fdatasync", .once = write_plain },
                 { .name = "commit", .once = commit_only },
                 { .name = "sign and encrypt", .once = seal_only },
                 { .name = "sign, encrypt and commit", .once = seal_and_commit } };
  g_autofree char *json = NULL;
  g_autofree char *beside = g_path_get_dirname (argv[0]);
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json, "Where the rows go", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Bench bench = { NULL };

  g_option_context_add_main_entries (context, entries, NULL);
  need (g_option_context_parse (context, &argc, &argv, &error), "options", error);
  start (&bench, beside);
  /* In turns, so that a busy minute falls on all alike. */
  for (guint round = 0; round < ROUNDS; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
      rows[i].per_second[round] = rate (&bench, &rows[i]);
  report (rows, G_N_ELEMENTS (rows), json);
  end (&bench);
  return 0;
}
