/* How a file is read from chips that each want it another way. The chip here is a rule, not a
 * recording: it holds one file and the habits of one kind of chip. */
#include <string.h>

#include "base/file.h"
#include "devices/card/card-lengths.h"
#include "formats/lds.h"

#define FILE_ID 0x0102
#define SFI     0x02

typedef struct
{
  KioskCardChannel channel;
  GByteArray *file;
  gboolean no_sfi, exact_le_only, short_answers, selected;
  guint le_max; /* 0: any */
  guint reads, largest;
} Chip;

static void
answer (GByteArray *response, const guint8 *data, gsize length, guint16 sw)
{
  const guint8 status[] = { (guint8)(sw >> 8), (guint8)sw };

  g_byte_array_append (response, data, (guint)length);
  g_byte_array_append (response, status, sizeof status);
}

static void
answer_from (Chip *self, gsize offset, guint le, gboolean odd, GByteArray *response)
{
  gsize left = offset < self->file->len ? self->file->len - offset : 0;
  gsize length = MIN (self->short_answers ? MIN (le, 50) : le, left);
  g_autoptr (GByteArray) wrapped = g_byte_array_new ();

  self->reads++;
  self->largest = MAX (self->largest, le);
  if (self->le_max > 0 && le > self->le_max)
    answer (response, NULL, 0, KIOSK_SW_WRONG_LENGTH);
  else if (left == 0)
    answer (response, NULL, 0, 0x6b00);
  else if (self->exact_le_only && le > left)
    answer (response, NULL, 0, (guint16)(0x6c00 | left));
  else if (odd)
    {
      kiosk_tlv_append (wrapped, 0x53, self->file->data + offset, MIN (length, le - 4));
      answer (response, wrapped->data, wrapped->len, KIOSK_SW_OK);
    }
  else
    answer (response, self->file->data + offset, length,
            length < le ? KIOSK_SW_END_OF_FILE : KIOSK_SW_OK);
}

static void
answer_select (Chip *self, const guint8 *command, GByteArray *response)
{
  self->selected = command[5] == FILE_ID >> 8 && command[6] == (FILE_ID & 0xff);
  answer (response, NULL, 0, self->selected ? KIOSK_SW_OK : KIOSK_SW_FILE_NOT_FOUND);
}

static gboolean
transmit (KioskCardChannel *channel, const guint8 *command, gsize length, GByteArray *response,
          guint timeout_ms, GError **error)
{
  Chip *self = (Chip *)channel;
  guint le = command[length - 1] == 0 ? 256 : command[length - 1];

  if (command[1] == 0xa4)
    answer_select (self, command, response);
  else if (command[1] == 0xb0 && (command[2] & 0x80) != 0)
    {
      self->selected = !self->no_sfi && (command[2] & 0x1f) == SFI;
      if (self->selected)
        answer_from (self, command[3], le, FALSE, response);
      else
        answer (response, NULL, 0, self->no_sfi ? 0x6a86 : KIOSK_SW_FILE_NOT_FOUND);
    }
  else if (command[1] == 0xb0 && self->selected)
    answer_from (self, (gsize)command[2] << 8 | command[3], le, FALSE, response);
  else if (command[1] == 0xb1 && self->selected)
    answer_from (self, (gsize)command[7] << 16 | (gsize)command[8] << 8 | command[9], le, TRUE,
                 response);
  else
    answer (response, NULL, 0, 0x6d00);
  return TRUE;
}

static void
chip_init (Chip *self, gsize value_length)
{
  g_autofree guint8 *value = g_malloc (value_length);

  for (gsize i = 0; i < value_length; i++)
    value[i] = (guint8)(i * 7 + (i >> 8));
  *self = (Chip){ .channel = { .transmit = transmit }, .file = g_byte_array_new () };
  kiosk_tlv_append (self->file, 0x75, value, value_length);
}

static void
assert_reads (Chip *self)
{
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;
  KioskCardSession session;

  kiosk_card_session_init (&session, &self->channel, NULL);
  g_assert_true (
    kiosk_card_session_read_file (&session, FILE_ID, 100000, NULL, NULL, &file, &error));
  g_assert_no_error (error);
  g_assert_nonnull (file);
  g_assert_cmpmem (g_bytes_get_data (file, NULL), (int)g_bytes_get_size (file), self->file->data,
                   (int)self->file->len);
}

static void
chip_clear (Chip *self)
{
  g_byte_array_unref (self->file);
}

static void
test_plain (void)
{
  static const gsize sizes[] = { 1, 90, 253, 254, 255, 256, 1000, 0x7ffb, 0x7ffc, 0x8001, 40000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Chip chip;

      chip_init (&chip, sizes[i]);
      assert_reads (&chip);
      chip_clear (&chip);
    }
}

static void
test_habits (void)
{
  Chip chip;

  chip_init (&chip, 1000);
  chip.no_sfi = TRUE;
  assert_reads (&chip);
  chip_clear (&chip);

  chip_init (&chip, 93);
  chip.exact_le_only = TRUE;
  assert_reads (&chip);
  chip_clear (&chip);

  chip_init (&chip, 1000);
  chip.short_answers = TRUE;
  assert_reads (&chip);
  chip_clear (&chip);
}

static void
test_ladder (void)
{
  Chip chip;

  chip_init (&chip, 2000);
  chip.le_max = 128;
  assert_reads (&chip);
  /* 256, 192, then 128 for all the rest. */
  g_assert_cmpuint (chip.reads, ==, 2 + (chip.file->len + 127) / 128);
  chip_clear (&chip);
}

static void
test_missing (void)
{
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;
  KioskCardSession session;
  Chip chip;

  chip_init (&chip, 10);
  kiosk_card_session_init (&session, &chip.channel, NULL);
  g_assert_true (kiosk_card_session_read_file (&session, 0x010b, 1000, NULL, NULL, &file, &error));
  g_assert_null (file);
  chip_clear (&chip);
}

static void
test_bounds (void)
{
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;
  KioskCardSession session;
  Chip chip;

  chip_init (&chip, 1000);
  kiosk_card_session_init (&session, &chip.channel, NULL);
  g_assert_false (
    kiosk_card_session_read_file (&session, FILE_ID, 1000, NULL, NULL, &file, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_TOO_BIG);
  g_assert_cmpuint (chip.reads, ==, 1);
  g_clear_error (&error);

  /* The header promises more than the file holds. */
  g_byte_array_set_size (chip.file, 500);
  g_assert_false (
    kiosk_card_session_read_file (&session, FILE_ID, 2000, NULL, NULL, &file, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_MALFORMED);
  chip_clear (&chip);
}

static KioskCardTarget
target_of (const char *hex)
{
  g_autoptr (GBytes) historical = kiosk_hex_decode (hex);
  KioskCardTarget target = { .historical_length = g_bytes_get_size (historical) };

  memcpy (target.historical, g_bytes_get_data (historical, NULL), target.historical_length);
  return target;
}

/* ISO/IEC 7816-4, 12.1.1: who says nothing is neither believed able nor unable. */
static void
test_announced (void)
{
  static const struct
  {
    const char *hex;
    gboolean declined, announced;
  } chips[] = {
    { "", FALSE, FALSE },          { "8057484b494453494d", FALSE, FALSE },
    { "8073000060", FALSE, TRUE }, { "8073000040", FALSE, FALSE },
    { "8073000080", TRUE, FALSE }, { "8031b873000160", FALSE, TRUE },
    { "80730000", FALSE, FALSE },  { "0073000060", FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
    {
      const KioskCardTarget target = target_of (chips[i].hex);

      g_assert_cmpint (kiosk_card_lengths_declined (&target), ==, chips[i].declined);
      g_assert_cmpint (kiosk_card_lengths_announced (&target), ==, chips[i].announced);
    }
  g_assert_cmpuint (kiosk_card_lengths_le (1000), ==, 975);
  g_assert_cmpuint (kiosk_card_lengths_le (37), ==, 15);
  g_assert_cmpuint (kiosk_card_lengths_le (36), ==, 0);
  g_assert_cmpuint (kiosk_card_lengths_le (G_MAXUINT32), >, 65536);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/session/files-of-any-size-come-whole", test_plain);
  g_test_add_func ("/card/session/chips-habits-are-followed", test_habits);
  g_test_add_func ("/card/session/a-refused-length-is-lowered-once", test_ladder);
  g_test_add_func ("/card/session/a-missing-file-is-no-error", test_missing);
  g_test_add_func ("/card/session/more-than-promised-or-less-is-refused", test_bounds);
  g_test_add_func ("/card/session/takes-a-chip-at-its-word-on-lengths", test_announced);
  return g_test_run ();
}
