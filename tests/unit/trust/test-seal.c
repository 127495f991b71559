#include "../assert-bytes.h"
#include "fixture.h"

#include "base/random.h"
#include "base/secret.h"
#include "trust/seal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SUBMISSION "{\"name\":\"CHAN, TAI MAN\",\"number\":\"A1234563\"}"

typedef struct
{
  Identity *ca;
  Identity *kiosk;
  Identity *department;
  Identity *recovery;
  GPtrArray *anchors;
  GPtrArray *recipients;
  KioskSealHeader header;
} World;

static void
world_set_up (World *world, gconstpointer data)
{
  world->ca = identity_new (KIOSK_CERT_CA, "Kiosk CA", NULL);
  world->kiosk = identity_new (KIOSK_CERT_KIOSK, "k-0042", world->ca);
  world->department = identity_new (KIOSK_CERT_RECIPIENT, "td", NULL);
  world->recovery = identity_new (KIOSK_CERT_RECIPIENT, "recovery", NULL);
  world->anchors = identity_certs (world->ca, NULL);
  world->recipients = identity_certs (world->department, world->recovery, NULL);
  world->header = (KioskSealHeader){ .txid = (char *)"01h2xcejqtf2nbrexx3vqjhp41",
                                     .kiosk = (char *)"k-0042",
                                     .sequence = 7,
                                     .boot = (char *)"01h2xcejqtf2nbrexx3vqjhp40",
                                     .department = (char *)"td",
                                     .service = (char *)"td-vehicle-licence-renewal",
                                     .form = (char *)"td558",
                                     .form_version = 3,
                                     .catalogue = 12,
                                     .sealed_ms = NOW_MS };
}

static void
world_tear_down (World *world, gconstpointer data)
{
  identity_free (world->ca);
  identity_free (world->kiosk);
  identity_free (world->department);
  identity_free (world->recovery);
  g_ptr_array_unref (world->anchors);
  g_ptr_array_unref (world->recipients);
}

static GBytes *
seal (World *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) submission = g_bytes_new_static (SUBMISSION, strlen (SUBMISSION));
  KioskSigner signer = identity_signer (world->kiosk);
  GBytes *sealed
    = kiosk_seal_create (&world->header, submission, &signer, world->recipients, &error);

  g_assert_no_error (error);
  return sealed;
}

static GBytes *
open_as (World *world, GBytes *sealed, const Identity *reader, GError **error)
{
  return kiosk_seal_open (sealed, world->anchors, NOW_MS, reader->cert, reader->key, NULL, error);
}

static void
test_department_opens (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = seal (world);
  g_autoptr (KioskSealHeader) header = NULL;
  g_autoptr (GBytes) submission
    = kiosk_seal_open (sealed, world->anchors, NOW_MS, world->department->cert,
                       world->department->key, &header, &error);
  g_autoptr (GBytes) recovered = NULL;

  g_assert_no_error (error);
  recovered = open_as (world, sealed, world->recovery, &error);
  g_assert_no_error (error);
  assert_bytes (submission, SUBMISSION, strlen (SUBMISSION));
  assert_bytes (recovered, SUBMISSION, strlen (SUBMISSION));
  g_assert_true (kiosk_seal_header_equal (header, &world->header));
}

static void
test_gateway_sees_the_header_only (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = seal (world);
  g_autoptr (X509) signer = NULL;
  g_autoptr (KioskSealHeader) header
    = kiosk_seal_peek (sealed, world->anchors, NOW_MS, &signer, &error);

  g_assert_no_error (error);
  g_assert_true (kiosk_seal_header_equal (header, &world->header));
  g_assert_cmpint (X509_cmp (signer, world->kiosk->cert), ==, 0);
  g_assert_null (
    memmem (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), "A1234563", 8));
  g_assert_null (memmem (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), "CHAN", 4));
}

static void
test_another_key (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = seal (world);
  g_autoptr (Identity) other = identity_new (KIOSK_CERT_RECIPIENT, "td", NULL);

  g_assert_null (open_as (world, sealed, other, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_DECRYPT);
}

static void
test_another_kiosk (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = NULL;

  world->header.kiosk = (char *)"k-0043";
  sealed = seal (world);
  g_assert_null (kiosk_seal_peek (sealed, world->anchors, NOW_MS, NULL, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MISMATCH);
}

static void
test_a_stranger (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = seal (world);
  g_autoptr (Identity) other = identity_new (KIOSK_CERT_CA, "Kiosk CA", NULL);
  g_autoptr (GPtrArray) anchors = identity_certs (other, NULL);

  g_assert_null (kiosk_seal_peek (sealed, anchors, NOW_MS, NULL, &error));
  g_assert_cmpuint (error->domain, ==, KIOSK_TRUST_ERROR);
  g_assert_true (error->code == KIOSK_TRUST_ERROR_CHAIN
                 || error->code == KIOSK_TRUST_ERROR_SIGNATURE);
}

static void
test_time (World *world, gconstpointer data)
{
  g_autoptr (GBytes) sealed = seal (world);
  static const gint64 days[] = { -181, 181 };

  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (
        kiosk_seal_peek (sealed, world->anchors, NOW_MS + days[i] * DAY_MS, NULL, &error));
      g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_EXPIRED);
    }
}

/* Every byte of the record, one bit at a time through all eight as the bytes go by. */
static void
test_every_byte (World *world, gconstpointer data)
{
  g_autoptr (GBytes) sealed = seal (world);
  gsize length = g_bytes_get_size (sealed);

  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (sealed, NULL), length);
      g_autoptr (GBytes) altered = NULL;

      copy[i] ^= (guint8)(1U << i % 8);
      altered = g_bytes_new_take (g_steal_pointer (&copy), length);
      if (kiosk_seal_peek (altered, world->anchors, NOW_MS, NULL, &error) != NULL)
        g_error ("byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " may be altered", i, length);
      g_assert_cmpuint (error->domain, ==, KIOSK_TRUST_ERROR);
      g_clear_error (&error);
      g_assert_null (open_as (world, altered, world->department, &error));
      g_assert_cmpuint (error->domain, ==, KIOSK_TRUST_ERROR);
    }
}

static void
test_every_length (World *world, gconstpointer data)
{
  g_autoptr (GBytes) sealed = seal (world);
  gsize length = g_bytes_get_size (sealed);

  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (sealed, 0, i);

      g_assert_null (kiosk_seal_peek (cut, world->anchors, NOW_MS, NULL, &error));
      g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
    }
}

static void
test_too_big (World *world, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *zeros = g_malloc0 (KIOSK_SEAL_MAX);
  g_autoptr (GBytes) submission = g_bytes_new_static (zeros, KIOSK_SEAL_MAX);
  KioskSigner signer = identity_signer (world->kiosk);

  g_assert_null (
    kiosk_seal_create (&world->header, submission, &signer, world->recipients, &error));
  g_assert_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED);
}

static void
test_sizes (World *world, gconstpointer data)
{
  static const gsize sizes[] = { 0, 1, 2, 3, 4095, 4096, 4097, 65536, 500000 };
  g_autofree guint8 *bytes = g_malloc (500000);
  KioskSigner signer = identity_signer (world->kiosk);

  for (gsize i = 0; i < 500000; i++)
    bytes[i] = (guint8)(i * 7 + i / 256);
  for (gsize i = 1; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) submission = g_bytes_new_static (bytes, sizes[i]);
      g_autoptr (GBytes) sealed
        = kiosk_seal_create (&world->header, submission, &signer, world->recipients, &error);
      g_autoptr (GBytes) back = NULL;

      g_assert_no_error (error);
      back = open_as (world, sealed, world->department, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (submission, back));
    }
}

/* The canary is kept complemented, so that looking for it does not put it where it is looked for.
 */
#define CANARY 48

static guint
count_in (const guint8 *memory, gsize length, const guint8 *complement, gsize size)
{
  const guint8 *at = memory;
  const guint8 *end = memory + length;
  guint found = 0;

  while ((at = memchr (at, complement[0] ^ 0xff, (gsize)(end - at))) != NULL
         && (gsize)(end - at) >= size)
    {
      gsize j = 0;

      while (j < size && (at[j] ^ complement[j]) == 0xff)
        j++;
      found += j == size ? 1 : 0;
      at++;
    }
  return found;
}

/* In every writable mapping of this process, freed memory and stack too. The sanitizer's shadow is
 * terabytes of nothing; what is larger than a gibibyte is passed over. */
static guint
count_in_memory (const guint8 *complement, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  int fd = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  guint found = 0;

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, &error));
  lines = g_strsplit (maps, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      unsigned long start = 0;
      unsigned long end = 0;
      char mode[5] = "";
      guint8 *copy = NULL;
      gssize got = 0;

      if (sscanf (lines[i], "%lx-%lx %4s", &start, &end, mode) != 3 || strncmp (mode, "rw", 2) != 0
          || end - start > 1024UL * 1024 * 1024)
        continue;
      copy = mmap (NULL, end - start, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      g_assert_true (copy != MAP_FAILED);
      got = pread (fd, copy, end - start, (off_t)start);
      if (got > 0)
        found += count_in (copy, (gsize)got, complement, size);
      munmap (copy, end - start);
    }
  close (fd);
  return found;
}

static void
seal_canary (World *world, const guint8 *complement)
{
  g_autoptr (GError) error = NULL;
  KioskSigner signer = identity_signer (world->kiosk);
  g_autoptr (KioskSecret) secret = kiosk_secret_new (CANARY);
  g_autoptr (GBytes) submission = NULL;
  g_autoptr (GBytes) sealed = NULL;

  for (gsize i = 0; i < CANARY; i++)
    kiosk_secret_data (secret)[i] = (guint8)~complement[i];
  submission = g_bytes_new_static (kiosk_secret_data (secret), CANARY);
  g_assert_cmpuint (count_in_memory (complement, CANARY), ==, 1);
  sealed = kiosk_seal_create (&world->header, submission, &signer, world->recipients, &error);
  g_assert_no_error (error);
}

static void
test_memory (World *world, gconstpointer data)
{
  g_autoptr (KioskRandom) random = kiosk_random_new_system ();
  guint8 complement[CANARY];
  guint8 complement64[CANARY / 3 * 4];
  guint8 plain[3];

  kiosk_random_fill (random, complement, sizeof complement);
  for (gsize i = 0; i < CANARY; i += 3)
    {
      g_autofree char *four = NULL;

      for (gsize j = 0; j < 3; j++)
        plain[j] = (guint8)~complement[i + j];
      four = g_base64_encode (plain, 3);
      for (gsize j = 0; j < 4; j++)
        complement64[i / 3 * 4 + j] = (guint8)~four[j];
    }
  seal_canary (world, complement);
  g_assert_cmpuint (count_in_memory (complement, CANARY), ==, 0);
  g_assert_cmpuint (count_in_memory (complement64, sizeof complement64), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/trust/seal/" name, World, NULL, world_set_up, function, world_tear_down)
  ADD ("leaves-no-submission-in-memory", test_memory);
  ADD ("opens-for-department-and-recovery", test_department_opens);
  ADD ("shows-a-gateway-the-header-only", test_gateway_sees_the_header_only);
  ADD ("stays-shut-for-another-key", test_another_key);
  ADD ("is-refused-under-another-kiosks-name", test_another_kiosk);
  ADD ("is-refused-from-a-stranger", test_a_stranger);
  ADD ("is-refused-outside-the-certificates-validity", test_time);
  ADD ("notices-every-altered-byte", test_every_byte);
  ADD ("notices-every-cut", test_every_length);
  ADD ("refuses-more-than-a-mebibyte", test_too_big);
  ADD ("returns-submissions-of-many-sizes", test_sizes);
  return g_test_run ();
}
