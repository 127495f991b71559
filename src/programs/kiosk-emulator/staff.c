#include "staff.h"

#include <openssl/rsa.h>
#include <string.h>

#include "base/file.h"
#include "base/random.h"
#include "base/secret.h"
#include "trust/cms.h"

#define VALID_YEARS 3
#define RSA_BITS    2048
#define PIN_LENGTH  6

typedef struct
{
  const char *card;
  const char *id;
  const char *name;
  const char *role;
  gboolean rsa;
  gboolean revoked; /* in the staff bundle that is made of it */
  gboolean contact; /* no key for card authentication; the other one wants a PIN */
  gboolean copied;  /* another one's certificate, and a key of its own */
} Recipe;

/* Nobody's names. "unknown-officer" is for leaving out of the staff bundle. */
static const Recipe recipes[] = {
  { .card = "officer", .id = "S-1042", .name = "LAM, Hoi Yan", .role = "officer" },
  { .card = "second-officer",
    .id = "S-1007",
    .name = "FUNG, Chi Keung",
    .role = "supervisor",
    .rsa = TRUE },
  { .card = "helper", .id = "S-2210", .name = "SO, Mei Ling", .role = "helper" },
  { .card = "technician", .id = "T-0316", .name = "AU, Pak Hei", .role = "technician" },
  { .card = "revoked-officer",
    .id = "S-0988",
    .name = "TONG, Wai Lun",
    .role = "officer",
    .revoked = TRUE },
  { .card = "unknown-officer", .id = "S-7777", .name = "YIP, Ka Man", .role = "officer" },
  { .card = "copied-officer",
    .id = "S-1042",
    .name = "LAM, Hoi Yan",
    .role = "officer",
    .copied = TRUE },
  { .card = "contact-officer",
    .id = "S-1055",
    .name = "CHOW, Yee Man",
    .role = "officer",
    .contact = TRUE },
};

typedef struct
{
  const char *folder;
  KioskSigner issuer;
  gint64 from_ms, until_ms;
  KioskRandom *random;
  GBytes *first; /* the first card's certificate: the copied one shows it */
} Press;

static KioskCertTemplate
template_of (const Press *press, KioskCertRole role, const char *name)
{
  return (KioskCertTemplate){
    .role = role,
    .common_name = name,
    .organization = "Simulation",
    .country = "CN",
    .not_before_ms = press->from_ms,
    .not_after_ms = press->until_ms,
  };
}

static gboolean
make_issuer (Press *press, GError **error)
{
  const KioskCertTemplate template
    = template_of (press, KIOSK_CERT_CA, "Simulated Staff Card Issuer");
  g_autofree char *path = g_build_filename (press->folder, "staff-ca.pem", NULL);
  g_autoptr (GBytes) content = NULL;
  char *pem;

  press->issuer.key = kiosk_pki_key_new (error);
  if (press->issuer.key == NULL)
    return FALSE;
  press->issuer.cert
    = kiosk_pki_issue (&template, press->issuer.key, NULL, press->issuer.key, error);
  if (press->issuer.cert == NULL)
    return FALSE;
  pem = kiosk_pki_cert_to_pem (press->issuer.cert);
  content = g_bytes_new_take (pem, strlen (pem));
  return kiosk_file_write (path, content, 0644, error);
}

static char *
make_pin (KioskRandom *random)
{
  char *pin = g_new0 (char, PIN_LENGTH + 1);

  for (guint i = 0; i < PIN_LENGTH; i++)
    pin[i] = (char)('0' + kiosk_random_below (random, 10));
  return pin;
}

static gboolean
write_ini (Press *press, const Recipe *recipe, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "card.ini", NULL);
  g_autoptr (GKeyFile) ini = g_key_file_new ();
  char *pin = make_pin (press->random);
  g_autoptr (GBytes) content = NULL;
  gsize length;
  char *text;

  g_key_file_set_string (ini, "radio", "uid", "random");
  g_key_file_set_boolean (ini, "piv", "9a-wants-pin", recipe->contact);
  g_key_file_set_string (ini, "staff", "id", recipe->id);
  g_key_file_set_string (ini, "staff", "name", recipe->name);
  g_key_file_set_string (ini, "staff", "role", recipe->role);
  g_key_file_set_boolean (ini, "staff", "revoked", recipe->revoked);
  g_key_file_set_string (ini, "staff", "pin", pin);
  kiosk_wipe_string (pin);
  text = g_key_file_to_data (ini, &length, NULL);
  content = g_bytes_new_take (text, length);
  return kiosk_file_write (path, content, 0600, error);
}

static GBytes *
make_certificate (Press *press, const Recipe *recipe, EVP_PKEY *key, GError **error)
{
  const KioskCertTemplate template = template_of (press, KIOSK_CERT_STAFF, recipe->id);
  g_autoptr (X509) cert = NULL;

  if (recipe->copied)
    return g_bytes_ref (press->first);
  cert = kiosk_pki_issue (&template, key, press->issuer.cert, press->issuer.key, error);
  return cert == NULL ? NULL : kiosk_pki_cert_to_der (cert);
}

static gboolean
write_slot (Press *press, const Recipe *recipe, const char *folder, const char *slot,
            GError **error)
{
  g_autofree char *key_name = g_strconcat (slot, ".key", NULL);
  g_autofree char *cert_name = g_strconcat (slot, ".der", NULL);
  g_autofree char *key_path = g_build_filename (folder, key_name, NULL);
  g_autofree char *cert_path = g_build_filename (folder, cert_name, NULL);
  g_autoptr (EVP_PKEY) key = recipe->rsa ? EVP_RSA_gen (RSA_BITS) : kiosk_pki_key_new (error);
  g_autoptr (GBytes) certificate = NULL;

  if (key == NULL && recipe->rsa)
    kiosk_trust_set_openssl_error (error, KIOSK_TRUST_ERROR_INTERNAL, "making a key");
  if (key != NULL)
    certificate = make_certificate (press, recipe, key, error);
  if (certificate == NULL || !kiosk_pki_key_save (key, key_path, error))
    return FALSE;
  if (press->first == NULL)
    press->first = g_bytes_ref (certificate);
  return kiosk_file_write (cert_path, certificate, 0644, error);
}

static gboolean
make_card (Press *press, const Recipe *recipe, GError **error)
{
  g_autofree char *folder = g_build_filename (press->folder, "cards", recipe->card, NULL);

  return kiosk_folder_make (folder, 0700, error) && write_ini (press, recipe, folder, error)
         && (recipe->contact || write_slot (press, recipe, folder, "9E", error))
         && (recipe->copied || write_slot (press, recipe, folder, "9A", error));
}

gboolean
kiosk_emu_staff_make (const char *folder, GDateTime *today, GError **error)
{
  g_autoptr (GDateTime) from = g_date_time_add_days (today, -1);
  g_autoptr (GDateTime) until = g_date_time_add_years (today, VALID_YEARS);
  Press press = {
    .folder = folder,
    .from_ms = g_date_time_to_unix (from) * 1000,
    .until_ms = g_date_time_to_unix (until) * 1000,
    .random = kiosk_random_new_system (),
  };
  gboolean done = make_issuer (&press, error);

  for (gsize i = 0; done && i < G_N_ELEMENTS (recipes); i++)
    done = make_card (&press, &recipes[i], error);
  kiosk_signer_clear (&press.issuer);
  g_clear_pointer (&press.first, g_bytes_unref);
  kiosk_random_unref (press.random);
  return done;
}
