#include "journey/session.h"

#include <stdio.h>
#include <string.h>

#define CAN_LENGTH          6
#define DOCUMENT_NUMBER_MAX 14
#define HONG_KONG_OFFSET_S  (8 * 3600)

KioskSession *
kiosk_session_new (void)
{
  KioskSession *self = g_new0 (KioskSession, 1);

  kiosk_session_forget_keys (self);
  kiosk_session_forget_codes (self);
  kiosk_session_forget_enrolling (self);
  self->phone = self->phone_reason = "";
  self->cancellable = g_cancellable_new ();
  self->forms
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)kiosk_form_free);
  self->drafts
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)kiosk_wipe_string);
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify)kiosk_record_free);
  return self;
}

void
kiosk_session_free (KioskSession *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  kiosk_session_forget_keys (self);
  kiosk_session_forget_codes (self);
  kiosk_session_forget_enrolling (self);
  g_free (self->profile);
  g_free (self->audience);
  g_clear_pointer (&self->holder, kiosk_holder_free);
  g_hash_table_unref (self->forms);
  g_hash_table_unref (self->drafts);
  g_clear_pointer (&self->checks, g_ptr_array_unref);
  g_free (self->today);
  kiosk_wipe_string (self->question_error);
  kiosk_wipe_string (self->reading_name);
  kiosk_wipe_string (self->phone_code);
  kiosk_wipe_string (self->phone_digits);
  g_ptr_array_unref (self->records);
  g_free (self->shown_txid);
  g_clear_pointer (&self->catalogue, kiosk_catalogue_unref);
  kiosk_wipe_free (self, sizeof *self);
}

KioskForm *
kiosk_session_form (KioskSession *self)
{
  return self->service == NULL
           ? NULL
           : g_hash_table_lookup (self->forms, kiosk_service_id (self->service));
}

static char *
draft_key (KioskSession *self, const char *ref)
{
  return g_strconcat (kiosk_service_id (self->service), " ", ref, NULL);
}

const char *
kiosk_session_draft (KioskSession *self, const char *ref)
{
  g_autofree char *key = draft_key (self, ref);

  return g_hash_table_lookup (self->drafts, key);
}

void
kiosk_session_set_draft (KioskSession *self, const char *ref, const char *value)
{
  g_autofree char *key = draft_key (self, ref);

  if (value == NULL)
    g_hash_table_remove (self->drafts, key);
  else
    g_hash_table_insert (self->drafts, g_steal_pointer (&key), g_strdup (value));
}

const KioskRecord *
kiosk_session_record (KioskSession *self, const char *txid)
{
  for (guint i = 0; i < self->records->len; i++)
    {
      const KioskRecord *record = g_ptr_array_index (self->records, i);

      if (g_strcmp0 (record->txid, txid) == 0)
        return record;
    }
  return NULL;
}

const KioskRecord *
kiosk_session_shown (KioskSession *self)
{
  return self->shown_from == SHOWN_FOUND ? self->found
                                         : kiosk_session_record (self, self->shown_txid);
}

void
kiosk_session_forget_codes (KioskSession *self)
{
  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_clear_pointer (&self->code, kiosk_wipe_bytes);
  g_clear_pointer (&self->code_text, kiosk_wipe_string);
  g_clear_pointer (&self->presented, kiosk_holder_free);
  kiosk_session_set_found (self, NULL);
  self->guidance = self->mistake = self->mistaken = "";
  self->seen = 0;
  self->taken = FALSE;
}

void
kiosk_session_forget_enrolling (KioskSession *self)
{
  KioskEnrolling *enrolling = &self->enrolling;

  g_clear_pointer (&enrolling->portrait, kiosk_wipe_bytes);
  g_clear_pointer (&enrolling->ticket, kiosk_ticket_free);
  g_clear_pointer (&enrolling->binding, kiosk_wipe_string);
  g_clear_pointer (&enrolling->phone_digits, kiosk_wipe_string);
  explicit_bzero (enrolling, sizeof *enrolling);
  enrolling->portrait_problem = "";
}

static char *
moment_text (gint64 wall_ms)
{
  g_autoptr (GDateTime) moment
    = g_date_time_new_from_unix_utc (wall_ms / 1000 + HONG_KONG_OFFSET_S);

  return g_date_time_format (moment, "%Y-%m-%d %H:%M");
}

/* What was captured, as the form shows it. */
static void
add_enrolling (KioskFacts *facts, const KioskEnrolling *enrolling)
{
  g_autofree char *consent = g_strdup_printf ("%" G_GINT64_FORMAT, enrolling->consent_version);
  g_autofree char *portrait = moment_text (enrolling->portrait_ms);

  if (enrolling->consent_version > 0)
    kiosk_facts_set (facts, "enrol.consent", consent);
  if (enrolling->portrait != NULL)
    kiosk_facts_set (facts, "enrol.portrait", portrait);
  if (enrolling->phone_digits != NULL)
    kiosk_facts_set (facts, "enrol.phone", enrolling->phone_digits);
}

void
kiosk_session_set_found (KioskSession *self, KioskRecord *record)
{
  if (self->found != NULL)
    kiosk_wipe_string (g_steal_pointer (&self->found->receipt));
  g_clear_pointer (&self->found, kiosk_record_free);
  self->found = record;
}

void
kiosk_session_forget_keys (KioskSession *self)
{
  for (guint i = 0; i < N_KEY_FIELDS; i++)
    g_clear_pointer (&self->key_values[i], kiosk_wipe_string);
  self->key_first = self->key_field = N_KEY_FIELDS;
  self->key_error = KEY_ERROR_NONE;
  self->key_pending = FALSE;
  self->key_proved = FALSE;
  self->wrong_keys = 0;
  self->tries_left = -1;
}

/* Upper case, without the spaces and hyphens that documents print between groups. */
static char *
plain_number (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    if (*p != ' ' && *p != '-')
      g_string_append_c (plain, g_ascii_toupper (*p));
  return g_string_free (plain, FALSE);
}

static gboolean
all_of (const char *text, gsize shortest, gsize longest, gboolean (*is) (char))
{
  gsize length = strlen (text);

  if (length < shortest || length > longest)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!is (text[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_digit (char c)
{
  return g_ascii_isdigit (c);
}

static gboolean
is_letter_or_digit (char c)
{
  return g_ascii_isalnum (c);
}

static gboolean
is_date (const char *text)
{
  guint year, month, day;
  char end;

  return strlen (text) == 10 && text[4] == '-' && text[7] == '-'
         && sscanf (text, "%4u-%2u-%2u%c", &year, &month, &day, &end) == 3
         && g_date_valid_dmy ((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

gboolean
kiosk_session_key_is_formed (KeyField field, const char *value)
{
  char *plain;
  gboolean formed;

  if (field == KEY_BIRTH_DATE || field == KEY_EXPIRY_DATE)
    return is_date (value);
  plain = plain_number (value);
  formed = field == KEY_CAN ? all_of (plain, CAN_LENGTH, CAN_LENGTH, is_digit)
                            : all_of (plain, 1, DOCUMENT_NUMBER_MAX, is_letter_or_digit);
  kiosk_wipe_string (plain);
  return formed;
}

/* "1999-12-31" → "991231": two digits of the year are all that the machine-readable lines hold. */
static void
short_date (const char *date, char ret_short[7])
{
  const char digits[7] = { date[2], date[3], date[5], date[6], date[8], date[9], '\0' };

  memcpy (ret_short, digits, sizeof digits);
}

KioskSecret *
kiosk_session_key (KioskSession *self, KioskCardKey *ret_kind)
{
  char *number, *key;
  char birth[7], expiry[7];

  if (self->key_field == KEY_CAN)
    {
      *ret_kind = KIOSK_CARD_KEY_CAN;
      return kiosk_secret_new_take (plain_number (self->key_values[KEY_CAN]));
    }

  *ret_kind = KIOSK_CARD_KEY_MRZ;
  number = plain_number (self->key_values[KEY_DOCUMENT_NUMBER]);
  short_date (self->key_values[KEY_BIRTH_DATE], birth);
  short_date (self->key_values[KEY_EXPIRY_DATE], expiry);
  key = g_strdup_printf ("%s,%s,%s", number, birth, expiry);
  kiosk_wipe_string (number);
  explicit_bzero (birth, sizeof birth);
  explicit_bzero (expiry, sizeof expiry);
  return kiosk_secret_new_take (key);
}

char *
kiosk_session_day (gint64 wall_ms)
{
  g_autoptr (GDateTime) moment
    = g_date_time_new_from_unix_utc (wall_ms / 1000 + HONG_KONG_OFFSET_S);

  return g_date_time_format (moment, "%Y-%m-%d");
}

KioskFacts *
kiosk_session_facts (const KioskSession *self)
{
  KioskFacts *facts = kiosk_facts_new ();
  const KioskHolder *holder = self->holder;
  const struct
  {
    const char *name, *value;
  } known[] = {
    { "today", self->today },
    { "holder.name", holder->name_latin },
    { "holder.name_chinese", holder->name_chinese },
    { "holder.number", holder->number },
    { "holder.birth", holder->birth_date },
    { "holder.document", holder->number_is_hkid ? "hkid" : "travel" },
    { "holder.assurance", kiosk_assurance_name (holder->assurance) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].value != NULL)
      kiosk_facts_set (facts, known[i].name, known[i].value);
  add_enrolling (facts, &self->enrolling);
  return facts;
}
