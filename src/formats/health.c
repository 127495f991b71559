#include "formats/health.h"

#include "base/secret.h"
#include "formats/cbor-item.h"
#include "formats/code-error.h"
#include "formats/plain-text.h"

#include <string.h>

#define CLAIM_HEALTH    (-260)
#define HEALTH_EU_DCC_1 1
#define TEXT_MAX        256 /* bytes; the schema has 80 characters, and four bytes at most each */
#define DOSES_MAX       99
#define FIRST_YEAR      1900

/* The member of an entry that a field is read from; letters as in the schema. */
typedef struct
{
  const char *member;
  gsize offset;
  gboolean needed;
} Field;

#define FIELD(name, slot, needed)                                                                  \
  {                                                                                                \
    name, G_STRUCT_OFFSET (KioskHealthEntry, slot), needed                                         \
  }

static const Field common[] = { FIELD ("tg", disease, TRUE), FIELD ("co", country, TRUE),
                                FIELD ("is", issuer, TRUE), FIELD ("ci", id, TRUE) };
static const Field vaccination[]
  = { FIELD ("dt", date, TRUE), FIELD ("mp", product, TRUE), FIELD ("ma", maker, TRUE) };
static const Field test[]
  = { FIELD ("sc", date, TRUE), FIELD ("tt", product, TRUE), FIELD ("ma", maker, FALSE),
      FIELD ("tr", result, TRUE), FIELD ("tc", centre, FALSE) };
static const Field recovery[]
  = { FIELD ("fr", date, TRUE), FIELD ("df", from, TRUE), FIELD ("du", until, TRUE) };

static const struct
{
  const char *member;
  KioskHealthKind kind;
  const Field *fields;
  guint n_fields;
} groups[] = {
  { "v", KIOSK_HEALTH_VACCINATION, vaccination, G_N_ELEMENTS (vaccination) },
  { "t", KIOSK_HEALTH_TEST, test, G_N_ELEMENTS (test) },
  { "r", KIOSK_HEALTH_RECOVERY, recovery, G_N_ELEMENTS (recovery) },
};

static void
entry_free (gpointer data)
{
  KioskHealthEntry *entry = data;

  kiosk_wipe_string (entry->disease);
  kiosk_wipe_string (entry->country);
  kiosk_wipe_string (entry->issuer);
  kiosk_wipe_string (entry->id);
  kiosk_wipe_string (entry->date);
  kiosk_wipe_string (entry->from);
  kiosk_wipe_string (entry->until);
  kiosk_wipe_string (entry->product);
  kiosk_wipe_string (entry->maker);
  kiosk_wipe_string (entry->result);
  kiosk_wipe_string (entry->centre);
  kiosk_wipe_free (entry, sizeof *entry);
}

void
kiosk_health_free (KioskHealth *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->token, kiosk_cwt_free);
  kiosk_wipe_string (self->version);
  kiosk_wipe_string (self->family_name);
  kiosk_wipe_string (self->given_name);
  kiosk_wipe_string (self->family_name_mrz);
  kiosk_wipe_string (self->given_name_mrz);
  kiosk_wipe_string (self->birth);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  kiosk_wipe_free (self, sizeof *self);
}

static gboolean
set_damaged (GError **error, const char *member)
{
  g_set_error (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_DAMAGED,
               "health certificate: “%s” is missing or not in form", member);
  return FALSE;
}

/* Text that may be empty; some issuers tag a moment as one (tag 0), as the schema's CBOR had it. */
static gboolean
read_text (const cbor_item_t *map, const char *member, gboolean needed, char **ret_text,
           GError **error)
{
  const cbor_item_t *item = kiosk_cbor_map_find (map, member);
  g_autoptr (cbor_item_t) tagged = NULL;
  const char *text = NULL;
  gsize length = 0;

  if (item == NULL)
    return !needed || set_damaged (error, member);
  if (cbor_isa_tag (item) && cbor_tag_value (item) == 0)
    item = tagged = cbor_tag_item (item);
  if (!cbor_isa_string (item))
    return set_damaged (error, member);
  text = (const char *)cbor_string_handle (item);
  length = cbor_string_length (item);
  if (length > TEXT_MAX || !kiosk_text_is_plain (text, length))
    return set_damaged (error, member);
  *ret_text = length > 0 ? g_strndup (text, length) : g_strdup ("");
  return TRUE;
}

static gboolean
read_fields (const cbor_item_t *map, const Field *fields, guint count, KioskHealthEntry *entry,
             GError **error)
{
  for (guint i = 0; i < count; i++)
    if (!read_text (map, fields[i].member, fields[i].needed,
                    G_STRUCT_MEMBER_P (entry, fields[i].offset), error))
      return FALSE;
  return TRUE;
}

static gboolean
read_doses (const cbor_item_t *map, KioskHealthEntry *entry, GError **error)
{
  return (kiosk_cbor_get_integer (kiosk_cbor_map_find (map, "dn"), "dn", 0, DOSES_MAX, &entry->dose,
                                  NULL)
          && kiosk_cbor_get_integer (kiosk_cbor_map_find (map, "sd"), "sd", 0, DOSES_MAX,
                                     &entry->of_doses, NULL))
         || set_damaged (error, "dn");
}

static gboolean
read_entry (KioskHealth *self, const cbor_item_t *map, guint group, GError **error)
{
  KioskHealthEntry *entry = NULL;

  if (map == NULL || !cbor_isa_map (map) || self->entries->len == KIOSK_HEALTH_MAX)
    return set_damaged (error, groups[group].member);
  entry = g_new0 (KioskHealthEntry, 1);
  g_ptr_array_add (self->entries, entry);
  entry->kind = groups[group].kind;
  self->kinds |= groups[group].kind;
  return read_fields (map, common, G_N_ELEMENTS (common), entry, error)
         && read_fields (map, groups[group].fields, groups[group].n_fields, entry, error)
         && (entry->kind != KIOSK_HEALTH_VACCINATION || read_doses (map, entry, error));
}

static gboolean
read_entries (KioskHealth *self, const cbor_item_t *map, GError **error)
{
  for (guint group = 0; group < G_N_ELEMENTS (groups); group++)
    {
      const cbor_item_t *list = kiosk_cbor_map_find (map, groups[group].member);

      if (list == NULL || cbor_is_null (list))
        continue;
      if (!cbor_isa_array (list))
        return set_damaged (error, groups[group].member);
      for (gsize i = 0; i < cbor_array_size (list); i++)
        if (!read_entry (self, kiosk_cbor_array_get (list, i), group, error))
          return FALSE;
    }
  return self->entries->len > 0 || set_damaged (error, "entries");
}

/* "", "YYYY", "YYYY-MM" or "YYYY-MM-DD". */
static gboolean
is_birth (const char *text)
{
  gsize length = strlen (text);

  if (length != 0 && length != 4 && length != 7 && length != 10)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (i == 4 || i == 7 ? text[i] != '-' : !g_ascii_isdigit (text[i]))
      return FALSE;
  return TRUE;
}

static gboolean
read_holder (KioskHealth *self, const cbor_item_t *map, GError **error)
{
  const cbor_item_t *names = kiosk_cbor_map_find (map, "nam");

  if (!read_text (map, "ver", TRUE, &self->version, error)
      || !read_text (map, "dob", TRUE, &self->birth, error)
      || !read_text (names, "fn", FALSE, &self->family_name, error)
      || !read_text (names, "gn", FALSE, &self->given_name, error)
      || !read_text (names, "fnt", FALSE, &self->family_name_mrz, error)
      || !read_text (names, "gnt", FALSE, &self->given_name_mrz, error))
    return FALSE;
  if (self->family_name_mrz == NULL && self->given_name_mrz == NULL)
    return set_damaged (error, "nam");
  return is_birth (self->birth) || set_damaged (error, "dob");
}

static gboolean
read_claims (KioskHealth *self, const cbor_item_t *claims, GError **error)
{
  const cbor_item_t *map
    = kiosk_cbor_map_get (kiosk_cbor_map_get (claims, CLAIM_HEALTH), HEALTH_EU_DCC_1);

  if (map == NULL)
    return set_damaged (error, "certificate");
  return read_holder (self, map, error) && read_entries (self, map, error);
}

KioskHealth *
kiosk_health_parse (const char *text, gsize length, GError **error)
{
  const gsize prefix = strlen (KIOSK_HEALTH_PREFIX);
  g_autoptr (KioskHealth) self = g_new0 (KioskHealth, 1);
  cbor_item_t *claims = NULL;
  gboolean good = FALSE;

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  if (length < prefix || memcmp (text, KIOSK_HEALTH_PREFIX, prefix) != 0)
    {
      g_set_error_literal (error, KIOSK_CODE_ERROR, KIOSK_CODE_ERROR_UNKNOWN,
                           "not a health certificate");
      return NULL;
    }
  self->token = kiosk_cwt_read (text + prefix, length - prefix, &claims, error);
  good = self->token != NULL && read_claims (self, claims, error);
  kiosk_cbor_item_wipe (claims);
  return good ? g_steal_pointer (&self) : NULL;
}

static gboolean
is_transliterated (const char *name, const char *mrz)
{
  if (name == NULL || *name == '\0')
    return TRUE;
  return mrz != NULL && *mrz != '\0' && strspn (mrz, "ABCDEFGHIJKLMNOPQRSTUVWXYZ<") == strlen (mrz);
}

gboolean
kiosk_health_is_plausible (const KioskHealth *self)
{
  g_autoptr (GDateTime) issued
    = g_date_time_new_from_unix_utc (MAX (self->token->issued_ms, 0) / 1000);
  g_autofree char *issued_day = g_date_time_format (issued, "%Y-%m-%d");

  if (!is_transliterated (self->family_name, self->family_name_mrz)
      || !is_transliterated (self->given_name, self->given_name_mrz))
    return FALSE;
  if (*self->birth == '\0')
    return TRUE;
  return g_ascii_strtoull (self->birth, NULL, 10) >= FIRST_YEAR
         && (self->token->issued_ms < 0
             || strncmp (self->birth, issued_day, strlen (self->birth)) <= 0);
}
