#include "services/enrolment.h"

#include "base/secret.h"
#include "formats/cbor-item.h"

#include <string.h>

G_DEFINE_QUARK (kiosk_enrolment_error, kiosk_enrolment_error)

#define VERSION      1
#define N_MEMBERS    7
#define EVIDENCE_MAX (256 * 1024)
#define LANGUAGE_MAX 16

enum
{
  MEMBER_VERSION = 1,
  MEMBER_FORM,
  MEMBER_EVIDENCE,
  MEMBER_PORTRAIT,
  MEMBER_BINDING,
  MEMBER_CONSENT,
  MEMBER_LANGUAGE,
};

static const char *const reasons[] = {
  [KIOSK_ENROLMENT_ERROR_MALFORMED] = "form-malformed",
  [KIOSK_ENROLMENT_ERROR_DIFFERS] = "form-differs",
  [KIOSK_ENROLMENT_ERROR_EVIDENCE] = "evidence",
  [KIOSK_ENROLMENT_ERROR_CHIP] = "portrait-missing",
  [KIOSK_ENROLMENT_ERROR_PORTRAIT] = "portrait-unclear",
  [KIOSK_ENROLMENT_ERROR_PHONE] = "phone",
  [KIOSK_ENROLMENT_ERROR_CONSENT] = "consent",
  [KIOSK_ENROLMENT_ERROR_AGE] = "age",
};

const char *
kiosk_enrolment_error_reason (KioskEnrolmentError code)
{
  return (guint)code < G_N_ELEMENTS (reasons) ? reasons[code] : reasons[0];
}

static gboolean
refuse (GError **error, KioskEnrolmentError code, const char *what)
{
  g_set_error (error, KIOSK_ENROLMENT_ERROR, (int)code, "enrolment: %s", what);
  return FALSE;
}

void
kiosk_enrolment_free (KioskEnrolment *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->form, kiosk_wipe_bytes);
  g_clear_pointer (&self->evidence, kiosk_evidence_free);
  g_clear_pointer (&self->portrait, kiosk_wipe_bytes);
  kiosk_wipe_string (self->binding);
  g_free (self->language);
  g_free (self);
}

/* (transfer full): little endian, whatever this machine is. */
static GBytes *
evidence_bytes (const KioskEvidence *evidence)
{
  g_autoptr (GVariant) native = kiosk_evidence_to_variant (evidence);
#if G_BYTE_ORDER == G_BIG_ENDIAN
  g_autoptr (GVariant) little = g_variant_byteswap (native);
#else
  g_autoptr (GVariant) little = g_variant_get_normal_form (native);
#endif
  gsize length = g_variant_get_size (little);
  guint8 *data = g_malloc (length);

  g_variant_store (little, data);
  return g_bytes_new_take (data, length);
}

static KioskEvidence *
read_evidence (GBytes *bytes)
{
  g_autoptr (GVariant) little
    = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));

  if (!g_variant_is_normal_form (little))
    return NULL;
#if G_BYTE_ORDER == G_BIG_ENDIAN
  g_autoptr (GVariant) native = g_variant_byteswap (little);
  return kiosk_evidence_from_variant (native, NULL);
#else
  return kiosk_evidence_from_variant (little, NULL);
#endif
}

static gboolean
is_whole (const KioskEnrolment *self)
{
  return self->form != NULL && g_bytes_get_size (self->form) > 0
         && g_bytes_get_size (self->form) <= KIOSK_SUBMISSION_MAX && self->evidence != NULL
         && self->portrait != NULL && g_bytes_get_size (self->portrait) > 0
         && g_bytes_get_size (self->portrait) <= KIOSK_ENROLMENT_PORTRAIT_MAX
         && self->binding != NULL && *self->binding != '\0'
         && strlen (self->binding) <= KIOSK_BINDING_TEXT_MAX && self->consent_version > 0
         && self->language != NULL && *self->language != '\0'
         && strlen (self->language) <= LANGUAGE_MAX;
}

GBytes *
kiosk_enrolment_encode (const KioskEnrolment *self, GError **error)
{
  cbor_item_t *map = NULL;
  GBytes *evidence = NULL, *bytes = NULL;

  if (!is_whole (self))
    {
      refuse (error, KIOSK_ENROLMENT_ERROR_MALFORMED, "it is not complete");
      return NULL;
    }
  map = cbor_new_definite_map (N_MEMBERS);
  evidence = evidence_bytes (self->evidence);
  kiosk_cbor_map_put (map, MEMBER_VERSION, kiosk_cbor_new_integer (VERSION));
  kiosk_cbor_map_put (map, MEMBER_FORM, kiosk_cbor_new_bytes (self->form));
  kiosk_cbor_map_put (map, MEMBER_EVIDENCE, kiosk_cbor_new_bytes (evidence));
  kiosk_cbor_map_put (map, MEMBER_PORTRAIT, kiosk_cbor_new_bytes (self->portrait));
  kiosk_cbor_map_put (map, MEMBER_BINDING, kiosk_cbor_new_text (self->binding));
  kiosk_cbor_map_put (map, MEMBER_CONSENT, kiosk_cbor_new_integer (self->consent_version));
  kiosk_cbor_map_put (map, MEMBER_LANGUAGE, kiosk_cbor_new_text (self->language));
  bytes = kiosk_cbor_encode (map);
  kiosk_cbor_item_wipe (map);
  kiosk_wipe_bytes (evidence);
  return bytes;
}

static GBytes *
read_bytes (const cbor_item_t *map, gint64 member, gsize maximum)
{
  return kiosk_cbor_get_bytes (kiosk_cbor_map_get (map, member), "member", 1, maximum, NULL);
}

static gboolean
read_members (KioskEnrolment *self, const cbor_item_t *map)
{
  GBytes *evidence = read_bytes (map, MEMBER_EVIDENCE, EVIDENCE_MAX);
  gint64 version = 0;

  if (evidence != NULL)
    self->evidence = read_evidence (evidence);
  g_clear_pointer (&evidence, kiosk_wipe_bytes);
  self->form = read_bytes (map, MEMBER_FORM, KIOSK_SUBMISSION_MAX);
  self->portrait = read_bytes (map, MEMBER_PORTRAIT, KIOSK_ENROLMENT_PORTRAIT_MAX);
  self->binding = kiosk_cbor_get_text (kiosk_cbor_map_get (map, MEMBER_BINDING), "member",
                                       KIOSK_BINDING_TEXT_MAX, NULL);
  self->language
    = kiosk_cbor_get_text (kiosk_cbor_map_get (map, MEMBER_LANGUAGE), "member", LANGUAGE_MAX, NULL);
  return kiosk_cbor_get_integer (kiosk_cbor_map_get (map, MEMBER_VERSION), "member", VERSION,
                                 VERSION, &version, NULL)
         && kiosk_cbor_get_integer (kiosk_cbor_map_get (map, MEMBER_CONSENT), "member", 1, G_MAXINT,
                                    &self->consent_version, NULL)
         && cbor_map_size (map) == N_MEMBERS && is_whole (self);
}

KioskEnrolment *
kiosk_enrolment_parse (GBytes *bytes, GError **error)
{
  g_autoptr (KioskEnrolment) self = g_new0 (KioskEnrolment, 1);
  cbor_item_t *map = kiosk_cbor_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                        KIOSK_ENROLMENT_MAX, NULL);
  gboolean good = map != NULL && cbor_isa_map (map) && read_members (self, map);

  kiosk_cbor_item_wipe (map);
  if (good)
    return g_steal_pointer (&self);
  refuse (error, KIOSK_ENROLMENT_ERROR_MALFORMED, "it is not in form");
  return NULL;
}
