/* JPEG 2000 by OpenJPEG. JP2's boxes are walked here, and only the codestream in them is handed on:
 * its size and tiles are known before the library, which allocates for as many tiles as a header
 * claims, sees the first byte. */
#include <string.h>

#include <openjpeg.h>

#include "devices/card/card-portrait.h"

#define BOX_HEADER   8
#define BOX_CODES    0x6a703263 /* jp2c */
#define BOXES_MAX    64
#define SIZ_BYTES    42 /* SOC, SIZ up to the first component */
#define TILES_MAX    256
#define CHANNELS     3
#define CHANNELS_MAX 4
#define BITS_MAX     8

/* What the library reads from. */
typedef struct
{
  const guint8 *data;
  gsize length, at;
} Source;

static guint32
get32 (const guint8 *at)
{
  return (guint32)at[0] << 24 | (guint32)at[1] << 16 | (guint32)at[2] << 8 | at[3];
}

static gboolean
malformed (GError **error)
{
  return kiosk_card_portrait_fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED, "a damaged JPEG 2000");
}

/* Moves @source to the contiguous codestream in a JP2; one by itself is its own. */
static gboolean
find_codestream (Source *source, GError **error)
{
  static const guint8 start[] = { 0xff, 0x4f, 0xff, 0x51 };

  for (guint i = 0; i < BOXES_MAX && source->length >= sizeof start; i++)
    {
      guint64 size;

      if (memcmp (source->data, start, sizeof start) == 0)
        return TRUE;
      if (source->length < BOX_HEADER)
        break;
      size = get32 (source->data);
      if (size == 0) /* to the end */
        size = source->length;
      if (size < BOX_HEADER || size > source->length)
        break;
      if (get32 (source->data + 4) == BOX_CODES)
        size = BOX_HEADER;
      source->data += size;
      source->length -= size;
    }
  return malformed (error);
}

/* ISO/IEC 15444-1, A.5.1: size and offset of picture and tiles. */
static gboolean
check_size (const Source *source, GError **error)
{
  const guint8 *siz = source->data + 8;
  guint64 right, bottom, left, top, tile_width, tile_height, tiles;

  if (source->length < SIZ_BYTES)
    return malformed (error);
  right = get32 (siz);
  bottom = get32 (siz + 4);
  left = get32 (siz + 8);
  top = get32 (siz + 12);
  tile_width = get32 (siz + 16);
  tile_height = get32 (siz + 20);
  if (right <= left || bottom <= top || tile_width == 0 || tile_height == 0)
    return malformed (error);
  if (!kiosk_card_portrait_fits (right, bottom, error))
    return FALSE;
  tiles = (right / tile_width + 1) * (bottom / tile_height + 1);
  return tiles <= TILES_MAX
         || kiosk_card_portrait_fail (error, KIOSK_CARD_ERROR_UNSUPPORTED, "in too many tiles");
}

static OPJ_SIZE_T
on_read (void *buffer, OPJ_SIZE_T length, void *data)
{
  Source *source = data;
  gsize n = MIN (length, source->length - source->at);

  if (n == 0)
    return (OPJ_SIZE_T)-1;
  memcpy (buffer, source->data + source->at, n);
  source->at += n;
  return n;
}

static OPJ_OFF_T
on_skip (OPJ_OFF_T length, void *data)
{
  Source *source = data;

  if (length < 0 || (guint64)length > source->length - source->at)
    return -1;
  source->at += (gsize)length;
  return length;
}

static OPJ_BOOL
on_seek (OPJ_OFF_T at, void *data)
{
  Source *source = data;

  if (at < 0 || (guint64)at > source->length)
    return OPJ_FALSE;
  source->at = (gsize)at;
  return OPJ_TRUE;
}

static opj_stream_t *
open_stream (Source *source)
{
  opj_stream_t *stream = opj_stream_create (MAX (source->length, 64), OPJ_TRUE);

  opj_stream_set_read_function (stream, on_read);
  opj_stream_set_skip_function (stream, on_skip);
  opj_stream_set_seek_function (stream, on_seek);
  opj_stream_set_user_data (stream, source, NULL);
  opj_stream_set_user_data_length (stream, source->length);
  return stream;
}

/* Components of 8 bits that are all of the picture's size. */
static gboolean
is_plain (const opj_image_t *image)
{
  if (image->numcomps < 1 || image->numcomps > CHANNELS_MAX)
    return FALSE;
  for (guint i = 0; i < image->numcomps; i++)
    {
      const opj_image_comp_t *comp = &image->comps[i];

      if (comp->prec < 1 || comp->prec > BITS_MAX || comp->w != image->comps[0].w
          || comp->h != image->comps[0].h || comp->dx != 1 || comp->dy != 1)
        return FALSE;
    }
  return TRUE;
}

static guint8
sample (const opj_image_comp_t *comp, gsize at)
{
  int value = comp->data[at] + (comp->sgnd ? 1 << (comp->prec - 1) : 0);
  int top = (1 << comp->prec) - 1;

  return (guint8)(CLAMP (value, 0, top) * 255 / top);
}

static gboolean
take_picture (const opj_image_t *image, KioskCardPicture *ret_picture, GError **error)
{
  const opj_image_comp_t *first = &image->comps[0];
  gsize n_pixels;
  guint8 *pixels;

  if (!is_plain (image))
    return kiosk_card_portrait_fail (error, KIOSK_CARD_ERROR_UNSUPPORTED, "of other components");
  if (!kiosk_card_portrait_fits (first->w, first->h, error))
    return FALSE;
  for (guint i = 0; i < image->numcomps; i++)
    if (image->comps[i].data == NULL)
      return malformed (error);
  n_pixels = (gsize)first->w * first->h;
  pixels = g_malloc (n_pixels * CHANNELS);
  for (gsize at = 0; at < n_pixels; at++)
    for (guint channel = 0; channel < CHANNELS; channel++)
      pixels[at * CHANNELS + channel]
        = sample (&image->comps[image->numcomps >= CHANNELS ? channel : 0], at);
  *ret_picture = (KioskCardPicture){ first->w, first->h, pixels };
  return TRUE;
}

gboolean
kiosk_card_portrait_decode_jpeg2000 (const guint8 *data, gsize length,
                                     KioskCardPicture *ret_picture, GError **error)
{
  Source source = { data, length, 0 };
  opj_dparameters_t parameters;
  opj_codec_t *codec;
  opj_stream_t *stream;
  opj_image_t *image = NULL;
  g_autoptr (GError) problem = NULL;
  gboolean taken = FALSE;

  if (!find_codestream (&source, error) || !check_size (&source, error))
    return FALSE;
  opj_set_default_decoder_parameters (&parameters);
  codec = opj_create_decompress (OPJ_CODEC_J2K);
  stream = open_stream (&source);
  if (opj_setup_decoder (codec, &parameters) && opj_read_header (stream, codec, &image)
      && opj_decode (codec, stream, image) && opj_end_decompress (codec, stream))
    taken = take_picture (image, ret_picture, &problem);
  else
    malformed (&problem);
  opj_image_destroy (image);
  opj_stream_destroy (stream);
  opj_destroy_codec (codec);
  if (!taken)
    g_propagate_error (error, g_steal_pointer (&problem));
  return taken;
}
