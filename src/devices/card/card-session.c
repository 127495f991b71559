#include "devices/card/card-session.h"

#include <string.h>

#define COMMAND_TIMEOUT_MS 5000 /* PACE's mappings take seconds on slow chips */
#define EVEN_OFFSET_MAX    0x7fff
#define TAG_OFFSET         0x54
#define TAG_DATA           0x53
#define DATA_HEADER        4 /* tag and length around the data of odd READ BINARY */
#define FIRST_BYTES_MIN    2

/* What chips were seen to accept when they refuse more (gmrtd, AndyQ's issues). */
static const guint le_ladder[] = { 192, 128, 96 };

void
kiosk_card_session_init (KioskCardSession *self, KioskCardChannel *channel, KioskRandom *random)
{
  *self = (KioskCardSession){ .channel = channel, .random = random, .le = 256 };
}

void
kiosk_card_session_clear (KioskCardSession *self)
{
  g_clear_pointer (&self->sm, kiosk_card_sm_free);
}

void
kiosk_card_session_secure (KioskCardSession *self, KioskCardSm *sm)
{
  g_clear_pointer (&self->sm, kiosk_card_sm_free);
  self->sm = sm;
  self->le = MIN (self->le, kiosk_card_sm_safe_le (sm));
}

gboolean
kiosk_card_session_takes_extended (const KioskCardSession *self)
{
  return self->extended;
}

static GByteArray *
exchange (KioskCardSession *self, const KioskApdu *apdu, GError **error)
{
  g_autoptr (GByteArray) command = NULL;
  g_autoptr (GByteArray) response = g_byte_array_new ();

  if (self->sm != NULL)
    command = kiosk_card_sm_wrap (self->sm, apdu, error);
  else
    command = kiosk_apdu_encode (apdu);
  if (command == NULL)
    return NULL;
  if (self->tick != NULL)
    self->tick (self->tick_data);
  self->apdus++;
  if (!self->channel->transmit (self->channel, command->data, command->len, response,
                                COMMAND_TIMEOUT_MS, error))
    return NULL;
  if (response->len < 2)
    {
      g_set_error_literal (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_RF,
                           "an answer of less than two bytes");
      return NULL;
    }
  return g_steal_pointer (&response);
}

gboolean
kiosk_card_session_send (KioskCardSession *self, const KioskApdu *apdu, GByteArray *ret_data,
                         guint16 *ret_sw, GError **error)
{
  g_autoptr (GByteArray) response = exchange (self, apdu, error);

  if (response == NULL)
    return FALSE;
  g_byte_array_set_size (ret_data, 0);
  if (self->sm != NULL)
    return kiosk_card_sm_unwrap (self->sm, response->data, response->len, ret_data, ret_sw, error);
  g_byte_array_append (ret_data, response->data, response->len - 2);
  *ret_sw = (guint16)(response->data[response->len - 2] << 8 | response->data[response->len - 1]);
  return TRUE;
}

gboolean
kiosk_card_session_select_application (KioskCardSession *self, guint16 *ret_sw, GError **error)
{
  static const guint8 aid[] = { 0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01 };
  const KioskApdu apdu = { 0x00, 0xa4, 0x04, 0x0c, aid, sizeof aid, KIOSK_APDU_NO_LE };
  g_autoptr (GByteArray) data = g_byte_array_new ();

  return kiosk_card_session_send (self, &apdu, data, ret_sw, error);
}

/* A file on its way in. */
typedef struct
{
  guint16 file;
  GByteArray *bytes;
  gsize total; /* 0: not known yet */
} Reading;

static gboolean
send_read (KioskCardSession *self, const Reading *reading, gboolean by_sfi, guint le,
           GByteArray *data, guint16 *ret_sw, GError **error)
{
  gsize offset = reading->bytes->len;
  KioskApdu apdu = { 0x00, 0xb0, (guint8)(offset >> 8), (guint8)offset, NULL, 0, le };
  guint8 odd[5] = { TAG_OFFSET, 3, (guint8)(offset >> 16), (guint8)(offset >> 8), (guint8)offset };

  if (by_sfi)
    apdu.p1 = (guint8)(0x80 | (reading->file & 0x1f));
  if (offset > EVEN_OFFSET_MAX)
    apdu = (KioskApdu){ 0x00, 0xb1, 0x00, 0x00, odd, sizeof odd, MIN (self->le, le + DATA_HEADER) };
  return kiosk_card_session_send (self, &apdu, data, ret_sw, error);
}

/* Smaller reads for a chip that refuses @le; 0 when there is none left. */
static guint
step_down (guint le)
{
  for (guint i = 0; i < G_N_ELEMENTS (le_ladder); i++)
    if (le_ladder[i] < le)
      return le_ladder[i];
  return 0;
}

/* Reads once, giving way to a chip that wants another length. */
static gboolean
read_some (KioskCardSession *self, const Reading *reading, gboolean by_sfi, GByteArray *data,
           guint16 *ret_sw, GError **error)
{
  guint want = self->le, exact = 0;

  if (reading->total > 0)
    want = (guint)MIN (want, reading->total - reading->bytes->len);
  for (;;)
    {
      if (!send_read (self, reading, by_sfi, exact > 0 ? exact : want, data, ret_sw, error))
        return FALSE;
      if (*ret_sw == KIOSK_SW_WRONG_LENGTH && step_down (self->le) > 0)
        {
          self->le = step_down (self->le);
          want = MIN (want, self->le);
        }
      else if (*ret_sw >> 8 == 0x6c && exact == 0 && (*ret_sw & 0xff) != 0)
        exact = *ret_sw & 0xff;
      else
        return TRUE;
    }
}

static gboolean
select_file (KioskCardSession *self, guint16 file, guint16 *ret_sw, GError **error)
{
  const guint8 id[] = { (guint8)(file >> 8), (guint8)file };
  const KioskApdu apdu = { 0x00, 0xa4, 0x02, 0x0c, id, sizeof id, KIOSK_APDU_NO_LE };
  g_autoptr (GByteArray) data = g_byte_array_new ();

  return kiosk_card_session_send (self, &apdu, data, ret_sw, error);
}

static gboolean
has_data (guint16 sw)
{
  return sw == KIOSK_SW_OK || sw == KIOSK_SW_END_OF_FILE;
}

/* The first bytes: by short identifier, else SELECT and READ. @ret_sw: not of @data when the file
 * could not be selected. */
static gboolean
read_first (KioskCardSession *self, const Reading *reading, GByteArray *data, guint16 *ret_sw,
            GError **error)
{
  if (!self->no_sfi)
    {
      if (!read_some (self, reading, TRUE, data, ret_sw, error))
        return FALSE;
      if (has_data (*ret_sw))
        return TRUE;
    }
  if (!select_file (self, reading->file, ret_sw, error))
    return FALSE;
  if (*ret_sw != KIOSK_SW_OK)
    return TRUE;
  if (!read_some (self, reading, FALSE, data, ret_sw, error))
    return FALSE;
  self->no_sfi = self->no_sfi || has_data (*ret_sw);
  return TRUE;
}

static gboolean
malformed (const Reading *reading, const char *what, guint16 sw, GError **error)
{
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_MALFORMED, "file %04X: %s (SW %04X)",
               reading->file, what, sw);
  return FALSE;
}

/* Odd READ BINARY wraps its data. */
static gboolean
append_data (Reading *reading, const GByteArray *data, guint16 sw, GError **error)
{
  const guint8 *bytes = data->data;
  gsize length = data->len;
  KioskTlvCursor cursor = { bytes, length };
  KioskTlv tlv;

  if (reading->bytes->len > EVEN_OFFSET_MAX)
    {
      if (!kiosk_tlv_expect (&cursor, TAG_DATA, &tlv, NULL))
        return malformed (reading, "data without tag 53", sw, error);
      bytes = tlv.value;
      length = tlv.length;
    }
  if (!has_data (sw) || length == 0)
    return malformed (reading, "no data", sw, error);
  g_byte_array_append (reading->bytes, bytes, (guint)length);
  return TRUE;
}

static gboolean
learn_total (Reading *reading, gsize maximum, GError **error)
{
  gsize header, length;
  guint32 tag;

  if (reading->bytes->len < FIRST_BYTES_MIN
      || !kiosk_tlv_header (reading->bytes->data, reading->bytes->len, &tag, &header, &length,
                            NULL))
    return malformed (reading, "no BER-TLV object", 0, error);
  if (length > maximum || header + length > maximum)
    {
      g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_TOO_BIG,
                   "file %04X: %" G_GSIZE_FORMAT " bytes", reading->file, length);
      return FALSE;
    }
  reading->total = header + length;
  return TRUE;
}

static gboolean
read_rest (KioskCardSession *self, Reading *reading, KioskCardFileProgress progress, gpointer user,
           GByteArray *data, GError **error)
{
  guint16 sw;

  while (reading->bytes->len < reading->total)
    {
      if (progress != NULL)
        progress (user, reading->bytes->len, reading->total);
      if (!read_some (self, reading, FALSE, data, &sw, error)
          || !append_data (reading, data, sw, error))
        return FALSE;
    }
  g_byte_array_set_size (reading->bytes, (guint)reading->total);
  if (progress != NULL)
    progress (user, reading->total, reading->total);
  return TRUE;
}

gboolean
kiosk_card_session_read_file (KioskCardSession *self, guint16 file, gsize maximum,
                              KioskCardFileProgress progress, gpointer data, GBytes **ret_file,
                              GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  Reading reading = { .file = file, .bytes = bytes };
  guint16 sw;

  if (!read_first (self, &reading, answer, &sw, error))
    return FALSE;
  if (sw == KIOSK_SW_FILE_NOT_FOUND)
    {
      *ret_file = NULL;
      return TRUE;
    }
  if (!has_data (sw))
    {
      g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_PROTOCOL,
                   "file %04X is refused: SW %04X", file, sw);
      return FALSE;
    }
  if (!append_data (&reading, answer, sw, error) || !learn_total (&reading, maximum, error)
      || !read_rest (self, &reading, progress, data, answer, error))
    return FALSE;
  *ret_file = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  return TRUE;
}
