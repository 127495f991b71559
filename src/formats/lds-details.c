#include "formats/lds-details.h"

#include <string.h>

#include "base/secret.h"
#include "formats/lds-private.h"

#define TAG_SIGNATURE    0x5f43
#define TAG_LIST         0xa0
#define TAG_OTHER_NAME   0x5f0f
#define TAG_OTHER_HOLDER 0x5f1a

typedef enum
{
  NAME,  /* 9303-3's filler: "<<" between its two parts, "<" for a space */
  TEXT,  /* filler for a space */
  PARTS, /* filler between parts */
  DATE,  /* YYYYMMDD, as digits or packed */
  TIME,  /* YYYYMMDDhhmmss, likewise */
} Form;

typedef struct
{
  guint32 tag;
  Form form;
  gsize offset;
} Field;

static const Field person_fields[] = {
  { 0x5f0e, NAME, G_STRUCT_OFFSET (KioskLdsPerson, name) },
  { 0x5f10, TEXT, G_STRUCT_OFFSET (KioskLdsPerson, personal_number) },
  { 0x5f2b, DATE, G_STRUCT_OFFSET (KioskLdsPerson, birth_date) },
  { 0x5f11, PARTS, G_STRUCT_OFFSET (KioskLdsPerson, birth_place) },
  { 0x5f42, PARTS, G_STRUCT_OFFSET (KioskLdsPerson, address) },
  { 0x5f12, TEXT, G_STRUCT_OFFSET (KioskLdsPerson, telephone) },
  { 0x5f13, TEXT, G_STRUCT_OFFSET (KioskLdsPerson, profession) },
  { 0x5f14, TEXT, G_STRUCT_OFFSET (KioskLdsPerson, title) },
  { 0x5f15, TEXT, G_STRUCT_OFFSET (KioskLdsPerson, summary) },
  { 0x5f17, PARTS, G_STRUCT_OFFSET (KioskLdsPerson, other_documents) },
  { 0x5f18, TEXT, G_STRUCT_OFFSET (KioskLdsPerson, custody) },
};

static const Field issue_fields[] = {
  { 0x5f19, TEXT, G_STRUCT_OFFSET (KioskLdsIssue, authority) },
  { 0x5f26, DATE, G_STRUCT_OFFSET (KioskLdsIssue, issue_date) },
  { 0x5f1b, TEXT, G_STRUCT_OFFSET (KioskLdsIssue, endorsements) },
  { 0x5f1c, TEXT, G_STRUCT_OFFSET (KioskLdsIssue, tax_requirements) },
  { 0x5f55, TIME, G_STRUCT_OFFSET (KioskLdsIssue, personalised) },
  { 0x5f56, TEXT, G_STRUCT_OFFSET (KioskLdsIssue, system) },
};

GBytes *
kiosk_lds_parse_dg7 (GBytes *dg7, const char **ret_type, GError **error)
{
  KioskTlv outer, picture;

  if (!kiosk_lds_open (dg7, kiosk_lds_group_tag (7), &outer, "DG7 has no tag 67", error))
    return NULL;
  if (!kiosk_tlv_find (outer.value, outer.length, TAG_SIGNATURE, &picture, NULL))
    {
      kiosk_lds_malformed (error, "DG7 holds no picture");
      return NULL;
    }
  return kiosk_lds_take_picture (picture.value, picture.length, ret_type, error);
}

/* @first stands for the first run of two fillers, @others for every other filler; those at the end
 * go. */
static char *
spell (const KioskTlv *tlv, const char *first, const char *others)
{
  GString *text = g_string_sized_new (tlv->length * 2 + 1);
  gsize length = tlv->length;

  while (length > 0 && tlv->value[length - 1] == '<')
    length--;
  for (gsize i = 0; i < length; i++)
    if (tlv->value[i] != '<')
      g_string_append_c (text, (char)tlv->value[i]);
    else if (first != NULL && tlv->value[i + 1] == '<')
      {
        g_string_append (text, first);
        first = NULL;
        i++;
      }
    else
      g_string_append (text, others);
  return g_string_free (text, FALSE);
}

/* The digits of a moment, 8 or 14 of them; NULL: neither digits nor packed digits. */
static char *
take_digits (const KioskTlv *tlv, gsize n_digits)
{
  GString *digits = g_string_sized_new (n_digits + 1);

  if (tlv->length == n_digits)
    g_string_append_len (digits, (const char *)tlv->value, (gssize)n_digits);
  else if (tlv->length == n_digits / 2)
    for (gsize i = 0; i < tlv->length; i++)
      g_string_append_printf (digits, "%02x", tlv->value[i]);
  for (gsize i = 0; i < digits->len; i++)
    if (!g_ascii_isdigit (digits->str[i]))
      g_string_truncate (digits, 0);
  return g_string_free (digits, digits->len != n_digits);
}

/* Parts that are not known are 0. */
static char *
take_moment (const KioskTlv *tlv, gboolean with_time)
{
  char *digits = take_digits (tlv, with_time ? 14 : 8), *moment = NULL;

  if (digits == NULL)
    return NULL;
  if (strncmp (digits + 4, "12", 2) <= 0 && strncmp (digits + 6, "31", 2) <= 0)
    moment = with_time ? g_strdup_printf ("%.4s-%.2s-%.2s %.2s:%.2s:%.2s", digits, digits + 4,
                                          digits + 6, digits + 8, digits + 10, digits + 12)
                       : g_strdup_printf ("%.4s-%.2s-%.2s", digits, digits + 4, digits + 6);
  kiosk_wipe_string (digits);
  return moment;
}

static char *
take (const KioskTlv *tlv, Form form)
{
  if (form == DATE || form == TIME)
    return take_moment (tlv, form == TIME);
  if (!kiosk_lds_is_text ((const char *)tlv->value, tlv->length))
    return NULL;
  return spell (tlv, form == NAME ? ", " : NULL, form == PARTS ? ", " : " ");
}

/* What is there; an empty value is as good as none. */
static gboolean
take_fields (const KioskTlv *outer, const Field *fields, gsize n_fields, gpointer self,
             GError **error)
{
  KioskTlvCursor cursor = kiosk_tlv_inside (outer);
  KioskTlv tlv;

  while (cursor.length > 0)
    {
      if (!kiosk_tlv_next (&cursor, &tlv, NULL))
        return kiosk_lds_malformed (error, "a data group's tags are damaged");
      for (gsize i = 0; i < n_fields; i++)
        {
          char **slot = G_STRUCT_MEMBER_P (self, fields[i].offset);

          if (tlv.tag != fields[i].tag || *slot != NULL || tlv.length == 0)
            continue;
          *slot = take (&tlv, fields[i].form);
          if (*slot == NULL)
            return kiosk_lds_malformed (error, "a data group's text is out of form");
        }
    }
  return TRUE;
}

/* Every @tag of the run, and of the lists in it. */
static gboolean
take_names (const KioskTlv *outer, guint32 tag, gboolean is_list, GPtrArray *names, GError **error)
{
  KioskTlvCursor cursor = kiosk_tlv_inside (outer);
  KioskTlv tlv;

  while (cursor.length > 0)
    {
      char *name;

      if (!kiosk_tlv_next (&cursor, &tlv, NULL))
        return kiosk_lds_malformed (error, "a list of names is damaged");
      if (tlv.tag == TAG_LIST && !is_list && !take_names (&tlv, tag, TRUE, names, error))
        return FALSE;
      if (tlv.tag != tag || tlv.length == 0)
        continue;
      name = names->len < KIOSK_LDS_NAMES_MAX ? take (&tlv, NAME) : NULL;
      if (name == NULL)
        return kiosk_lds_malformed (error, "a name is out of form, or one too many");
      g_ptr_array_add (names, name);
    }
  return TRUE;
}

static void
wipe_fields (const Field *fields, gsize n_fields, gpointer self)
{
  for (gsize i = 0; i < n_fields; i++)
    kiosk_wipe_string (*(char **)G_STRUCT_MEMBER_P (self, fields[i].offset));
}

static void
wipe_name (gpointer name)
{
  kiosk_wipe_string (name);
}

void
kiosk_lds_person_free (KioskLdsPerson *self)
{
  if (self == NULL)
    return;
  wipe_fields (person_fields, G_N_ELEMENTS (person_fields), self);
  g_ptr_array_unref (self->other_names);
  g_free (self);
}

KioskLdsPerson *
kiosk_lds_parse_dg11 (GBytes *dg11, GError **error)
{
  g_autoptr (KioskLdsPerson) self = g_new0 (KioskLdsPerson, 1);
  KioskTlv outer;

  self->other_names = g_ptr_array_new_with_free_func (wipe_name);
  if (!kiosk_lds_open (dg11, kiosk_lds_group_tag (11), &outer, "DG11 has no tag 6B", error)
      || !take_fields (&outer, person_fields, G_N_ELEMENTS (person_fields), self, error)
      || !take_names (&outer, TAG_OTHER_NAME, FALSE, self->other_names, error))
    return NULL;
  return g_steal_pointer (&self);
}

static gboolean
is_chinese (const char *text)
{
  for (; text != NULL && *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_get_script (g_utf8_get_char (text)) == G_UNICODE_SCRIPT_HAN)
      return TRUE;
  return FALSE;
}

const char *
kiosk_lds_person_chinese_name (const KioskLdsPerson *self)
{
  if (is_chinese (self->name))
    return self->name;
  for (guint i = 0; i < self->other_names->len; i++)
    if (is_chinese (g_ptr_array_index (self->other_names, i)))
      return g_ptr_array_index (self->other_names, i);
  return NULL;
}

void
kiosk_lds_issue_free (KioskLdsIssue *self)
{
  if (self == NULL)
    return;
  wipe_fields (issue_fields, G_N_ELEMENTS (issue_fields), self);
  g_ptr_array_unref (self->other_persons);
  g_free (self);
}

KioskLdsIssue *
kiosk_lds_parse_dg12 (GBytes *dg12, GError **error)
{
  g_autoptr (KioskLdsIssue) self = g_new0 (KioskLdsIssue, 1);
  KioskTlv outer;

  self->other_persons = g_ptr_array_new_with_free_func (wipe_name);
  if (!kiosk_lds_open (dg12, kiosk_lds_group_tag (12), &outer, "DG12 has no tag 6C", error)
      || !take_fields (&outer, issue_fields, G_N_ELEMENTS (issue_fields), self, error)
      || !take_names (&outer, TAG_OTHER_HOLDER, FALSE, self->other_persons, error))
    return NULL;
  return g_steal_pointer (&self);
}
