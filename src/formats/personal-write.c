#include "base/secret.h"
#include "formats/base45.h"
#include "formats/cbor-item.h"
#include "formats/cose-key.h"
#include "formats/personal-private.h"

#include <zlib.h>

#define N_CLAIMS       6
#define N_EXTRA        3 /* attributes that are no texts */
#define MS             1000
#define LEVEL_SMALLEST 9

static void
put_time (cbor_item_t *map, gint64 claim, gint64 time_ms)
{
  if (time_ms >= 0)
    kiosk_cbor_map_put (map, claim, kiosk_cbor_new_integer (time_ms / MS));
}

static void
put_choice (cbor_item_t *map, gint64 attribute, gint64 choice)
{
  if (choice != 0)
    kiosk_cbor_map_put (map, attribute, kiosk_cbor_new_integer (choice));
}

static void
put_face (cbor_item_t *map, const KioskPersonal *self)
{
  cbor_item_t *face = NULL;

  if (self->face == NULL)
    return;
  face = cbor_new_definite_map (3);
  kiosk_cbor_map_put (face, FACE_DATA, kiosk_cbor_new_bytes (self->face));
  kiosk_cbor_map_put (face, FACE_KIND, kiosk_cbor_new_integer (0));
  if (self->face_format >= 0)
    kiosk_cbor_map_put (face, FACE_FORMAT, kiosk_cbor_new_integer (self->face_format));
  kiosk_cbor_map_put (map, ATTRIBUTE_FACE, face);
}

/* A map is filled in the order of its keys: what is no text stands between texts. */
static cbor_item_t *
identity_of (const KioskPersonal *self)
{
  cbor_item_t *map = cbor_new_definite_map (kiosk_personal_n_texts + N_EXTRA);
  gint64 last = 0;

  for (guint i = 0; i < kiosk_personal_n_texts; i++)
    {
      const KioskPersonalText *row = &kiosk_personal_texts[i];
      const char *text = *(char *const *)G_STRUCT_MEMBER_P (self, row->offset);

      if (last < ATTRIBUTE_GENDER && row->attribute > ATTRIBUTE_GENDER)
        put_choice (map, ATTRIBUTE_GENDER, self->gender);
      if (last < ATTRIBUTE_MARITAL && row->attribute > ATTRIBUTE_MARITAL)
        put_choice (map, ATTRIBUTE_MARITAL, self->marital);
      if (text != NULL)
        kiosk_cbor_map_put (map, row->attribute, kiosk_cbor_new_text (text));
      last = row->attribute;
    }
  put_face (map, self);
  return map;
}

static void
put_key (cbor_item_t *claims, GBytes *key)
{
  cbor_item_t *cnf = NULL;

  if (key == NULL)
    return;
  cnf = cbor_new_definite_map (1);
  kiosk_cbor_map_put (cnf, CNF_COSE_KEY, kiosk_cose_key_new (key));
  kiosk_cbor_map_put (claims, CLAIM_CNF, cnf);
}

GBytes *
kiosk_personal_claims (const KioskPersonal *self)
{
  cbor_item_t *claims = cbor_new_definite_map (N_CLAIMS);
  GBytes *bytes = NULL;

  if (self->token->issuer != NULL)
    kiosk_cbor_map_put (claims, CLAIM_ISSUER, kiosk_cbor_new_text (self->token->issuer));
  put_time (claims, CLAIM_EXPIRES, self->token->expires_ms);
  put_time (claims, CLAIM_NOT_BEFORE, self->token->not_before_ms);
  put_time (claims, CLAIM_ISSUED, self->token->issued_ms);
  put_key (claims, self->holder_key);
  kiosk_cbor_map_put (claims, CLAIM_IDENTITY, identity_of (self));
  bytes = kiosk_cbor_encode (claims);
  kiosk_cbor_item_wipe (claims);
  return bytes;
}

GBytes *
kiosk_personal_pack (GBytes *cose)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (cose, &length);
  uLongf size = compressBound (length);
  guint8 *packed = g_malloc (size);
  GBytes *bytes = NULL;

  if (compress2 (packed, &size, data, length, LEVEL_SMALLEST) != Z_OK)
    g_error ("zlib has no memory");
  bytes = g_bytes_new (packed, size);
  kiosk_wipe_free (packed, size);
  return bytes;
}

char *
kiosk_personal_text (GBytes *cose)
{
  GBytes *packed = kiosk_personal_pack (cose);
  char *text = kiosk_base45_encode (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));

  kiosk_wipe_bytes (packed);
  return text;
}
