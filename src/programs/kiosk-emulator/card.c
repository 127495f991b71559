#include "card.h"

#include <string.h>

#include "base/file.h"
#include "trust/pki.h"

#define INI_MAXIMUM       (64 * 1024)
#define FILE_MAXIMUM      (64 * 1024)
#define APPLICATION_FIRST 0x0101
#define APPLICATION_LAST  0x011e

G_DEFINE_QUARK (kiosk_emu_error, kiosk_emu_error)

KioskEmuCard *
kiosk_emu_card_ref (KioskEmuCard *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

static void
slot_clear (KioskEmuPivSlot *slot)
{
  g_clear_pointer (&slot->key, EVP_PKEY_free);
  g_clear_pointer (&slot->certificate, g_bytes_unref);
}

void
kiosk_emu_card_unref (KioskEmuCard *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->name);
  kiosk_emu_radio_clear (&self->radio);
  g_hash_table_unref (self->files);
  g_clear_pointer (&self->can, kiosk_secret_unref);
  g_clear_pointer (&self->mrz_key, kiosk_secret_unref);
  g_clear_pointer (&self->chip_key, EVP_PKEY_free);
  g_clear_pointer (&self->active_key, EVP_PKEY_free);
  slot_clear (&self->piv_9a);
  slot_clear (&self->piv_9e);
  g_free (self);
}

static gboolean
refuse (GError **error, const char *path, const char *what)
{
  g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_CARD, "%s: %s; personalise again", path,
               what);
  return FALSE;
}

static gboolean
read_radio (KioskEmuCard *self, GKeyFile *ini, const char *path, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (ini, "radio", NULL, NULL);

  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (ini, "radio", keys[i], NULL);

      if (value == NULL || !kiosk_emu_radio_set (&self->radio, keys[i], value))
        {
          g_autofree char *what = g_strdup_printf ("[radio] %s is not what it may be", keys[i]);
          return refuse (error, path, what);
        }
    }
  return self->radio.uid_length > 0 || refuse (error, path, "[radio] uid is missing");
}

gboolean
kiosk_emu_card_change (KioskEmuCard *self, const char *const *changes, GError **error)
{
  for (gsize i = 0; changes != NULL && changes[i] != NULL; i++)
    {
      g_auto (GStrv) sides = g_strsplit (changes[i], "=", 2);

      if (sides[0] == NULL || sides[1] == NULL
          || !kiosk_emu_radio_set (&self->radio, sides[0], sides[1]))
        {
          g_set_error (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND,
                       "%s: no such change of the radio", changes[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static KioskSecret *
get_secret (GKeyFile *ini, const char *key)
{
  return kiosk_secret_new_take (g_key_file_get_string (ini, "access", key, NULL));
}

static gboolean
read_pace (KioskEmuCard *self, GKeyFile *ini, const char *path, GError **error)
{
  g_auto (GStrv) protocols = g_key_file_get_string_list (ini, "access", "pace", NULL, NULL);

  for (gsize i = 0; protocols != NULL && protocols[i] != NULL; i++)
    if (self->n_pace == KIOSK_EMU_CARD_PACE_MAXIMUM
        || !kiosk_emu_pace_protocol_parse (protocols[i], &self->pace[self->n_pace++]))
      return refuse (error, path, "[access] pace is not up to four of \"gm aes-128 13\"");
  return TRUE;
}

static gboolean
read_access (KioskEmuCard *self, GKeyFile *ini, const char *path, GError **error)
{
  self->piv = g_key_file_has_group (ini, "piv");
  self->piv_9a.wants_pin = g_key_file_get_boolean (ini, "piv", "9a-wants-pin", NULL);
  if (self->piv)
    return TRUE;
  self->can = get_secret (ini, "can");
  self->mrz_key = get_secret (ini, "mrz");
  self->open = g_key_file_get_boolean (ini, "access", "open", NULL);
  self->bac = g_key_file_get_boolean (ini, "access", "bac", NULL);
  if (!read_pace (self, ini, path, error))
    return FALSE;
  if (self->bac && self->mrz_key == NULL)
    return refuse (error, path, "[access] bac needs mrz");
  if (!self->open && !self->bac && self->n_pace == 0)
    return refuse (error, path, "[access] opens by neither bac nor pace");
  return TRUE;
}

static gboolean
read_chip (KioskEmuCard *self, GKeyFile *ini, const char *path, GError **error)
{
  g_autofree char *cipher = g_key_file_get_string (ini, "chip", "authentication", NULL);

  self->chip_authentication = cipher != NULL;
  return cipher == NULL || kiosk_emu_cipher_from_name (cipher, &self->chip_cipher)
         || refuse (error, path, "[chip] authentication is no cipher");
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
  return read_radio (self, ini, path, error) && read_access (self, ini, path, error)
         && read_chip (self, ini, path, error);
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
  return read_file (self, folder, KIOSK_EMU_ATR_INFO, error)
         && read_file (self, folder, KIOSK_EMU_CARD_SECURITY, error);
}

static gboolean
read_key (const char *folder, const char *name, EVP_PKEY **ret_key, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  EVP_PKEY *key;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  key = kiosk_pki_key_load (path, error);
  if (key == NULL)
    return FALSE;
  *ret_key = key;
  return TRUE;
}

static gboolean
read_slot (const char *folder, const char *name, KioskEmuPivSlot *slot, GError **error)
{
  g_autofree char *key_name = g_strconcat (name, ".key", NULL);
  g_autofree char *cert_name = g_strconcat (name, ".der", NULL);
  g_autofree char *path = g_build_filename (folder, cert_name, NULL);

  if (!read_key (folder, key_name, &slot->key, error))
    return FALSE;
  if (slot->key != NULL)
    slot->certificate = kiosk_file_read (path, FILE_MAXIMUM, error);
  return slot->key == NULL || slot->certificate != NULL;
}

KioskEmuCard *
kiosk_emu_card_new (const char *name)
{
  KioskEmuCard *self = g_new0 (KioskEmuCard, 1);

  g_atomic_ref_count_init (&self->references);
  self->name = g_strdup (name);
  kiosk_emu_radio_init (&self->radio);
  self->files = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
  return self;
}

KioskEmuCard *
kiosk_emu_card_load (const char *folder, const char *name, const char *const *changes,
                     GError **error)
{
  g_autoptr (KioskEmuCard) self = kiosk_emu_card_new (name);

  if (!read_ini (self, folder, error) || !kiosk_emu_card_change (self, changes, error)
      || !read_files (self, folder, error) || !read_key (folder, "chip.key", &self->chip_key, error)
      || !read_key (folder, "active.key", &self->active_key, error)
      || !read_slot (folder, "9A", &self->piv_9a, error)
      || !read_slot (folder, "9E", &self->piv_9e, error))
    return NULL;
  return g_steal_pointer (&self);
}

GBytes *
kiosk_emu_card_file (const KioskEmuCard *self, guint identifier)
{
  return g_hash_table_lookup (self->files, GUINT_TO_POINTER (identifier));
}
