/* ISO/IEC 39794-5, as ICAO's application profile narrows it: DER with implicit tags.
 *
 * FaceImageDataBlock ::= [APPLICATION 5] SEQUENCE { versionBlock [0], representationBlocks [1] }
 * RepresentationBlock ::= SEQUENCE { representationId [0], imageRepresentation [1], … }
 * imageRepresentation → base [0] → imageRepresentation2DBlock [0] → representationData2D [0]
 *
 * This software makes use of the Schema from ISO/IEC 39794-5 within modifications permitted in the
 * relevant ISO/IEC standard. */
#include "formats/lds-private.h"

#define TAG_PROFILE 0xa1 /* ICAO's wrapping of it in DG2 */
#define TAG_FACE    0x65

/* From the outside in. */
static const guint32 way[] = {
  0xa1, /* representationBlocks */
  0x30, /* the first */
  0xa1, /* imageRepresentation */
  0xa0, /* base */
  0xa0, /* imageRepresentation2DBlock */
  0x80, /* representationData2D */
};

gboolean
kiosk_lds_find_face_39794 (const guint8 *data, gsize length, KioskTlv *ret_picture)
{
  KioskTlvCursor cursor = { data, length };
  KioskTlv at;

  if (!kiosk_tlv_next (&cursor, &at, NULL))
    return FALSE;
  if (at.tag == TAG_PROFILE)
    {
      cursor = kiosk_tlv_inside (&at);
      if (!kiosk_tlv_next (&cursor, &at, NULL))
        return FALSE;
    }
  if (at.tag != TAG_FACE)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (way); i++)
    {
      KioskTlv inside;

      if (!kiosk_tlv_find (at.value, at.length, way[i], &inside, NULL))
        return FALSE;
      at = inside;
    }
  *ret_picture = at;
  return TRUE;
}
