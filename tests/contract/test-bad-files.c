/* Every file that a program starts from × every defect: one line that names the file and says what
 * to do, exit status 1, and everything that was stored as it was. */
#include "bad-input.h"

#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>

#define PLAIN                                                                                      \
  (1u << BAD_MISSING | 1u << BAD_EMPTY | 1u << BAD_TRUNCATED | 1u << BAD_GARBAGE | 1u << BAD_HUGE)
#define OWNED (1u << BAD_MISSING | 1u << BAD_TRUNCATED | 1u << BAD_HUGE | 1u << BAD_STRANGER)
#define FEW   (1u << BAD_MISSING | 1u << BAD_TRUNCATED | 1u << BAD_FOLDER | 1u << BAD_HUGE)

typedef enum
{
  GATEWAY,
  SANDBOX,
  SETUP,
  IAMSMART,
  KIOSKD,
  EMULATOR,
  VERIFY,
} Program;

static const struct
{
  Program program;
  const char *file;
  guint defects;
  const char *names; /* NULL: the file's own name */
} rows[] = {
  { GATEWAY, "a/gateway/receipt.pem", OWNED, NULL },
  { GATEWAY, "a/gateway/receipt.key", OWNED, NULL },
  { GATEWAY, "a/gateway/kiosk-ca.pem", OWNED, NULL },
  { GATEWAY, "a/gateway/kiosk-ca.key", OWNED, NULL },
  { GATEWAY, "a/gateway/server.pem", OWNED, NULL },
  { GATEWAY, "a/gateway/server.key", OWNED, NULL },
  { GATEWAY, "a/gateway/departments.pem", FEW, NULL },
  { SANDBOX, "a/department/td/td.pem", OWNED, NULL },
  { SANDBOX, "a/department/td/td.key", OWNED, NULL },
  { SANDBOX, "a/department/td/recipient.pem", OWNED, NULL },
  { SANDBOX, "a/department/td/recipient.key", OWNED, NULL },
  { SANDBOX, "a/department/td/gateway-ca.pem", FEW, NULL },
  { SANDBOX, "a/department/td/anchors.pem", FEW, NULL },
  { SETUP, "services/catalogue.json", PLAIN, NULL },
  { SETUP, "services/forms/td558.xml", PLAIN, "td558" },
  { SETUP, "csca.pem", FEW, NULL },
  { IAMSMART, "a/iamsmart/client.ini", PLAIN, NULL },
  { IAMSMART, "a/iamsmart/iamsmart.ini", PLAIN, NULL },
  { IAMSMART, "a/iamsmart/iamsmart-codes.ini", PLAIN, NULL },
  { IAMSMART, "a/iamsmart/kek.pem", FEW, NULL },
  { IAMSMART, "a/iamsmart/tls.pem", OWNED, NULL },
  { IAMSMART, "a/iamsmart/tls.key", OWNED, NULL },
  { IAMSMART, "a/iamsmart/users/ada.ini", PLAIN & ~(1u << BAD_MISSING), NULL },
  { IAMSMART, "a/kiosk/gateway-ca.pem", FEW, NULL },
  { KIOSKD, "kioskd.ini", 1u << BAD_MISSING | 1u << BAD_EMPTY | 1u << BAD_GARBAGE | 1u << BAD_HUGE,
    NULL },
  { KIOSKD, "a/kiosk/gateway-ca.pem", PLAIN, NULL },
  { KIOSKD, "a/kiosk/anchors.pem", PLAIN, NULL },
  { KIOSKD, "state/kiosk.key", OWNED, NULL },
  { KIOSKD, "state/kiosk.pem",
    1u << BAD_EMPTY | 1u << BAD_TRUNCATED | 1u << BAD_HUGE | 1u << BAD_STRANGER, NULL },
  { KIOSKD, "state/pepper", 1u << BAD_EMPTY | 1u << BAD_TRUNCATED | 1u << BAD_HUGE, NULL },
  { EMULATOR, "cards/cards/good/card.ini", PLAIN, NULL },
  /* A card without a chip key is a card. */
  { EMULATOR, "cards/cards/good/chip.key", PLAIN & ~(1u << BAD_MISSING), NULL },
  { VERIFY, "a/kiosk/bundles/trust.p7", FEW | 1u << BAD_GARBAGE, NULL },
};

typedef struct
{
  BadWorld *world;
} Fixture;

/* A word of a command line below: "./x" is x in the world. */
static char *
expand (const Fixture *f, const char *word)
{
  if (g_str_has_prefix (word, "sqlite:"))
    return g_strdup_printf ("sqlite:%s/%s", f->world->folder, word + strlen ("sqlite:"));
  return g_str_has_prefix (word, "./") ? bad_path (f->world, word + 2) : g_strdup (word);
}

static char *
refused (const Fixture *f, Program program, const char *names)
{
  static const char *const lines[] = {
    [GATEWAY] = "kiosk-gateway --database sqlite:gateway.db --pki ./a/gateway",
    [SANDBOX] = "kiosk-sandbox --gateway https://localhost:1 --department ./a/department/td",
    [SETUP] = "kiosk-sandbox setup ./new --csca ./csca.pem --services ./services",
    [IAMSMART]
    = "kiosk-sandbox iamsmart --folder ./a/iamsmart --gateway-ca ./a/kiosk/gateway-ca.pem",
    [KIOSKD] = "kioskd --settings ./kioskd.ini",
    [EMULATOR] = "kiosk-emulator --cards ./cards --control ./emulator.sock --place good",
    [VERIFY] = "kioskctl verify --trust ./a/kiosk/bundles/trust.p7 KR1:NOTHING",
  };
  g_auto (GStrv) words = g_strsplit (lines[program], " ", -1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, bad_program (words[0]));
  for (gsize i = 1; words[i] != NULL; i++)
    g_ptr_array_add (argv, expand (f, words[i]));
  g_ptr_array_add (argv, NULL);
  return bad_refused ((const char *const *)argv->pdata, 1, names);
}

static void
try_defect (const Fixture *f, gsize row, BadDefect defect)
{
  const char *file = rows[row].file;
  g_autofree char *path = bad_path (f->world, file);
  g_autofree char *base = g_path_get_basename (file);
  g_autoptr (GBytes) good = bad_read (path);
  g_autofree char *before = NULL, *after = NULL, *words = NULL;

  g_test_message ("%s: %s", file, bad_defect_name (defect));
  bad_damage (f->world, path, defect);
  before = bad_fingerprint (f->world->folder);
  words = refused (f, rows[row].program, rows[row].names != NULL ? rows[row].names : base);
  after = bad_fingerprint (f->world->folder);
  g_assert_cmpstr (before, ==, after);
  /* Behind where it is and what is wrong, what to do. */
  g_assert_nonnull (strpbrk (words, ";("));
  bad_restore (path, good);
}

static void
test_program (Fixture *f, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint defect = 0; defect <= BAD_STRANGER; defect++)
      if (rows[i].program == GPOINTER_TO_UINT (data) && (rows[i].defects & 1u << defect) != 0)
        try_defect (f, i, (BadDefect)defect);
}

static void run (const Fixture *f, const char *program, ...) G_GNUC_NULL_TERMINATED;

static void
run (const Fixture *f, const char *program, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  const char *word;
  va_list words;

  g_ptr_array_add (argv, bad_program (program));
  va_start (words, program);
  while ((word = va_arg (words, const char *)) != NULL)
    g_ptr_array_add (argv, expand (f, word));
  va_end (words);
  g_ptr_array_add (argv, NULL);
  output = stage_run ((const char *const *)argv->pdata, NULL, &error);
  g_assert_no_error (error);
}

/* The kiosk has enrolled: it has a key of its own and the gateway's word for it. */
static void
put_kiosk (const Fixture *f)
{
  gint64 now = g_get_real_time () / 1000;
  const KioskCertTemplate template = { .role = KIOSK_CERT_KIOSK,
                                       .common_name = "k-1",
                                       .not_before_ms = now - 60000,
                                       .not_after_ms = now + 3600000 };
  g_autofree char *ca_cert = bad_path (f->world, "a/gateway/kiosk-ca.pem");
  g_autofree char *ca_key = bad_path (f->world, "a/gateway/kiosk-ca.key");
  g_autofree char *cert_path = bad_path (f->world, "state/kiosk.pem");
  g_autofree char *key_path = bad_path (f->world, "state/kiosk.key");
  g_autoptr (EVP_PKEY) key = kiosk_pki_key_new (NULL);
  g_autoptr (X509) cert = NULL;
  g_autofree char *pem = NULL;
  KioskSigner ca = { 0 };

  g_assert_true (kiosk_signer_load (ca_cert, ca_key, &ca, NULL));
  cert = kiosk_pki_issue (&template, key, ca.cert, ca.key, NULL);
  kiosk_signer_clear (&ca);
  pem = kiosk_pki_cert_to_pem (cert);
  bad_write (cert_path, pem, -1);
  g_assert_true (kiosk_pki_key_save (key, key_path, NULL));
}

/* Something is stored already, wherever a program stores something. */
static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *services = bad_source ("data/services");
  g_autofree char *to = NULL, *state = NULL, *user = NULL;

  f->world = bad_world_new ();
  to = bad_path (f->world, "services");
  state = bad_path (f->world, "a/department/td/state");
  switch (GPOINTER_TO_UINT (data))
    {
    case GATEWAY:
      run (f, "kiosk-gateway", "code", "--database", "sqlite:gateway.db", NULL);
      break;
    case SANDBOX:
      g_assert_cmpint (g_mkdir (state, 0700), ==, 0);
      break;
    case SETUP:
      g_free (stage_run ((const char *const[]){ "cp", "-r", services, to, NULL }, NULL, NULL));
      break;
    case IAMSMART:
      user = bad_path (f->world, "a/iamsmart/users/ada.ini");
      bad_write (user,
                 "[account]\ntype=basic\nid=1\ntoken=0123456789abcdef\n"
                 "[person]\nname=CHAN, ADA\nhkid=A123456\ncheck=3\n",
                 -1);
      break;
    case KIOSKD:
      bad_kioskd_start (f->world, "https://localhost:1");
      bad_kioskd_stop (f->world);
      put_kiosk (f);
      break;
    case EMULATOR:
      run (f, "kiosk-emulator", "personalise", "./cards", NULL);
      break;
    default:
      break;
    }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  bad_world_free (f->world);
}

/* What is named on the command line and is not what it should be. */
static void
test_words (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *line;
    int status;
    const char *names;
  } cases[] = {
    { "kioskctl --socket ./nowhere.sock status", 1, "nowhere.sock" },
    { "kioskctl --socket ./csca.pem status", 1, "csca.pem" },
    { "kioskctl --socket ./a bundle install trust ./none.p7", 1, "none.p7" },
    { "kioskd --settings ./a", 1, "/a: not a regular file" },
    { "kiosk-gateway --database sqlite:nowhere/g.db --pki ./a/gateway", 1, "nowhere/g.db" },
    { "kiosk-gateway --database sqlite:a --pki ./a/gateway", 1, "/a: " },
    { "kiosk-gateway --database mysql:x --pki ./a/gateway", 1, "--database" },
    { "kiosk-gateway report --database sqlite:none.db", 1, "none.db" },
    { "kiosk-sandbox --gateway http://localhost:1 --department ./a/department/td", 1,
      "http://localhost:1" },
    { "kiosk-sandbox --gateway nonsense --department ./a/department/td", 1, "nonsense" },
    { "kiosk-sandbox --gateway https://localhost:1 --department ./nowhere", 1, "nowhere" },
    { "kiosk-sandbox setup ./a --csca ./csca.pem --services ./services", 1, "set up there" },
    { "kiosk-sandbox iamsmart --folder ./nowhere --gateway-ca ./a/kiosk/gateway-ca.pem", 1,
      "nowhere" },
    { "kiosk-emulator --cards ./nowhere --control ./e.sock", 1, "nowhere" },
    { "kiosk-emulator --cards ./csca.pem --control ./e.sock", 1, "csca.pem" },
    { "kiosk-emulator --cards ./a --control ./nowhere/e.sock", 1, "a/cards" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = g_strsplit (cases[i].line, " ", -1);
      g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
      g_autofree char *before = bad_fingerprint (f->world->folder);
      g_autofree char *after = NULL;

      g_ptr_array_add (argv, bad_program (words[0]));
      for (gsize j = 1; words[j] != NULL; j++)
        g_ptr_array_add (argv, expand (f, words[j]));
      g_ptr_array_add (argv, NULL);
      g_free (bad_refused ((const char *const *)argv->pdata, cases[i].status, cases[i].names));
      after = bad_fingerprint (f->world->folder);
      g_assert_cmpstr (before, ==, after);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define PROGRAM(path, program)                                                                     \
  g_test_add ("/bad-input/files/" path "/are-named-and-nothing-is-touched", Fixture,               \
              GUINT_TO_POINTER (program), set_up, test_program, tear_down)
  PROGRAM ("kiosk-gateway", GATEWAY);
  PROGRAM ("kiosk-sandbox", SANDBOX);
  PROGRAM ("kiosk-sandbox-setup", SETUP);
  PROGRAM ("kiosk-sandbox-iamsmart", IAMSMART);
  PROGRAM ("kioskd", KIOSKD);
  PROGRAM ("kiosk-emulator", EMULATOR);
  PROGRAM ("kioskctl-verify", VERIFY);
  g_test_add ("/bad-input/files/what-is-not-there-is-named", Fixture, GUINT_TO_POINTER (VERIFY),
              set_up, test_words, tear_down);
  return g_test_run ();
}
