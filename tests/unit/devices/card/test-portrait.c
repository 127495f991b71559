/* Pictures that others' encoders wrote, and what leaves of them. */
#include <openjpeg.h>
#include <string.h>

#include "base/file.h"
#include "devices/card/card-portrait.h"

/* One grey point, as gmrtd publishes it in DG12 (document/dg12_test.go). */
#define POINT                                                                                      \
  "ffd8ffe000104a46494600010100000100010000ffdb004300ffdb0043010101010101010101010101010101010101" \
  "0101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101" \
  "ffc0000b080001000101011100ffc40014000100000000000000000000000000000000ffc400141001000000000000" \
  "00000000000000000000ffda0008010100003f00d2cf20ffd9"

/* Red grows to the right, green downwards. */
static int
colour (guint x, guint y, guint width, guint height, guint channel)
{
  return (int)(channel == 0 ? x * 255 / width : channel == 1 ? y * 255 / height : 128);
}

static OPJ_SIZE_T
on_write (void *buffer, OPJ_SIZE_T length, void *data)
{
  g_byte_array_append (data, buffer, (guint)length);
  return length;
}

static OPJ_BOOL
on_seek (OPJ_OFF_T at, void *data)
{
  return (guint64)at == ((GByteArray *)data)->len;
}

static opj_image_t *
draw (guint width, guint height, guint n_components, guint bits)
{
  opj_image_cmptparm_t shape[4] = { 0 };
  opj_image_t *image;

  for (guint i = 0; i < n_components; i++)
    shape[i] = (opj_image_cmptparm_t){ .dx = 1, .dy = 1, .w = width, .h = height, .prec = bits };
  image
    = opj_image_create (n_components, shape, n_components >= 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
  image->x1 = width;
  image->y1 = height;
  for (guint i = 0; i < n_components; i++)
    for (guint at = 0; at < width * height; at++)
      image->comps[i].data[at]
        = colour (at % width, at / width, width, height, i) >> (bits > 8 ? 0 : 8 - bits);
  return image;
}

/* A codestream by OpenJPEG, without loss. */
static GBytes *
codestream (guint width, guint height, guint n_components, guint bits, guint tile)
{
  opj_cparameters_t parameters;
  opj_codec_t *codec = opj_create_compress (OPJ_CODEC_J2K);
  opj_image_t *image = draw (width, height, n_components, bits);
  opj_stream_t *stream = opj_stream_create (1 << 20, OPJ_FALSE);
  GByteArray *bytes = g_byte_array_new ();

  opj_set_default_encoder_parameters (&parameters);
  parameters.numresolution = 2;
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.tile_size_on = tile > 0;
  parameters.cp_tdx = parameters.cp_tdy = (int)tile;
  opj_stream_set_write_function (stream, on_write);
  opj_stream_set_seek_function (stream, on_seek);
  opj_stream_set_user_data (stream, bytes, NULL);
  g_assert_true (opj_setup_encoder (codec, &parameters, image));
  g_assert_true (opj_start_compress (codec, image, stream));
  g_assert_true (opj_encode (codec, stream));
  g_assert_true (opj_end_compress (codec, stream));
  opj_stream_destroy (stream);
  opj_image_destroy (image);
  opj_destroy_codec (codec);
  return g_byte_array_free_to_bytes (bytes);
}

/* JP2's signature box, a box that nobody knows, and the codestream's. */
static GBytes *
boxed (GBytes *stream)
{
  static const guint8 head[]
    = { 0, 0,   0,   12,  'j', 'P', ' ', ' ', 0x0d, 0x0a, 0x87, 0x0a, 0,   0,  0,
        9, 'x', 'y', 'z', 'w', 1,   0,   0,   0,    0,    'j',  'p',  '2', 'c' };
  GByteArray *file = g_byte_array_new ();

  g_byte_array_append (file, head, sizeof head);
  g_byte_array_append (file, g_bytes_get_data (stream, NULL), (guint)g_bytes_get_size (stream));
  return g_byte_array_free_to_bytes (file);
}

static void
read_jpeg (GBytes *bytes, KioskCardPicture *ret_picture)
{
  g_autoptr (GError) error = NULL;

  kiosk_card_portrait_decode_jpeg (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                   ret_picture, &error);
  g_assert_no_error (error);
}

/* Within what a JPEG of quality 90 may be off. */
static void
assert_shown (GBytes *encoded, guint width, guint height, gboolean is_grey)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) shown = kiosk_card_portrait_make (encoded, &error);
  g_auto (KioskCardPicture) picture = { 0, 0, NULL };

  g_assert_no_error (error);
  read_jpeg (shown, &picture);
  g_assert_cmpuint (picture.width, ==, width);
  g_assert_cmpuint (picture.height, ==, height);
  for (guint y = 8; y < height; y += 16)
    for (guint x = 8; x < width; x += 16)
      for (guint channel = 0; channel < 3; channel++)
        g_assert_cmpint (ABS (picture.pixels[(y * width + x) * 3 + channel]
                              - colour (x, y, width, height, is_grey ? 0 : channel)),
                         <, 16);
}

static void
test_jpeg2000 (void)
{
  g_autoptr (GBytes) raw = codestream (413, 531, 3, 8, 0);
  g_autoptr (GBytes) file = boxed (raw);
  g_autoptr (GBytes) grey = codestream (64, 80, 1, 8, 0);
  g_autoptr (GBytes) four = codestream (64, 80, 4, 8, 32);

  assert_shown (raw, 413, 531, FALSE);
  assert_shown (file, 413, 531, FALSE);
  assert_shown (grey, 64, 80, TRUE);
  assert_shown (four, 64, 80, FALSE);
}

static void
test_larger (void)
{
  g_autoptr (GBytes) wide = codestream (1600, 400, 3, 8, 0);
  g_autoptr (GBytes) tall = codestream (600, 1200, 3, 8, 0);

  assert_shown (wide, 413, 103, FALSE);
  assert_shown (tall, 265, 531, FALSE);
}

static void
test_jpeg (void)
{
  g_autoptr (GBytes) point = kiosk_hex_decode (POINT);
  g_autoptr (GBytes) raw = codestream (200, 160, 3, 8, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) jpeg = kiosk_card_portrait_make (raw, &error);
  g_auto (KioskCardPicture) picture = { 0, 0, NULL };

  g_assert_no_error (error);
  assert_shown (jpeg, 200, 160, FALSE);
  read_jpeg (point, &picture);
  g_assert_cmpuint (picture.width * picture.height, ==, 1);
}

static void
assert_refused (GBytes *encoded, KioskCardError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kiosk_card_portrait_make (encoded, &error));
  g_assert_error (error, KIOSK_CARD_ERROR, (int)code);
}

/* The numbers of a header, put there without a picture behind them. */
static GBytes *
claim (GBytes *stream, gsize at, guint32 number)
{
  gsize length;
  guint8 *copy = g_memdup2 (g_bytes_get_data (stream, &length), g_bytes_get_size (stream));

  length = g_bytes_get_size (stream);
  for (guint i = 0; i < 4; i++)
    copy[at + i] = (guint8)(number >> (24 - 8 * i));
  return g_bytes_new_take (copy, length);
}

static void
test_limits (void)
{
  g_autoptr (GBytes) plain = codestream (64, 80, 3, 8, 0);
  g_autoptr (GBytes) deep = codestream (64, 80, 3, 12, 0);
  g_autoptr (GBytes) two = codestream (64, 80, 2, 8, 0);
  g_autoptr (GBytes) wide = claim (plain, 8, 4097);
  g_autoptr (GBytes) big = claim (wide, 12, 0x7fffffff);
  g_autoptr (GBytes) tiles = claim (plain, 24, 1);
  g_autoptr (GBytes) many = claim (tiles, 28, 1);
  g_autoptr (GBytes) none = claim (plain, 8, 0);
  g_autoptr (GBytes) junk = g_bytes_new_static ("GIF89a", 6);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

  assert_refused (deep, KIOSK_CARD_ERROR_UNSUPPORTED);
  assert_shown (two, 64, 80, TRUE);
  assert_refused (wide, KIOSK_CARD_ERROR_UNSUPPORTED);
  assert_refused (big, KIOSK_CARD_ERROR_UNSUPPORTED);
  assert_refused (many, KIOSK_CARD_ERROR_UNSUPPORTED);
  assert_refused (none, KIOSK_CARD_ERROR_LDS_MALFORMED);
  assert_refused (junk, KIOSK_CARD_ERROR_LDS_MALFORMED);
  assert_refused (empty, KIOSK_CARD_ERROR_LDS_MALFORMED);
}

/* Whatever is cut off, there is a picture or an error, and nothing else. */
static void
test_cut (void)
{
  g_autoptr (GBytes) raw = codestream (64, 80, 3, 8, 0);
  g_autoptr (GBytes) jpeg = kiosk_card_portrait_make (raw, NULL);
  GBytes *const whole[] = { raw, jpeg };

  for (guint i = 0; i < G_N_ELEMENTS (whole); i++)
    for (gsize length = 0; length < g_bytes_get_size (whole[i]); length += 37)
      {
        g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole[i], 0, length);
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) shown = kiosk_card_portrait_make (cut, &error);

        g_assert_true ((shown != NULL) == (error == NULL));
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/card/portrait/jpeg-2000-is-shown-as-jpeg", test_jpeg2000);
  g_test_add_func ("/card/portrait/a-larger-one-keeps-its-shape", test_larger);
  g_test_add_func ("/card/portrait/jpeg-is-written-anew", test_jpeg);
  g_test_add_func ("/card/portrait/what-claims-too-much-is-not-decoded", test_limits);
  g_test_add_func ("/card/portrait/a-cut-one-is-an-error-or-a-picture", test_cut);
  return g_test_run ();
}
