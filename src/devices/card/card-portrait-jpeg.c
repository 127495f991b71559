/* libjpeg leaves by longjmp() when something is wrong, so what must be freed lives in a struct that
 * the jump does not unwind. */
#include "devices/card/card-portrait-jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "base/secret.h"

#define MEMORY_BYTES (64 * 1024 * 1024)
#define SCANS_MAX    100 /* a progressive picture may ask for as many passes as it has bytes */
#define QUALITY      90
#define CHANNELS     3

typedef struct
{
  struct jpeg_error_mgr manager;
  jmp_buf escape;
} Trouble;

typedef struct
{
  struct jpeg_decompress_struct codec;
  struct jpeg_progress_mgr progress;
  Trouble trouble;
  KioskCardPicture picture;
} Decoding;

static void
on_error (j_common_ptr codec)
{
  Trouble *trouble = (Trouble *)codec->err;

  longjmp (trouble->escape, 1);
}

/* Nothing of a stranger's picture is worth a line on standard error. */
static void
on_message (j_common_ptr codec, int level)
{
}

static void
on_progress (j_common_ptr codec)
{
  if (codec->is_decompressor && ((j_decompress_ptr)codec)->input_scan_number > SCANS_MAX)
    on_error (codec);
}

static struct jpeg_error_mgr *
handle_trouble (Trouble *self)
{
  jpeg_std_error (&self->manager);
  self->manager.error_exit = on_error;
  self->manager.emit_message = on_message;
  return &self->manager;
}

/* Halves it as often as it stays large enough: the decoder does so at no cost. */
static void
choose_scale (j_decompress_ptr codec)
{
  codec->scale_num = 1;
  codec->scale_denom = 1;
  while (codec->scale_denom < 8
         && codec->image_width / (codec->scale_denom * 2) >= KIOSK_CARD_PORTRAIT_WIDTH
         && codec->image_height / (codec->scale_denom * 2) >= KIOSK_CARD_PORTRAIT_HEIGHT)
    codec->scale_denom *= 2;
}

static gboolean
begin (Decoding *self, const guint8 *data, gsize length, GError **error)
{
  j_decompress_ptr codec = &self->codec;

  jpeg_create_decompress (codec);
  codec->mem->max_memory_to_use = MEMORY_BYTES;
  self->progress.progress_monitor = on_progress;
  codec->progress = &self->progress;
  jpeg_mem_src (codec, data, length);
  jpeg_read_header (codec, TRUE);
  if (!kiosk_card_portrait_fits (codec->image_width, codec->image_height, error))
    return FALSE;
  if (codec->num_components != 1 && codec->num_components != CHANNELS)
    return kiosk_card_portrait_fail (error, KIOSK_CARD_ERROR_UNSUPPORTED, "not grey, nor colour");
  codec->out_color_space = JCS_RGB;
  choose_scale (codec);
  jpeg_start_decompress (codec);
  if (codec->output_components != CHANNELS)
    return kiosk_card_portrait_fail (error, KIOSK_CARD_ERROR_UNSUPPORTED, "of other components");
  return TRUE;
}

static gboolean
decode (Decoding *self, const guint8 *data, gsize length, GError **error)
{
  j_decompress_ptr codec = &self->codec;
  gsize row_bytes;

  if (setjmp (self->trouble.escape) != 0)
    return kiosk_card_portrait_fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED, "a damaged JPEG");
  if (!begin (self, data, length, error))
    return FALSE;
  row_bytes = (gsize)codec->output_width * CHANNELS;
  self->picture = (KioskCardPicture){ codec->output_width, codec->output_height,
                                      g_malloc0 (row_bytes * codec->output_height) };
  while (codec->output_scanline < codec->output_height)
    {
      JSAMPROW row = self->picture.pixels + row_bytes * codec->output_scanline;

      if (jpeg_read_scanlines (codec, &row, 1) != 1)
        return kiosk_card_portrait_fail (error, KIOSK_CARD_ERROR_LDS_MALFORMED, "a cut JPEG");
    }
  return TRUE;
}

gboolean
kiosk_card_portrait_decode_jpeg (const guint8 *data, gsize length, KioskCardPicture *ret_picture,
                                 GError **error)
{
  Decoding *self = g_new0 (Decoding, 1);
  gboolean decoded;

  self->codec.err = handle_trouble (&self->trouble);
  decoded = decode (self, data, length, error);
  jpeg_destroy_decompress (&self->codec);
  if (decoded)
    *ret_picture = self->picture;
  else
    kiosk_card_picture_clear (&self->picture);
  g_free (self);
  return decoded;
}

typedef struct
{
  struct jpeg_compress_struct codec;
  Trouble trouble;
  unsigned char *bytes;
  unsigned long length;
} Encoding;

static gboolean
encode (Encoding *self, const KioskCardPicture *picture)
{
  j_compress_ptr codec = &self->codec;

  if (setjmp (self->trouble.escape) != 0)
    return FALSE;
  jpeg_create_compress (codec);
  jpeg_mem_dest (codec, &self->bytes, &self->length);
  codec->image_width = picture->width;
  codec->image_height = picture->height;
  codec->input_components = CHANNELS;
  codec->in_color_space = JCS_RGB;
  jpeg_set_defaults (codec);
  jpeg_set_quality (codec, QUALITY, TRUE);
  jpeg_start_compress (codec, TRUE);
  while (codec->next_scanline < codec->image_height)
    {
      JSAMPROW row = picture->pixels + (gsize)codec->next_scanline * picture->width * CHANNELS;

      jpeg_write_scanlines (codec, &row, 1);
    }
  jpeg_finish_compress (codec);
  return TRUE;
}

GBytes *
kiosk_card_portrait_encode (const KioskCardPicture *picture, GError **error)
{
  Encoding *self = g_new0 (Encoding, 1);
  GBytes *jpeg = NULL;

  self->codec.err = handle_trouble (&self->trouble);
  if (encode (self, picture))
    jpeg = g_bytes_new (self->bytes, self->length);
  else
    kiosk_card_portrait_fail (error, KIOSK_CARD_ERROR_INTERNAL, "cannot be written");
  jpeg_destroy_compress (&self->codec);
  if (self->bytes != NULL)
    explicit_bzero (self->bytes, self->length);
  free (self->bytes);
  g_free (self);
  return jpeg;
}
