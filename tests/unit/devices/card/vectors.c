#include "vectors.h"

#include <string.h>

#include "base/file.h"
#include "formats/mrz.h"

#define FILE_MAX (256 * 1024)

static void
take_line (Vector *self, const char *line)
{
  g_auto (GStrv) parts = NULL;

  if (*line == '>')
    g_ptr_array_add (self->commands, g_strstrip (g_strdup (line + 1)));
  else if (*line == '<')
    g_ptr_array_add (self->responses, g_strstrip (g_strdup (line + 1)));
  else if (*line != '#' && *line != '\0')
    {
      parts = g_strsplit (line, "=", 2);
      g_assert_cmpuint (g_strv_length (parts), ==, 2);
      g_hash_table_insert (self->values, g_strstrip (g_strdup (parts[0])),
                           g_strstrip (g_strdup (parts[1])));
    }
}

Vector *
vector_load (const char *name)
{
  Vector *self = g_new0 (Vector, 1);
  g_autofree char *file = g_strconcat (name, ".txt", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("VECTORS"), file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = kiosk_file_read (path, FILE_MAX, &error);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  lines = g_strsplit (text, "\n", -1);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->commands = g_ptr_array_new_with_free_func (g_free);
  self->responses = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; lines[i] != NULL; i++)
    take_line (self, lines[i]);
  g_assert_cmpuint (self->commands->len, ==, self->responses->len);
  return self;
}

void
vector_free (Vector *self)
{
  g_hash_table_unref (self->values);
  g_ptr_array_unref (self->commands);
  g_ptr_array_unref (self->responses);
  g_free (self);
}

const char *
vector_text (const Vector *self, const char *key)
{
  return g_hash_table_lookup (self->values, key);
}

gboolean
vector_has (const Vector *self, const char *key)
{
  return vector_text (self, key) != NULL;
}

GBytes *
vector_bytes (const Vector *self, const char *key)
{
  const char *text = vector_text (self, key);
  GBytes *bytes;

  g_assert_nonnull (text);
  bytes = kiosk_hex_decode (text);
  g_assert_nonnull (bytes);
  return bytes;
}

BIGNUM *
vector_number (const Vector *self, const char *key)
{
  g_autoptr (GBytes) bytes = vector_bytes (self, key);

  return BN_bin2bn (g_bytes_get_data (bytes, NULL), (int)g_bytes_get_size (bytes), NULL);
}

void
vector_copy (const Vector *self, const char *key, guint8 *ret, gsize length)
{
  g_autoptr (GBytes) bytes = vector_bytes (self, key);

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, length);
  memcpy (ret, g_bytes_get_data (bytes, NULL), length);
}

KioskSecret *
vector_zone_key (const Vector *self)
{
  g_auto (GStrv) parts = NULL;

  if (vector_has (self, "zone"))
    return kiosk_secret_new_copy (vector_text (self, "zone"), strlen (vector_text (self, "zone")));
  parts = g_strsplit (vector_text (self, "mrz"), ",", 3);
  return kiosk_secret_new_take (kiosk_mrz_access_info (parts[0], parts[1], parts[2]));
}

KioskCardChannel *
vector_channel (const Vector *self, guint first, guint n)
{
  g_autofree ReplayLine *lines = g_new0 (ReplayLine, n);

  g_assert_cmpuint (first + n, <=, self->commands->len);
  for (guint i = 0; i < n; i++)
    lines[i] = (ReplayLine){ g_ptr_array_index (self->commands, first + i),
                             g_ptr_array_index (self->responses, first + i) };
  return replay_channel_new (lines, n);
}

KioskCardSm *
vector_sm (const Vector *self, const char *prefix, KioskCipher cipher)
{
  KioskCardSm *sm = kiosk_card_sm_new (cipher, (const guint8 *)"", 0);
  g_autofree char *encryption = g_strconcat (prefix, "encryption-key", NULL);
  g_autofree char *mac = g_strconcat (prefix, "mac-key", NULL);
  g_autofree char *counter = g_strconcat (prefix, "counter", NULL);

  vector_copy (self, encryption, sm->encryption_key, kiosk_cipher_key_bytes (cipher));
  vector_copy (self, mac, sm->mac_key, kiosk_cipher_key_bytes (cipher));
  if (vector_has (self, counter))
    vector_copy (self, counter, sm->counter, kiosk_cipher_block_bytes (cipher));
  return sm;
}

static void
drop_parity (guint8 *key)
{
  for (guint i = 0; i < 16; i++)
    key[i] &= 0xfe;
}

void
vector_assert_sm (const Vector *self, const char *prefix, const KioskCardSm *sm)
{
  g_autoptr (KioskCardSm) wanted = vector_sm (self, prefix, sm->cipher);
  g_autoptr (KioskCardSm) got = g_memdup2 (sm, sizeof *sm);
  int key = (int)kiosk_cipher_key_bytes (sm->cipher);
  int block = (int)kiosk_cipher_block_bytes (sm->cipher);

  if (sm->cipher == KIOSK_CIPHER_3DES)
    {
      drop_parity (wanted->encryption_key);
      drop_parity (wanted->mac_key);
      drop_parity (got->encryption_key);
      drop_parity (got->mac_key);
    }
  g_assert_cmpmem (got->encryption_key, key, wanted->encryption_key, key);
  g_assert_cmpmem (got->mac_key, key, wanted->mac_key, key);
  g_assert_cmpmem (got->counter, block, wanted->counter, block);
}
