/* Bundles that must not be taken: each is refused in one line that names the file, and what was
 * installed before stays in force, to the byte. */
#include "bad-input.h"

#include "trust/bundle.h"

#include <string.h>

#define DAY_MS G_GINT64_CONSTANT (86400000)

typedef struct
{
  BadWorld *world;
  KioskSigner one, two;
} Fixture;

static KioskSigner
signer (const BadWorld *world, const char *name)
{
  g_autofree char *cert = g_strdup_printf ("%s/a/authority/%s.pem", world->folder, name);
  g_autofree char *key = g_strdup_printf ("%s/a/authority/%s.key", world->folder, name);
  KioskSigner loaded = { 0 };

  g_assert_true (kiosk_signer_load (cert, key, &loaded, NULL));
  return loaded;
}

/* One kiosk for all cases: what is refused leaves it as it was. */
static void
set_up (Fixture *f)
{
  f->world = bad_world_new ();
  f->one = signer (f->world, "signer-one");
  f->two = signer (f->world, "signer-two");
  bad_kioskd_start (f->world, "https://localhost:1");
  bad_install_good (f->world);
}

static void
tear_down (Fixture *f)
{
  bad_kioskd_stop (f->world);
  kiosk_signer_clear (&f->one);
  kiosk_signer_clear (&f->two);
  bad_world_free (f->world);
}

static char *
good_path (const Fixture *f, const char *name)
{
  return g_strdup_printf ("%s/a/kiosk/bundles/%s.p7", f->world->folder, name);
}

/* Everything that the vault holds of bundles, and how long its log is. */
static char *
stored (const Fixture *f)
{
  g_autofree char *vault = bad_path (f->world, "state/vault/vault.db");

  return bad_ask_sql (vault,
                      "SELECT key, hex(value) FROM item WHERE key LIKE 'bundle%' ORDER BY key;"
                      "SELECT count(*) FROM leaf;\n");
}

static void
must_refuse (Fixture *f, const char *name, const char *path)
{
  g_autofree char *before = stored (f);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *after = NULL;

  g_free (bad_ctl_refused (f->world, (const char *const[]){ "bundle", "install", name, path, NULL },
                           base));
  after = stored (f);
  g_assert_cmpstr (before, ==, after);
  g_assert_nonnull (strstr (before, "bundle/catalogue"));
}

static void
test_files (gconstpointer data)
{
  Fixture *f = (Fixture *)data;
  const char *const names[] = { "trust", "catalogue", "lost-cards" };
  const BadDefect defects[]
    = { BAD_MISSING, BAD_EMPTY, BAD_TRUNCATED, BAD_GARBAGE, BAD_FOLDER, BAD_HUGE, BAD_STRANGER };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (defects); j++)
      {
        g_autofree char *path = good_path (f, names[i]);
        g_autoptr (GBytes) good = bad_read (path);

        bad_damage (f->world, path, defects[j]);
        must_refuse (f, names[i], path);
        bad_restore (path, good);
      }
}

/* (transfer full): what the good bundle of that name says, to be changed. */
static JsonObject *
body_of (const Fixture *f, const char *name)
{
  g_autofree char *path = good_path (f, name);
  g_autoptr (GBytes) cms = bad_read (path);
  g_autoptr (KioskBundle) bundle = kiosk_bundle_open_as_anchor (cms, name, NULL);

  return json_object_ref (bundle->body);
}

static char *
sign (Fixture *f, const char *name, guint64 serial, JsonObject *body, KioskSigner one,
      KioskSigner two)
{
  gint64 now = g_get_real_time () / 1000;
  const KioskSigner signers[2] = { one, two };
  char *path = bad_path (f->world, "tried.p7");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) cms
    = kiosk_bundle_sign (name, serial, now, now + DAY_MS, body, signers, &error);

  g_assert_no_error (error);
  bad_write (path, g_bytes_get_data (cms, NULL), (gssize)g_bytes_get_size (cms));
  return path;
}

/* An authority nobody knows, and a certificate for signing bundles that it gave to itself. */
static KioskSigner
made_up_signer (void)
{
  gint64 now = g_get_real_time () / 1000;
  const KioskCertTemplate template = { .role = KIOSK_CERT_SIGNER,
                                       .common_name = "signer-one",
                                       .not_before_ms = now - DAY_MS,
                                       .not_after_ms = now + DAY_MS };
  KioskSigner signer = { .key = kiosk_pki_key_new (NULL) };

  signer.cert = kiosk_pki_issue (&template, signer.key, NULL, signer.key, NULL);
  g_assert_nonnull (signer.cert);
  return signer;
}

static void
test_signers (gconstpointer data)
{
  Fixture *f = (Fixture *)data;
  KioskSigner first = made_up_signer (), second = made_up_signer ();
  const KioskSigner pairs[][2] = {
    { first, second }, /* strangers */
    { f->one, first }, /* one of ours, one stranger */
  };
  g_autoptr (JsonObject) body = body_of (f, "trust");

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *path = sign (f, "trust", 2, body, pairs[i][0], pairs[i][1]);

      must_refuse (f, "trust", path);
    }
  kiosk_signer_clear (&first);
  kiosk_signer_clear (&second);
}

static void
test_names_and_serials (gconstpointer data)
{
  Fixture *f = (Fixture *)data;
  const struct
  {
    const char *says, *asked;
    guint64 serial;
  } cases[] = {
    { "trust", "trust", 0 },       /* older than the one that is there */
    { "trust", "catalogue", 2 },   /* another bundle */
    { "nonsense", "nonsense", 1 }, /* of no use to anybody */
    { "trust", "../../etc/motd", 1 },
  };
  g_autoptr (JsonObject) body = body_of (f, "trust");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = sign (f, cases[i].says, cases[i].serial, body, f->one, f->two);

      must_refuse (f, cases[i].asked, path);
    }
}

static JsonObject *
form_of (JsonObject *body)
{
  return json_object_get_object_member (json_object_get_object_member (body, "forms"), "td558");
}

static void
newer_format (JsonObject *body)
{
  json_object_set_int_member (body, "format", 2);
}

static void
more_than_we_know (JsonObject *body)
{
  json_object_set_string_member (body, "future", "x");
}

static void
form_cut_short (JsonObject *body)
{
  g_autofree char *text = g_strdup (json_object_get_string_member (form_of (body), "xform"));

  text[strlen (text) / 2] = '\0';
  json_object_set_string_member (form_of (body), "xform", text);
}

static void
form_of_newer_version (JsonObject *body)
{
  json_object_set_int_member (form_of (body), "version", 99);
}

static void
form_missing (JsonObject *body)
{
  json_object_remove_member (json_object_get_object_member (body, "forms"), "td558");
}

static void
no_roles (JsonObject *body)
{
  json_object_remove_member (body, "roles");
}

static void
role_of_junk (JsonObject *body)
{
  JsonArray *certs = json_array_new ();

  json_array_add_string_element (certs, "junk");
  json_object_set_array_member (json_object_get_object_member (body, "roles"), "gateway", certs);
}

static void
numbers_in_clear (JsonObject *body)
{
  JsonArray *documents = json_array_new ();

  json_array_add_string_element (documents, "A123456");
  json_object_set_array_member (body, "documents", documents);
}

/* Signed by the right two, and yet nothing that this program can work with. */
static void
test_bodies (gconstpointer data)
{
  Fixture *f = (Fixture *)data;
  const struct
  {
    const char *name;
    void (*change) (JsonObject *body);
  } cases[] = {
    { "catalogue", newer_format },   { "catalogue", more_than_we_know },
    { "catalogue", form_cut_short }, { "catalogue", form_of_newer_version },
    { "catalogue", form_missing },   { "trust", no_roles },
    { "trust", role_of_junk },       { "lost-cards", numbers_in_clear },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonObject) body = body_of (f, cases[i].name);
      g_autofree char *path = NULL;

      cases[i].change (body);
      path = sign (f, cases[i].name, 2, body, f->one, f->two);
      must_refuse (f, cases[i].name, path);
    }
}

/* What all the others are measured by: the vault shows when one was taken. */
static void
test_good (gconstpointer data)
{
  Fixture *f = (Fixture *)data;
  g_autoptr (JsonObject) body = body_of (f, "catalogue");
  g_autofree char *path = sign (f, "catalogue", 2, body, f->one, f->two);
  g_autofree char *before = stored (f);
  g_autofree char *after = NULL, *said = NULL;

  said = bad_ctl (f->world, (const char *const[]){ "bundle", "install", "catalogue", path, NULL });
  g_assert_cmpstr (said, ==, "installed name=catalogue serial=2\n");
  after = stored (f);
  g_assert_cmpstr (before, !=, after);
}

int
main (int argc, char **argv)
{
  Fixture f = { 0 };
  int status;

  g_test_init (&argc, &argv, NULL);
#define CASE(path, function) g_test_add_data_func ("/bad-input/bundles/" path, &f, function)
  CASE ("bad-files-are-named", test_files);
  CASE ("two-of-ours-must-have-signed", test_signers);
  CASE ("only-forward-and-only-what-is-known", test_names_and_serials);
  CASE ("what-cannot-be-worked-with-does-not-replace-what-can", test_bodies);
  CASE ("a-good-one-is-taken-all-the-same", test_good);
  set_up (&f);
  status = g_test_run ();
  tear_down (&f);
  return status;
}
