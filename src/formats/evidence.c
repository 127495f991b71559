#include "formats/evidence.h"

#include <string.h>

#include "base/secret.h"

G_DEFINE_QUARK (kiosk_evidence_error, kiosk_evidence_error)

#define VARIANT_MAX  (256 * 1024)
#define PORTRAIT_MAX (255 * 1024 - 4096)
#define GROUP_MAX    (256 * 1024)
#define NOTE_MAX     64

typedef enum
{
  CODE,   /* a-z, 0-9, '-': our own words */
  ZONE,   /* what a machine-readable zone holds, filler as space */
  LETTER, /* "M", "F", "X" */
  DATE,
  TEXT, /* UTF-8 without control characters */
  MEDIA,
  STORED, /* a picture's media as documents hold it */
} Alphabet;

typedef struct
{
  const char *key;
  gsize offset;
  Alphabet alphabet;
  gsize maximum; /* bytes */
} Field;

#define FIELD(name, alphabet, maximum)                                                             \
  {                                                                                                \
#name, G_STRUCT_OFFSET(KioskEvidence, name), (alphabet), (maximum)                             \
  }

static const Field fields[] = {
  FIELD (profile, CODE, 64),
  FIELD (document_type, ZONE, 2),
  FIELD (issuing_state, ZONE, 3),
  FIELD (document_number, ZONE, 22),
  FIELD (national_number, ZONE, 22),
  FIELD (name_latin, ZONE, 64),
  FIELD (name_chinese, TEXT, 256),
  FIELD (birth_date, DATE, 10),
  FIELD (sex, LETTER, 1),
  FIELD (nationality, ZONE, 3),
  FIELD (expiry_date, DATE, 10),
  FIELD (symbols, TEXT, 32),
  FIELD (portrait_type, MEDIA, 16),
  FIELD (issuing_authority, TEXT, 256),
  FIELD (issue_date, DATE, 10),
  FIELD (signature_type, STORED, 16),
};

static char **
field_slot (const KioskEvidence *self, const Field *field)
{
  return (char **)G_STRUCT_MEMBER_P (self, field->offset);
}

KioskEvidence *
kiosk_evidence_new (void)
{
  KioskEvidence *self = g_new0 (KioskEvidence, 1);

  self->statements = kiosk_statements_new ();
  return self;
}

KioskEvidence *
kiosk_evidence_copy (const KioskEvidence *self)
{
  KioskEvidence *copy = g_new (KioskEvidence, 1);

  *copy = *self;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    *field_slot (copy, &fields[i]) = g_strdup (*field_slot (self, &fields[i]));
  for (guint i = 0; i < KIOSK_EVIDENCE_GROUPS; i++)
    copy->groups[i].note = g_strdup (self->groups[i].note);
  copy->statements = kiosk_statements_copy (self->statements);
  if (self->portrait != NULL)
    copy->portrait = g_bytes_ref (self->portrait);
  return copy;
}

void
kiosk_evidence_free (KioskEvidence *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    kiosk_wipe_string (*field_slot (self, &fields[i]));
  for (guint i = 0; i < KIOSK_EVIDENCE_GROUPS; i++)
    g_free (self->groups[i].note);
  g_ptr_array_unref (self->statements);
  kiosk_wipe_bytes (self->portrait);
  kiosk_wipe_free (self, sizeof *self);
}

void
kiosk_evidence_state (KioskEvidence *self, KioskClaim claim, const char *method, guint group,
                      KioskProof proof, const char *reason)
{
  kiosk_statements_set (self->statements, claim, method, group, proof, reason);
}

void
kiosk_evidence_note (KioskEvidence *self, guint number, const char *note)
{
  char **slot = &self->groups[number - 1].note;

  g_free (*slot);
  *slot = g_strdup (note);
}

const KioskStatement *
kiosk_evidence_verdict (const KioskEvidence *self, KioskClaim claim)
{
  return kiosk_statements_settle (self->statements, claim);
}

gboolean
kiosk_evidence_is_proved (const KioskEvidence *self)
{
  for (guint claim = 0; claim < KIOSK_CLAIMS; claim++)
    if (kiosk_evidence_verdict (self, (KioskClaim)claim)->proof != KIOSK_PROOF_PASSED)
      return FALSE;
  return TRUE;
}

GVariant *
kiosk_evidence_groups_to_variant (const KioskEvidence *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (KIOSK_EVIDENCE_GROUPS_TYPE));
  for (guint i = 0; i < KIOSK_EVIDENCE_GROUPS; i++)
    {
      const KioskEvidenceGroup *group = &self->groups[i];

      if (group->bytes > 0 || group->note != NULL)
        g_variant_builder_add (&builder, "(uus)", i + 1, group->bytes,
                               group->note != NULL ? group->note : "");
    }
  return g_variant_builder_end (&builder);
}

GVariant *
kiosk_evidence_to_variant (const KioskEvidence *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (*field_slot (self, &fields[i]) != NULL)
      g_variant_builder_add (&builder, "{sv}", fields[i].key,
                             g_variant_new_string (*field_slot (self, &fields[i])));
  g_variant_builder_add (&builder, "{sv}", "statements",
                         kiosk_statements_to_variant (self->statements));
  g_variant_builder_add (&builder, "{sv}", "groups", kiosk_evidence_groups_to_variant (self));
  g_variant_builder_add (&builder, "{sv}", "simulated", g_variant_new_boolean (self->simulated));
  g_variant_builder_add (&builder, "{sv}", "apdus", g_variant_new_uint32 (self->apdus));
  g_variant_builder_add (&builder, "{sv}", "duration_us", g_variant_new_int64 (self->duration_us));
  if (self->portrait != NULL)
    {
      gsize length;
      const guint8 *data = g_bytes_get_data (self->portrait, &length);

      g_variant_builder_add (&builder, "{sv}", "portrait",
                             g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, length, 1));
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static gboolean
is_date (const char *text)
{
  static const char pattern[] = "dddd-dd-dd";

  if (strlen (text) != sizeof pattern - 1)
    return FALSE;
  for (gsize i = 0; i < sizeof pattern - 1; i++)
    if (pattern[i] == 'd' ? !g_ascii_isdigit (text[i]) : text[i] != pattern[i])
      return FALSE;
  return atoi (text + 5) <= 12 && atoi (text + 8) <= 31;
}

static gboolean
is_made_of (const char *text, const char *others, gboolean (*is_member) (char))
{
  for (; *text != '\0'; text++)
    if (!is_member (*text) && strchr (others, *text) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
is_code_letter (char c)
{
  return g_ascii_islower (c) || g_ascii_isdigit (c);
}

static gboolean
is_zone_letter (char c)
{
  return g_ascii_isupper (c) || g_ascii_isdigit (c);
}

static gboolean
is_printable (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_iscntrl (g_utf8_get_char (text)))
      return FALSE;
  return TRUE;
}

static gboolean
fits (const char *text, Alphabet alphabet, gsize maximum)
{
  if (strlen (text) > maximum)
    return FALSE;
  switch (alphabet)
    {
    case CODE:
      return is_made_of (text, "-", is_code_letter);
    case ZONE:
      return is_made_of (text, " ,", is_zone_letter);
    case LETTER:
      return strlen (text) == 1 && strchr ("MFX", *text) != NULL;
    case DATE:
      return is_date (text);
    case TEXT:
      return *text != '\0' && is_printable (text);
    case MEDIA:
      return strcmp (text, "image/jpeg") == 0;
    case STORED:
      return strcmp (text, "image/jpeg") == 0 || strcmp (text, "image/jp2") == 0;
    default:
      return FALSE;
    }
}

static gboolean
malformed (GError **error, const char *key)
{
  g_set_error (error, KIOSK_EVIDENCE_ERROR, KIOSK_EVIDENCE_ERROR_MALFORMED,
               "evidence: %s is missing or out of form", key);
  return FALSE;
}

static gboolean
take_field (KioskEvidence *self, GVariant *dict, const Field *field, GError **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (dict, field->key, NULL);
  const char *text;

  if (value == NULL)
    return TRUE;
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return malformed (error, field->key);
  text = g_variant_get_string (value, NULL);
  if (!fits (text, field->alphabet, field->maximum))
    return malformed (error, field->key);
  *field_slot (self, field) = g_strdup (text);
  return TRUE;
}

static gboolean
take_statements (KioskEvidence *self, GVariant *dict, GError **error)
{
  g_autoptr (GVariant) value
    = g_variant_lookup_value (dict, "statements", G_VARIANT_TYPE (KIOSK_STATEMENTS_TYPE));
  GPtrArray *statements = value != NULL ? kiosk_statements_from_variant (value) : NULL;

  if (statements == NULL)
    return malformed (error, "statements");
  g_ptr_array_unref (self->statements);
  self->statements = statements;
  return TRUE;
}

static gboolean
take_group (KioskEvidence *self, GVariant *entry)
{
  guint32 number, bytes;
  const char *note;
  KioskEvidenceGroup *group;

  g_variant_get (entry, "(uu&s)", &number, &bytes, &note);
  if (number < 1 || number > KIOSK_EVIDENCE_GROUPS || bytes > GROUP_MAX
      || !fits (note, CODE, NOTE_MAX))
    return FALSE;
  group = &self->groups[number - 1];
  if (group->bytes > 0 || group->note != NULL)
    return FALSE;
  group->bytes = bytes;
  group->note = *note != '\0' ? g_strdup (note) : NULL;
  return bytes > 0 || group->note != NULL;
}

static gboolean
take_groups (KioskEvidence *self, GVariant *dict, GError **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (dict, "groups", NULL);

  if (value == NULL)
    return TRUE;
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (KIOSK_EVIDENCE_GROUPS_TYPE))
      || g_variant_n_children (value) > KIOSK_EVIDENCE_GROUPS)
    return malformed (error, "groups");
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (value, i);

      if (!take_group (self, entry))
        return malformed (error, "groups");
    }
  return TRUE;
}

static gboolean
take_portrait (KioskEvidence *self, GVariant *dict, GError **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (dict, "portrait", NULL);
  gconstpointer data;
  gsize length;

  if (value == NULL)
    return self->portrait_type == NULL || malformed (error, "portrait");
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING) || self->portrait_type == NULL)
    return malformed (error, "portrait");
  data = g_variant_get_fixed_array (value, &length, 1);
  if (length == 0 || length > PORTRAIT_MAX)
    return malformed (error, "portrait");
  self->portrait = g_bytes_new (data, length);
  return TRUE;
}

KioskEvidence *
kiosk_evidence_from_variant (GVariant *variant, GError **error)
{
  g_autoptr (KioskEvidence) self = kiosk_evidence_new ();

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT)
      || g_variant_get_size (variant) > VARIANT_MAX)
    {
      malformed (error, "the whole");
      return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!take_field (self, variant, &fields[i], error))
      return NULL;
  if (!take_statements (self, variant, error) || !take_groups (self, variant, error)
      || !take_portrait (self, variant, error))
    return NULL;
  if (self->profile == NULL || !g_variant_lookup (variant, "simulated", "b", &self->simulated)
      || !g_variant_lookup (variant, "apdus", "u", &self->apdus)
      || !g_variant_lookup (variant, "duration_us", "x", &self->duration_us))
    {
      malformed (error, "profile, simulated, apdus or duration_us");
      return NULL;
    }
  return g_steal_pointer (&self);
}
