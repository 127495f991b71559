#include "picture.h"

#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <openjpeg.h>

#define QUALITY     82
#define COMPRESSION 20
#define COLOURS     3

static guint32
pixel_at (cairo_surface_t *surface, int x, int y)
{
  const guint8 *pixels = cairo_image_surface_get_data (surface);
  gsize stride = (gsize)cairo_image_surface_get_stride (surface);

  return ((const guint32 *)(const void *)(pixels + (gsize)y * stride))[x];
}

static guint8
colour (guint32 pixel, int which)
{
  return (guint8)(pixel >> (16 - 8 * which));
}

static void
compress_rows (struct jpeg_compress_struct *jpeg, cairo_surface_t *surface)
{
  g_autofree guint8 *row = g_malloc ((gsize)jpeg->image_width * COLOURS);
  JSAMPROW rows[1] = { row };

  while (jpeg->next_scanline < jpeg->image_height)
    {
      for (guint x = 0; x < jpeg->image_width; x++)
        for (int which = 0; which < COLOURS; which++)
          row[COLOURS * x + (guint)which]
            = colour (pixel_at (surface, (int)x, (int)jpeg->next_scanline), which);
      jpeg_write_scanlines (jpeg, rows, 1);
    }
}

/* libjpeg ends the program on an error; from pixels in memory to memory there is but one, and GLib
 * would end it as well. */
GBytes *
kiosk_emu_picture_jpeg (cairo_surface_t *surface)
{
  struct jpeg_error_mgr errors;
  struct jpeg_compress_struct jpeg = { .err = jpeg_std_error (&errors) };
  unsigned char *bytes = NULL;
  unsigned long length = 0;
  GBytes *picture;

  jpeg_create_compress (&jpeg);
  jpeg_mem_dest (&jpeg, &bytes, &length);
  jpeg.image_width = (JDIMENSION)cairo_image_surface_get_width (surface);
  jpeg.image_height = (JDIMENSION)cairo_image_surface_get_height (surface);
  jpeg.input_components = COLOURS;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults (&jpeg);
  jpeg_set_quality (&jpeg, QUALITY, TRUE);
  jpeg_start_compress (&jpeg, TRUE);
  compress_rows (&jpeg, surface);
  jpeg_finish_compress (&jpeg);
  jpeg_destroy_compress (&jpeg);
  picture = g_bytes_new (bytes, length);
  free (bytes);
  return picture;
}

/* OpenJPEG writes with seeks: boxes get their lengths afterwards. */
typedef struct
{
  GByteArray *bytes;
  gsize at;
} Output;

static OPJ_SIZE_T
write_output (void *buffer, OPJ_SIZE_T length, void *data)
{
  Output *output = data;

  if (output->at + length > output->bytes->len)
    g_byte_array_set_size (output->bytes, (guint)(output->at + length));
  memcpy (output->bytes->data + output->at, buffer, length);
  output->at += length;
  return length;
}

static OPJ_OFF_T
skip_output (OPJ_OFF_T length, void *data)
{
  Output *output = data;

  output->at += (gsize)length;
  return length;
}

static OPJ_BOOL
seek_output (OPJ_OFF_T to, void *data)
{
  Output *output = data;

  output->at = (gsize)to;
  return OPJ_TRUE;
}

static opj_image_t *
make_image (cairo_surface_t *surface)
{
  guint32 width = (guint32)cairo_image_surface_get_width (surface);
  guint32 height = (guint32)cairo_image_surface_get_height (surface);
  opj_image_cmptparm_t parameters[COLOURS];
  opj_image_t *image;

  for (int which = 0; which < COLOURS; which++)
    parameters[which]
      = (opj_image_cmptparm_t){ .dx = 1, .dy = 1, .w = width, .h = height, .prec = 8, .bpp = 8 };
  image = opj_image_create (COLOURS, parameters, OPJ_CLRSPC_SRGB);
  if (image == NULL)
    g_error ("OpenJPEG: no image");
  image->x1 = width;
  image->y1 = height;
  for (guint32 y = 0; y < height; y++)
    for (guint32 x = 0; x < width; x++)
      for (int which = 0; which < COLOURS; which++)
        image->comps[which].data[y * width + x]
          = colour (pixel_at (surface, (int)x, (int)y), which);
  return image;
}

static void
encode (opj_codec_t *codec, opj_image_t *image, Output *output)
{
  opj_stream_t *stream = opj_stream_default_create (OPJ_FALSE);
  opj_cparameters_t parameters;

  opj_set_default_encoder_parameters (&parameters);
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = COMPRESSION;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_mct = 1;
  parameters.irreversible = 1;
  opj_stream_set_user_data (stream, output, NULL);
  opj_stream_set_write_function (stream, write_output);
  opj_stream_set_skip_function (stream, skip_output);
  opj_stream_set_seek_function (stream, seek_output);
  if (!opj_setup_encoder (codec, &parameters, image) || !opj_start_compress (codec, image, stream)
      || !opj_encode (codec, stream) || !opj_end_compress (codec, stream))
    g_error ("OpenJPEG: cannot encode");
  opj_stream_destroy (stream);
}

GBytes *
kiosk_emu_picture_jpeg2000 (cairo_surface_t *surface)
{
  Output output = { g_byte_array_new (), 0 };
  opj_image_t *image = make_image (surface);
  opj_codec_t *codec = opj_create_compress (OPJ_CODEC_JP2);

  encode (codec, image, &output);
  opj_destroy_codec (codec);
  opj_image_destroy (image);
  return g_byte_array_free_to_bytes (output.bytes);
}
