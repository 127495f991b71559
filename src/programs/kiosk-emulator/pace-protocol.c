/* Names of PACE's variants, and the two calculations that only some of them have. */
#include <string.h>

#include "pace.h"

#define LAST_MODULAR 2
#define FIRST_CURVE  8
#define LAST_CURVE   18

static const char *const mappings[] = { "gm", "im", "cam" };

static gboolean
is_curve (int parameter)
{
  return parameter >= FIRST_CURVE && parameter <= LAST_CURVE;
}

static gboolean
exists (const KioskEmuPaceProtocol *protocol)
{
  if (!is_curve (protocol->parameter)
      && (protocol->parameter < 0 || protocol->parameter > LAST_MODULAR))
    return FALSE;
  return protocol->mapping != KIOSK_EMU_MAPPING_CHIP
         || (is_curve (protocol->parameter) && protocol->cipher != KIOSK_EMU_CIPHER_3DES);
}

gboolean
kiosk_emu_pace_protocol_parse (const char *text, KioskEmuPaceProtocol *ret_protocol)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 0);
  KioskEmuPaceProtocol protocol;
  guint64 parameter;

  if (g_strv_length (words) != 3 || !kiosk_emu_cipher_from_name (words[1], &protocol.cipher)
      || !g_ascii_string_to_unsigned (words[2], 10, 0, LAST_CURVE, &parameter, NULL))
    return FALSE;
  protocol.parameter = (int)parameter;
  for (gsize i = 0; i < G_N_ELEMENTS (mappings); i++)
    if (g_str_equal (words[0], mappings[i]))
      {
        protocol.mapping = (KioskEmuMapping)i;
        if (!exists (&protocol))
          return FALSE;
        *ret_protocol = protocol;
        return TRUE;
      }
  return FALSE;
}

char *
kiosk_emu_pace_protocol_print (const KioskEmuPaceProtocol *protocol)
{
  return g_strdup_printf ("%s %s %d", mappings[protocol->mapping],
                          kiosk_emu_cipher_name (protocol->cipher), protocol->parameter);
}

void
kiosk_emu_pace_protocol_oid (const KioskEmuPaceProtocol *protocol,
                             guint8 ret_oid[KIOSK_EMU_PACE_OID_LENGTH])
{
  static const guint8 start[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x04 };
  static const guint8 modular[] = { 1, 3 };
  static const guint8 elliptic[] = { 2, 4, 6 };

  memcpy (ret_oid, start, sizeof start);
  ret_oid[8]
    = is_curve (protocol->parameter) ? elliptic[protocol->mapping] : modular[protocol->mapping];
  ret_oid[9] = (guint8)(protocol->cipher + 1);
}

GByteArray *
kiosk_emu_pace_spread (KioskEmuCipher cipher, const guint8 *nonce, gsize nonce_length,
                       const guint8 *key, gsize bits)
{
  /* the first half of each pair makes the next key, the second half output */
  static const guint8 short_constants[2][16] = {
    { 0xa6, 0x68, 0x89, 0x2a, 0x7c, 0x41, 0xe3, 0xca, 0x73, 0x9f, 0x40, 0xb0, 0x57, 0xd8, 0x59,
      0x04 },
    { 0xa4, 0xe1, 0x36, 0xac, 0x72, 0x5f, 0x73, 0x8b, 0x01, 0xc1, 0xf6, 0x02, 0x17, 0xc1, 0x88,
      0xad },
  };
  static const guint8 long_constants[2][32] = {
    { 0xd4, 0x63, 0xd6, 0x52, 0x34, 0x12, 0x4e, 0xf7, 0x89, 0x70, 0x54,
      0x98, 0x6d, 0xca, 0x0a, 0x17, 0x4e, 0x28, 0xdf, 0x75, 0x8c, 0xba,
      0xa0, 0x3f, 0x24, 0x06, 0x16, 0x41, 0x4d, 0x5a, 0x16, 0x76 },
    { 0x54, 0xbd, 0x72, 0x55, 0xf0, 0xaa, 0xf8, 0x31, 0xbe, 0xc3, 0x42,
      0x3f, 0xcf, 0x39, 0xd6, 0x9b, 0x6c, 0xbf, 0x06, 0x66, 0x77, 0xd0,
      0xfa, 0xae, 0x5a, 0xad, 0xd9, 0x9d, 0xf8, 0xe5, 0x35, 0x17 },
  };
  gboolean is_long = kiosk_emu_cipher_key_length (cipher) > 16;
  const guint8 *for_key = is_long ? long_constants[0] : short_constants[0];
  const guint8 *for_output = is_long ? long_constants[1] : short_constants[1];
  gsize length = is_long ? sizeof long_constants[0] : sizeof short_constants[0];
  GByteArray *output = g_byte_array_new ();
  guint8 current[KIOSK_EMU_KEY_MAXIMUM];
  guint8 block[KIOSK_EMU_KEY_MAXIMUM];

  kiosk_emu_cipher_encrypt (cipher, key, NULL, nonce, nonce_length, current);
  while (output->len * 8 < bits + 64)
    {
      kiosk_emu_cipher_encrypt (cipher, current, NULL, for_output, length, block);
      g_byte_array_append (output, block, (guint)length);
      kiosk_emu_cipher_encrypt (cipher, current, NULL, for_key, length, block);
      memcpy (current, block, length);
    }
  explicit_bzero (current, sizeof current);
  explicit_bzero (block, sizeof block);
  return output;
}

void
kiosk_emu_pace_encrypt_chip_data (KioskEmuCipher cipher, const guint8 *key, const guint8 *data,
                                  gsize length, GByteArray *ret_cryptogram)
{
  g_autoptr (GByteArray) padded = g_byte_array_new ();
  guint8 vector[KIOSK_EMU_BLOCK_MAXIMUM];
  guint8 ones[KIOSK_EMU_BLOCK_MAXIMUM];

  memset (ones, 0xff, sizeof ones);
  kiosk_emu_cipher_ecb (cipher, key, ones, vector);
  g_byte_array_append (padded, data, (guint)length);
  kiosk_emu_pad (padded, 0, kiosk_emu_cipher_block (cipher));
  g_byte_array_set_size (ret_cryptogram, padded->len);
  kiosk_emu_cipher_encrypt (cipher, key, vector, padded->data, padded->len, ret_cryptogram->data);
  explicit_bzero (padded->data, padded->len);
}
