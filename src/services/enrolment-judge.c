#include "services/enrolment.h"

#include "trust/binding-verify.h"

#include <string.h>

#define HOUR_MS  (G_GINT64_CONSTANT (3600) * 1000)
#define SKEW_MS  (5 * G_GINT64_CONSTANT (60000))
#define KEY_HEAD 6 /* bytes of its digest that are shown */

static gboolean
refuse (GError **error, KioskEnrolmentError code, const char *what)
{
  g_set_error (error, KIOSK_ENROLMENT_ERROR, (int)code, "enrolment: %s", what);
  return FALSE;
}

/* A frame's header: baseline and what descends from it, C4, C8 and CC being other things. */
static gboolean
is_frame (guint8 marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* ITU-T T.81, B.1: markers FF xx, each but the first with a length of two bytes. */
static gboolean
jpeg_size (const guint8 *data, gsize length, guint *ret_width, guint *ret_height)
{
  gsize at = 2;

  if (length < 4 || data[0] != 0xff || data[1] != 0xd8 || data[length - 2] != 0xff
      || data[length - 1] != 0xd9)
    return FALSE;
  while (at + 9 <= length && data[at] == 0xff)
    {
      gsize segment = ((gsize)data[at + 2] << 8) | data[at + 3];

      if (is_frame (data[at + 1]))
        {
          *ret_height = (guint)data[at + 5] << 8 | data[at + 6];
          *ret_width = (guint)data[at + 7] << 8 | data[at + 8];
          return segment >= 8;
        }
      at += 2 + MAX (segment, 2);
    }
  return FALSE;
}

static gboolean
is_side (guint pixels)
{
  return pixels >= KIOSK_ENROLMENT_SIDE_MIN && pixels <= KIOSK_ENROLMENT_SIDE_MAX;
}

gboolean
kiosk_enrolment_check_portrait (GBytes *jpeg, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (jpeg, &length);
  guint width = 0, height = 0;

  return (length <= KIOSK_ENROLMENT_PORTRAIT_MAX && jpeg_size (data, length, &width, &height)
          && is_side (width) && is_side (height))
         || refuse (error, KIOSK_ENROLMENT_ERROR_PORTRAIT, "no picture of a size to look at");
}

char *
kiosk_enrolment_key_digits (const KioskBinding *binding)
{
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  GString *text = g_string_new (NULL);

  g_checksum_update (checksum, g_bytes_get_data (binding->key, NULL),
                     (gssize)g_bytes_get_size (binding->key));
  g_checksum_get_digest (checksum, digest, &length);
  g_checksum_free (checksum);
  for (guint i = 0; i < KEY_HEAD; i++)
    g_string_append_printf (text, "%s%02X", i > 0 && i % 2 == 0 ? " " : "", digest[i]);
  return g_string_free (text, FALSE);
}

static gboolean
says (const KioskFacts *answers, const char *ref, const char *wanted)
{
  const char *answer = kiosk_facts_get (answers, ref);

  return g_strcmp0 (answer == NULL ? "" : answer, wanted == NULL ? "" : wanted) == 0;
}

/* What was reviewed and declared is what the card said and the phone showed. */
static gboolean
require_same (const KioskEnrolment *self, const KioskFacts *answers, const KioskBinding *binding,
              GError **error)
{
  g_autofree char *digits = kiosk_enrolment_key_digits (binding);
  g_autofree char *consent = g_strdup_printf ("%" G_GINT64_FORMAT, self->consent_version);

  return (says (answers, "/data/holder/name", self->evidence->name_latin)
          && says (answers, "/data/holder/name_chinese", self->evidence->name_chinese)
          && says (answers, "/data/holder/number", self->evidence->national_number)
          && says (answers, "/data/holder/birth", self->evidence->birth_date)
          && says (answers, "/data/enrol/consent", consent)
          && says (answers, "/data/enrol/phone", digits))
         || refuse (error, KIOSK_ENROLMENT_ERROR_DIFFERS, "the form says other than was captured");
}

static KioskBinding *
require_phone (const KioskEnrolment *self, const char *kiosk, gint64 sealed_ms, GError **error)
{
  g_autoptr (KioskBinding) binding
    = kiosk_binding_parse (self->binding, strlen (self->binding), NULL);

  if (binding != NULL && kiosk_binding_check (binding, NULL)
      && g_str_equal (binding->audience, kiosk) && binding->issued_ms >= sealed_ms - HOUR_MS
      && binding->issued_ms <= sealed_ms + SKEW_MS)
    return g_steal_pointer (&binding);
  refuse (error, KIOSK_ENROLMENT_ERROR_PHONE, "the phone has not proved its key to this kiosk");
  return NULL;
}

static gboolean
require_captured (const KioskEnrolment *self, const KioskService *service, GError **error)
{
  if (self->consent_version != kiosk_service_consent_version (service))
    return refuse (error, KIOSK_ENROLMENT_ERROR_CONSENT, "consent to another wording");
  if (!kiosk_evidence_is_proved (self->evidence) || self->evidence->national_number == NULL)
    return refuse (error, KIOSK_ENROLMENT_ERROR_EVIDENCE, "the card was not proved");
  if (self->evidence->portrait == NULL)
    return refuse (error, KIOSK_ENROLMENT_ERROR_CHIP, "the chip gave no portrait");
  return kiosk_enrolment_check_portrait (self->portrait, error);
}

/* Days of this form sort as text. */
static gboolean
require_age (const KioskEnrolment *self, const char *today, GError **error)
{
  g_autofree char *latest = NULL;
  int year = 0;

  if (sscanf (today, "%4d", &year) == 1 && strlen (today) == 10)
    latest = g_strdup_printf ("%04d%s", year - 18, today + 4);
  return (latest != NULL && self->evidence->birth_date != NULL
          && strcmp (self->evidence->birth_date, latest) <= 0)
         || refuse (error, KIOSK_ENROLMENT_ERROR_AGE, "not of age");
}

gboolean
kiosk_enrolment_judge (const KioskEnrolment *self, KioskCatalogue *catalogue,
                       const KioskService *service, const char *kiosk, const char *today,
                       gint64 sealed_ms, KioskBinding **ret_binding, GError **error)
{
  g_autoptr (KioskBinding) binding = NULL;
  g_autoptr (KioskFacts) answers = NULL;
  gint64 fee_cents = 0;

  if (!require_captured (self, service, error) || !require_age (self, today, error))
    return FALSE;
  binding = require_phone (self, kiosk, sealed_ms, error);
  if (binding == NULL
      || !kiosk_form_recompute (catalogue, service, self->form, today, &fee_cents, &answers, error)
      || !require_same (self, answers, binding, error))
    return FALSE;
  if (ret_binding != NULL)
    *ret_binding = g_steal_pointer (&binding);
  return TRUE;
}
