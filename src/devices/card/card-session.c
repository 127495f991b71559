#include "devices/card/card-lengths.h"

#include <string.h>

#define COMMAND_TIMEOUT_MS 5000 /* PACE's mappings take seconds on slow chips */
#define EVEN_OFFSET_MAX    0x7fff
#define TAG_OFFSET         0x54
#define TAG_DATA           0x53
#define DATA_HEADER        4 /* tag and length around the data of odd READ BINARY */
#define FIRST_BYTES_MIN    2
#define HEAD_BYTES         8 /* read once more before a file is gone on with */

/* With 3DES or AES, an answer of this many bytes fills sixteen frames of 256: long enough that what
 * a command costs beside its data is under two per cent, short enough that a card which is lost
 * takes a sixth of a second of reading with it. */
#define EXTENDED_LE 4015

/* What chips were seen to accept when they refuse more (gmrtd, AndyQ's issues). */
static const guint le_ladder[] = { 192, 128, 96 };

void
kiosk_card_session_init (KioskCardSession *self, KioskCardChannel *channel, KioskRandom *random)
{
  *self = (KioskCardSession){ .channel = channel,
                              .random = random,
                              .command_max = KIOSK_CARD_EASY_COMMAND_MAX,
                              .le = KIOSK_APDU_SHORT_LE_MAX };
}

void
kiosk_card_session_clear (KioskCardSession *self)
{
  g_clear_pointer (&self->sm, kiosk_card_sm_free);
}

void
kiosk_card_session_meet (KioskCardSession *self, const KioskCardTarget *target)
{
  self->command_max = target->command_max > 0 ? target->command_max : KIOSK_CARD_EASY_COMMAND_MAX;
  self->extended
    = target->answer_max > KIOSK_CARD_EASY_ANSWER_MAX && !kiosk_card_lengths_declined (target);
  self->le = self->extended ? EXTENDED_LE : KIOSK_APDU_SHORT_LE_MAX;
}

void
kiosk_card_session_bound (KioskCardSession *self, gsize command_max, guint le)
{
  self->command_max = MIN (self->command_max, command_max);
  if (!self->extended || le >= self->le)
    return;
  self->le = le;
  if (le <= KIOSK_APDU_SHORT_LE_MAX)
    kiosk_card_session_lower (self);
}

void
kiosk_card_session_restart (KioskCardSession *self)
{
  g_clear_pointer (&self->sm, kiosk_card_sm_free);
}

void
kiosk_card_session_secure (KioskCardSession *self, KioskCardSm *sm)
{
  g_clear_pointer (&self->sm, kiosk_card_sm_free);
  self->sm = sm;
  if (!self->extended)
    self->le = MIN (self->le, kiosk_card_sm_safe_le (sm));
}

gboolean
kiosk_card_session_lower (KioskCardSession *self)
{
  if (self->extended)
    {
      self->extended = FALSE;
      self->le = kiosk_card_sm_safe_le (self->sm);
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (le_ladder); i++)
    if (le_ladder[i] < self->le)
      {
        self->le = le_ladder[i];
        return TRUE;
      }
  return FALSE;
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
  if (command->len > self->command_max)
    {
      g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_UNSUPPORTED,
                   "a command of %u bytes does not pass", command->len);
      return NULL;
    }
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

void
kiosk_card_file_init (KioskCardFile *self, guint16 id)
{
  *self = (KioskCardFile){ .id = id, .bytes = g_byte_array_new () };
}

/* Wipes: it may be a portrait. */
void
kiosk_card_file_clear (KioskCardFile *self)
{
  if (self->bytes == NULL)
    return;
  if (self->bytes->len > 0)
    explicit_bzero (self->bytes->data, self->bytes->len);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}

static gboolean
send_read (KioskCardSession *self, const KioskCardFile *reading, gboolean by_sfi, guint le,
           GByteArray *data, guint16 *ret_sw, GError **error)
{
  gsize offset = reading->bytes->len;
  KioskApdu apdu = { 0x00, 0xb0, (guint8)(offset >> 8), (guint8)offset, NULL, 0, le };
  guint8 odd[5] = { TAG_OFFSET, 3, (guint8)(offset >> 16), (guint8)(offset >> 8), (guint8)offset };

  if (by_sfi)
    apdu.p1 = (guint8)(0x80 | (reading->id & 0x1f));
  if (offset > EVEN_OFFSET_MAX)
    apdu = (KioskApdu){ 0x00, 0xb1, 0x00, 0x00, odd, sizeof odd, MIN (self->le, le + DATA_HEADER) };
  return kiosk_card_session_send (self, &apdu, data, ret_sw, error);
}

/* A chip that does not like the length says so in many ways; in short form only one is a sign. */
static gboolean
refuses_length (const KioskCardSession *self, guint16 sw)
{
  static const guint8 classes[] = { 0x64, 0x65, 0x67, 0x6b, 0x6d, 0x6e, 0x6f };

  if (self->extended)
    return sw == 0x6c00 || memchr (classes, sw >> 8, sizeof classes) != NULL;
  return sw == KIOSK_SW_WRONG_LENGTH;
}

/* Reads once, giving way to a chip that wants another length. */
static gboolean
read_some (KioskCardSession *self, const KioskCardFile *reading, gboolean by_sfi, GByteArray *data,
           guint16 *ret_sw, GError **error)
{
  gboolean is_first = reading->total == 0, was_extended = self->extended;
  guint want = self->le, before = self->le, exact = 0;

  if (!is_first)
    want = (guint)MIN (want, reading->total - reading->bytes->len);
  else if (self->head_first)
    want = HEAD_BYTES;
  for (;;)
    {
      if (!send_read (self, reading, by_sfi, exact > 0 ? exact : want, data, ret_sw, error))
        return FALSE;
      if (refuses_length (self, *ret_sw) && kiosk_card_session_lower (self))
        want = MIN (want, self->le);
      else if (*ret_sw >> 8 == 0x6c && exact == 0 && (*ret_sw & 0xff) != 0)
        exact = *ret_sw & 0xff;
      else if (is_first && want > HEAD_BYTES && exact == 0
               && (*ret_sw == KIOSK_SW_WRONG_LENGTH || *ret_sw == KIOSK_SW_WRONG_OFFSET))
        {
          /* It may be the file that is short, not the length too long: its head will tell. */
          want = HEAD_BYTES;
          self->head_first = TRUE;
          self->extended = was_extended;
          self->le = before;
        }
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
read_first (KioskCardSession *self, const KioskCardFile *reading, GByteArray *data, guint16 *ret_sw,
            GError **error)
{
  if (!self->no_sfi)
    {
      if (!read_some (self, reading, TRUE, data, ret_sw, error))
        return FALSE;
      if (has_data (*ret_sw))
        return TRUE;
    }
  if (!select_file (self, reading->id, ret_sw, error))
    return FALSE;
  if (*ret_sw != KIOSK_SW_OK)
    return TRUE;
  if (!read_some (self, reading, FALSE, data, ret_sw, error))
    return FALSE;
  self->no_sfi = self->no_sfi || has_data (*ret_sw);
  return TRUE;
}

static gboolean
malformed (const KioskCardFile *reading, const char *what, guint16 sw, GError **error)
{
  g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_LDS_MALFORMED, "file %04X: %s (SW %04X)",
               reading->id, what, sw);
  return FALSE;
}

/* Odd READ BINARY wraps its data. */
static gboolean
append_data (KioskCardFile *reading, const GByteArray *data, guint16 sw, GError **error)
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
learn_total (KioskCardFile *reading, gsize maximum, GError **error)
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
                   "file %04X: %" G_GSIZE_FORMAT " bytes", reading->id, length);
      return FALSE;
    }
  reading->total = header + length;
  return TRUE;
}

static gboolean
read_rest (KioskCardSession *self, KioskCardFile *reading, KioskCardFileProgress progress,
           gpointer user, GByteArray *data, GError **error)
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

/* The chip has no file chosen in a new session. The head that comes with the choice must be the one
 * we have; else all of it is read again. */
static gboolean
choose_again (KioskCardSession *self, KioskCardFile *file, GByteArray *answer, GError **error)
{
  KioskCardFile head = { .id = file->id, .bytes = g_byte_array_new (), .total = HEAD_BYTES };
  guint16 sw;
  gboolean ok = read_first (self, &head, answer, &sw, error);

  g_byte_array_unref (head.bytes);
  if (!ok)
    return FALSE;
  if (!has_data (sw) || answer->len < HEAD_BYTES
      || memcmp (answer->data, file->bytes->data, HEAD_BYTES) != 0)
    {
      g_byte_array_set_size (file->bytes, 0);
      file->total = 0;
    }
  return TRUE;
}

gboolean
kiosk_card_session_continue_file (KioskCardSession *self, KioskCardFile *file, gsize maximum,
                                  KioskCardFileProgress progress, gpointer data,
                                  gboolean *ret_found, GError **error)
{
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint16 sw = KIOSK_SW_OK;

  if (file->bytes->len > HEAD_BYTES && !choose_again (self, file, answer, error))
    return FALSE;
  if (file->bytes->len <= HEAD_BYTES)
    {
      g_byte_array_set_size (file->bytes, 0);
      file->total = 0;
      if (!read_first (self, file, answer, &sw, error))
        return FALSE;
      if (sw == KIOSK_SW_FILE_NOT_FOUND)
        {
          *ret_found = FALSE;
          return TRUE;
        }
      if (!has_data (sw))
        {
          g_set_error (error, KIOSK_CARD_ERROR, KIOSK_CARD_ERROR_ACCESS_PROTOCOL,
                       "file %04X is refused: SW %04X", file->id, sw);
          return FALSE;
        }
      if (!append_data (file, answer, sw, error) || !learn_total (file, maximum, error))
        return FALSE;
    }
  if (!read_rest (self, file, progress, data, answer, error))
    return FALSE;
  *ret_found = TRUE;
  return TRUE;
}

gboolean
kiosk_card_session_read_file (KioskCardSession *self, guint16 file, gsize maximum,
                              KioskCardFileProgress progress, gpointer data, GBytes **ret_file,
                              GError **error)
{
  KioskCardFile reading;
  gboolean found = FALSE, ok;

  kiosk_card_file_init (&reading, file);
  ok = kiosk_card_session_continue_file (self, &reading, maximum, progress, data, &found, error);
  if (ok)
    *ret_file = found ? g_byte_array_free_to_bytes (g_steal_pointer (&reading.bytes)) : NULL;
  kiosk_card_file_clear (&reading);
  return ok;
}
