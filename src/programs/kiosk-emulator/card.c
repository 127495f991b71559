#include "card.h"

#include <string.h>

#include "base/file.h"
#include "trust/pki.h"

#define INI_MAXIMUM        (64 * 1024)
#define FILE_MAXIMUM       (64 * 1024)
#define HISTORICAL_MAXIMUM 15
#define APPLICATION_FIRST  0x0101
#define APPLICATION_LAST   0x011e

G_DEFINE_QUARK (kiosk_emu_error, kiosk_emu_error)

KioskEmuCard *
kiosk_emu_card_ref (KioskEmuCard *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
kiosk_emu_card_unref (KioskEmuCard *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->name);
  g_clear_pointer (&self->historical, g_bytes_unref);
  g_hash_table_unref (self->files);
  g_clear_pointer (&self->can, kiosk_secret_unref);
  g_clear_pointer (&self->mrz_key, kiosk_secret_unref);
  g_clear_pointer (&self->chip_key, EVP_PKEY_free);
  g_free (self);
}

static gboolean
refuse (GError **error, const char *path, const char *what)
{
  g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_CARD, "%s: %s; personalise again", path,
               what);
  return FALSE;
}

/* (nullable): an even number of hexadecimal digits, at most @maximum bytes. */
static GBytes *
get_hex (GKeyFile *ini, const char *key, gsize maximum)
{
  g_autofree char *text = g_key_file_get_string (ini, "card", key, NULL);
  g_autoptr (GBytes) bytes = text == NULL ? NULL : kiosk_hex_decode (text);

  if (bytes == NULL || g_bytes_get_size (bytes) > maximum)
    return NULL;
  return g_steal_pointer (&bytes);
}

static gboolean
read_radio (KioskEmuCard *self, GKeyFile *ini, const char *path, GError **error)
{
  g_autofree char *type = g_key_file_get_string (ini, "card", "type", NULL);
  g_autoptr (GBytes) uid = get_hex (ini, "uid", sizeof self->uid);

  if (g_strcmp0 (type, "A") != 0 && g_strcmp0 (type, "B") != 0)
    return refuse (error, path, "[card] type is neither A nor B");
  self->type = type[0];
  if (uid == NULL || g_bytes_get_size (uid) < 4)
    return refuse (error, path, "[card] uid is not 4 to 10 bytes in hexadecimal");
  self->uid_length = g_bytes_get_size (uid);
  memcpy (self->uid, g_bytes_get_data (uid, NULL), self->uid_length);
  self->historical = get_hex (ini, "historical", HISTORICAL_MAXIMUM);
  if (self->historical == NULL)
    return refuse (error, path, "[card] historical is not up to 15 bytes in hexadecimal");
  self->extended = g_key_file_get_boolean (ini, "card", "extended", NULL);
  return TRUE;
}

static KioskSecret *
get_secret (GKeyFile *ini, const char *key)
{
  return kiosk_secret_new_take (g_key_file_get_string (ini, "access", key, NULL));
}

static gboolean
read_access (KioskEmuCard *self, GKeyFile *ini, const char *path, GError **error)
{
  self->can = get_secret (ini, "can");
  self->mrz_key = get_secret (ini, "mrz");
  self->bac = g_key_file_get_boolean (ini, "access", "bac", NULL);
  self->pace_parameter = g_key_file_get_integer (ini, "access", "pace", NULL);
  if (self->bac && self->mrz_key == NULL)
    return refuse (error, path, "[access] bac needs mrz");
  if (!self->bac && self->pace_parameter == 0)
    return refuse (error, path, "[access] opens by neither bac nor pace");
  if (self->pace_parameter != 0 && self->pace_parameter != 12 && self->pace_parameter != 13)
    return refuse (error, path, "[access] pace is neither 12 nor 13");
  return TRUE;
}

static gboolean
read_ini (KioskEmuCard *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "card.ini", NULL);
  g_autoptr (GBytes) content = kiosk_file_read (path, INI_MAXIMUM, error);
  g_autoptr (GKeyFile) ini = g_key_file_new ();

  if (content == NULL)
    return FALSE;
  if (!g_key_file_load_from_bytes (ini, content, G_KEY_FILE_NONE, NULL))
    return refuse (error, path, "not a key file");
  return read_radio (self, ini, path, error) && read_access (self, ini, path, error);
}

static gboolean
read_file (KioskEmuCard *self, const char *folder, guint identifier, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%04X.bin", identifier);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GBytes *content;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  content = kiosk_file_read (path, FILE_MAXIMUM, error);
  if (content == NULL)
    return FALSE;
  g_hash_table_insert (self->files, GUINT_TO_POINTER (identifier), content);
  return TRUE;
}

static gboolean
read_files (KioskEmuCard *self, const char *folder, GError **error)
{
  for (guint identifier = APPLICATION_FIRST; identifier <= APPLICATION_LAST; identifier++)
    if (!read_file (self, folder, identifier, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_chip_key (KioskEmuCard *self, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "chip.key", NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  self->chip_key = kiosk_pki_key_load (path, error);
  return self->chip_key != NULL;
}

KioskEmuCard *
kiosk_emu_card_load (const char *folder, const char *name, GError **error)
{
  g_autoptr (KioskEmuCard) self = g_new0 (KioskEmuCard, 1);

  g_atomic_ref_count_init (&self->references);
  self->name = g_strdup (name);
  self->files = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
  if (!read_ini (self, folder, error) || !read_files (self, folder, error)
      || !read_chip_key (self, folder, error))
    return NULL;
  return g_steal_pointer (&self);
}

GBytes *
kiosk_emu_card_file (const KioskEmuCard *self, guint identifier)
{
  return g_hash_table_lookup (self->files, GUINT_TO_POINTER (identifier));
}

GByteArray *
kiosk_emu_card_ats (const KioskEmuCard *self)
{
  gsize length;
  const guint8 *historical = g_bytes_get_data (self->historical, &length);
  /* TL; T0: 256-byte frames, TA to TC follow; TA: every rate; TB: FWI 13; TC: CID */
  const guint8 head[] = { (guint8)(5 + length), 0x78, 0x77, 0xd4, 0x02 };
  GByteArray *ats = g_byte_array_new ();

  g_byte_array_append (ats, head, sizeof head);
  if (length > 0)
    g_byte_array_append (ats, historical, (guint)length);
  return ats;
}
