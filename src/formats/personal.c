#include "formats/personal.h"

#include "base/secret.h"
#include "formats/base45.h"
#include "formats/cbor-item.h"
#include "formats/code-error.h"
#include "formats/cose-key.h"
#include "formats/inflate.h"
#include "formats/personal-private.h"
#include "formats/plain-text.h"

#include <string.h>

#define FACE_MAX 4096

const KioskPersonalText kiosk_personal_texts[] = {
  { 1, G_STRUCT_OFFSET (KioskPersonal, id) },
  { 2, G_STRUCT_OFFSET (KioskPersonal, version) },
  { 3, G_STRUCT_OFFSET (KioskPersonal, language) },
  { 4, G_STRUCT_OFFSET (KioskPersonal, full_name) },
  { 5, G_STRUCT_OFFSET (KioskPersonal, first_name) },
  { 6, G_STRUCT_OFFSET (KioskPersonal, middle_name) },
  { 7, G_STRUCT_OFFSET (KioskPersonal, last_name) },
  { ATTRIBUTE_BIRTH, G_STRUCT_OFFSET (KioskPersonal, birth) },
  { ATTRIBUTE_ADDRESS, G_STRUCT_OFFSET (KioskPersonal, address) },
  { 11, G_STRUCT_OFFSET (KioskPersonal, email) },
  { 12, G_STRUCT_OFFSET (KioskPersonal, phone) },
  { 13, G_STRUCT_OFFSET (KioskPersonal, nationality) },
  { 15, G_STRUCT_OFFSET (KioskPersonal, guardian) },
  { 19, G_STRUCT_OFFSET (KioskPersonal, second_name) },
  { 20, G_STRUCT_OFFSET (KioskPersonal, second_language) },
  { 21, G_STRUCT_OFFSET (KioskPersonal, location) },
  { 22, G_STRUCT_OFFSET (KioskPersonal, legal_status) },
  { 23, G_STRUCT_OFFSET (KioskPersonal, issuing_country) },
};
const guint kiosk_personal_n_texts = G_N_ELEMENTS (kiosk_personal_texts);

void
kiosk_personal_free (KioskPersonal *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->token, kiosk_cwt_free);
  for (guint i = 0; i < kiosk_personal_n_texts; i++)
    kiosk_wipe_string (*(char **)G_STRUCT_MEMBER_P (self, kiosk_personal_texts[i].offset));
  kiosk_wipe_bytes (self->face);
  g_clear_pointer (&self->holder_key, g_bytes_unref);
  kiosk_wipe_free (self, sizeof *self);
}

static gboolean
set_damaged (GError **error, gint64 attribute)
{
  g_set_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED,
               "personal code: attribute %" G_GINT64_FORMAT " is not in form", attribute);
  return FALSE;
}

/* An address may have several lines. */
static gboolean
is_shown_plainly (const char *text, gint64 attribute)
{
  g_auto (GStrv) lines = NULL;

  if (attribute != ATTRIBUTE_ADDRESS)
    return kiosk_text_is_plain (text, strlen (text));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!kiosk_text_is_plain (lines[i], strlen (lines[i])))
      return FALSE;
  return TRUE;
}

static gboolean
read_texts (KioskPersonal *self, const cbor_item_t *map, GError **error)
{
  for (guint i = 0; i < kiosk_personal_n_texts; i++)
    {
      const cbor_item_t *item = kiosk_cbor_map_get (map, kiosk_personal_texts[i].attribute);
      char **slot = G_STRUCT_MEMBER_P (self, kiosk_personal_texts[i].offset);

      if (item == NULL)
        continue;
      *slot = kiosk_cbor_get_text (item, "attribute", TEXT_MAX, NULL);
      if (*slot == NULL || !is_shown_plainly (*slot, kiosk_personal_texts[i].attribute))
        return set_damaged (error, kiosk_personal_texts[i].attribute);
    }
  if (self->birth != NULL && (strlen (self->birth) != 8 || !kiosk_text_is_digits (self->birth, 8)))
    return set_damaged (error, ATTRIBUTE_BIRTH);
  return TRUE;
}

/* Earlier versions of the specification had the gender as text: "1". */
static gboolean
read_choice (const cbor_item_t *map, gint64 attribute, gint64 *ret_value, GError **error)
{
  const cbor_item_t *item = kiosk_cbor_map_get (map, attribute);

  if (item == NULL)
    return TRUE;
  if (cbor_isa_string (item) && cbor_string_length (item) == 1)
    {
      *ret_value = g_ascii_digit_value ((char)cbor_string_handle (item)[0]);
      return (*ret_value >= 1 && *ret_value <= 3) || set_damaged (error, attribute);
    }
  return kiosk_cbor_get_integer (item, "choice", 1, 3, ret_value, NULL)
         || set_damaged (error, attribute);
}

/* One face, or the first of several, or the older attribute. */
static gboolean
read_face (KioskPersonal *self, const cbor_item_t *map, GError **error)
{
  const cbor_item_t *face = kiosk_cbor_map_get (map, ATTRIBUTE_FACE);
  const cbor_item_t *old = kiosk_cbor_map_get (map, ATTRIBUTE_PICTURE);
  gint64 format = 0;

  self->face_format = -1;
  if (face != NULL && cbor_isa_array (face))
    face = kiosk_cbor_array_get (face, 0);
  if (face != NULL)
    {
      self->face
        = kiosk_cbor_get_bytes (kiosk_cbor_map_get (face, FACE_DATA), "face", 1, FACE_MAX, NULL);
      if (self->face == NULL)
        return set_damaged (error, ATTRIBUTE_FACE);
      face = kiosk_cbor_map_get (face, FACE_FORMAT);
    }
  else if (old != NULL && cbor_isa_bytestring (old))
    {
      self->face = kiosk_cbor_get_bytes (old, "picture", 1, FACE_MAX, NULL);
      face = kiosk_cbor_map_get (map, ATTRIBUTE_PICTURE_FORMAT);
    }
  if (face != NULL && kiosk_cbor_get_integer (face, "format", 0, 200, &format, NULL))
    self->face_format = format;
  return TRUE;
}

gboolean
kiosk_personal_is_likely (const char *text, gsize length)
{
  /* Three characters hold the two bytes of a zlib header. */
  g_autoptr (GBytes) header = length < 3 ? NULL : kiosk_base45_decode (text, 3, 2);

  return header != NULL && kiosk_inflate_is_zlib (g_bytes_get_data (header, NULL), 2);
}

static gboolean
read_claims (KioskPersonal *self, const cbor_item_t *claims, GError **error)
{
  const cbor_item_t *map = kiosk_cbor_map_get (claims, CLAIM_IDENTITY);

  if (map == NULL || !cbor_isa_map (map))
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_UNKNOWN,
                           "a signed token, but not a personal code");
      return FALSE;
    }
  self->holder_key = kiosk_cose_key_read (
    kiosk_cbor_map_get (kiosk_cbor_map_get (claims, CLAIM_CNF), CNF_COSE_KEY));
  return read_texts (self, map, error) && read_choice (map, ATTRIBUTE_GENDER, &self->gender, error)
         && read_choice (map, ATTRIBUTE_MARITAL, &self->marital, error)
         && read_face (self, map, error);
}

/* @token, @claims: (transfer full) (nullable) */
static KioskPersonal *
personal_of (KioskCwt *token, cbor_item_t *claims, GError **error)
{
  g_autoptr (KioskPersonal) self = g_new0 (KioskPersonal, 1);
  gboolean good = FALSE;

  self->token = token;
  good = token != NULL && read_claims (self, claims, error);
  kiosk_cbor_item_wipe (claims);
  return good ? g_steal_pointer (&self) : NULL;
}

KioskPersonal *
kiosk_personal_parse (const char *text, gsize length, GError **error)
{
  cbor_item_t *claims = NULL;
  KioskCwt *token = kiosk_cwt_read (text, length, &claims, error);

  return personal_of (token, claims, error);
}

KioskPersonal *
kiosk_personal_parse_packed (GBytes *packed, GError **error)
{
  cbor_item_t *claims = NULL;
  KioskCwt *token = kiosk_cwt_read_packed (packed, &claims, error);

  return personal_of (token, claims, error);
}
