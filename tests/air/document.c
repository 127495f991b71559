#include <openssl/x509v3.h>
#include <string.h>

#include "air.h"
#include "trust/sod.h"

#define YEAR_MS (G_GINT64_CONSTANT (366) * 24 * 3600 * 1000)

static void
put (AirDocument *self, guint identifier, GBytes *content)
{
  g_hash_table_insert (self->card->files, GUINT_TO_POINTER (identifier), content);
}

static GBytes *
file (const AirDocument *self, guint group)
{
  return kiosk_emu_card_file (self->card, KIOSK_LDS_EF_DG (group));
}

static GBytes *
make_dg1 (void)
{
  char code[] = "P", state[] = "UTO", number[] = "L898902C3", optional[] = "ZE184226B",
       birth[] = "740812", sex[] = "F", expiry[] = "320415", surname[] = "ERIKSSON",
       given[] = "ANNA MARIA", none[] = "";
  KioskMrz mrz = { .form = KIOSK_MRZ_TD3,
                   .document_code = code,
                   .issuing_state = state,
                   .document_number = number,
                   .optional_1 = optional,
                   .optional_2 = none,
                   .birth = birth,
                   .sex = sex,
                   .expiry = expiry,
                   .nationality = state,
                   .surname = surname,
                   .given_names = given };
  g_autofree char *zone = kiosk_mrz_print (&mrz);

  g_assert_nonnull (zone);
  return kiosk_lds_build_dg1 (zone);
}

/* A picture whose beginning and end are a JPEG's. */
static GBytes *
make_dg2 (gsize length)
{
  gsize picture_length = length;

  for (;;)
    {
      guint8 *picture = g_malloc0 (picture_length);
      g_autoptr (GBytes) bytes = NULL, dg2 = NULL;

      memcpy (picture, "\xff\xd8\xff\xe0", 4);
      memcpy (picture + picture_length - 2, "\xff\xd9", 2);
      bytes = g_bytes_new_take (picture, picture_length);
      dg2 = kiosk_lds_build_dg2 (bytes, 240, 320);
      if (g_bytes_get_size (dg2) == length)
        return g_steal_pointer (&dg2);
      picture_length -= g_bytes_get_size (dg2) - length;
    }
}

/* SecurityInfos of one entry that nobody knows. */
static GBytes *
make_dg14 (gsize length)
{
  static const guint8 oid[] = { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xff, 0x7f };
  static const guint8 version = 1;
  gsize filling = length;

  for (;;)
    {
      g_autoptr (GByteArray) info = g_byte_array_new (), set = g_byte_array_new ();
      g_autoptr (GByteArray) sequence = g_byte_array_new (), group = g_byte_array_new ();
      g_autofree guint8 *zeros = g_malloc0 (filling);

      kiosk_tlv_append (info, 0x06, oid, sizeof oid);
      kiosk_tlv_append (info, 0x02, &version, 1);
      kiosk_tlv_append (info, 0x04, zeros, filling);
      kiosk_tlv_append (sequence, 0x30, info->data, info->len);
      kiosk_tlv_append (set, 0x31, sequence->data, sequence->len);
      kiosk_tlv_append (group, 0x6e, set->data, set->len);
      if (group->len == length)
        return g_bytes_new (group->data, group->len);
      filling -= group->len - length;
    }
}

static X509 *
issue (KioskCertRole role, const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
  gint64 now = g_get_real_time () / 1000;
  const KioskCertTemplate template = { .role = role,
                                       .common_name = name,
                                       .country = "UT",
                                       .not_before_ms = now - YEAR_MS,
                                       .not_after_ms = now + YEAR_MS };
  g_autoptr (GError) error = NULL;
  X509 *cert = kiosk_pki_issue (&template, key, issuer, issuer_key, &error);

  g_assert_no_error (error);
  return cert;
}

/* The document signer's certificate carries a remark as long as it takes. */
static GBytes *
make_sod (AirDocument *self, gsize length)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  gsize remark = 100;

  for (guint number = 1; number <= KIOSK_LDS_GROUPS; number++)
    g_ptr_array_add (groups, file (self, number));
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (&error);
      g_autoptr (X509) cert = issue (KIOSK_CERT_DS, "Air DS", key, self->csca, self->csca_key);
      g_autofree char *text = g_strnfill (remark, 'x');
      X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, NID_netscape_comment, text);
      const KioskSigner signer = { cert, key };
      g_autoptr (GBytes) sod = NULL;

      X509_add_ext (cert, extension, -1);
      X509_EXTENSION_free (extension);
      g_assert_cmpint (X509_sign (cert, self->csca_key, EVP_sha256 ()), >, 0);
      sod = kiosk_sod_create (groups, &signer, &error);
      g_assert_no_error (error);
      if (g_bytes_get_size (sod) == length)
        return g_steal_pointer (&sod);
      remark = remark + length - g_bytes_get_size (sod);
    }
}

void
air_document_init (AirDocument *self, gsize dg2, gsize dg14, gsize sod)
{
  g_autoptr (GError) error = NULL;

  self->card = kiosk_emu_card_new ("air");
  g_assert_true (kiosk_emu_radio_set (&self->card->radio, "uid", "04a1b2c3d4e5f6"));
  self->card->bac = TRUE;
  self->mrz = g_strdup ("L898902C3,740812,320415");
  self->card->mrz_key
    = kiosk_secret_new_take (kiosk_mrz_access_info ("L898902C3", "740812", "320415"));
  self->csca_key = kiosk_pki_key_new (&error);
  g_assert_no_error (error);
  self->csca = issue (KIOSK_CERT_CSCA, "Air CSCA", self->csca_key, NULL, self->csca_key);
  put (self, KIOSK_LDS_EF_DG (1), make_dg1 ());
  put (self, KIOSK_LDS_EF_DG (2), make_dg2 (dg2));
  put (self, KIOSK_LDS_EF_DG (14), make_dg14 (dg14));
  put (self, KIOSK_LDS_EF_SOD, make_sod (self, sod));
}

void
air_document_clear (AirDocument *self)
{
  kiosk_emu_card_unref (self->card);
  X509_free (self->csca);
  EVP_PKEY_free (self->csca_key);
  g_free (self->mrz);
}
