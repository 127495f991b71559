#include "programs/kiosk-sandbox/iam-core.h"
#include "programs/kiosk-sandbox/iam-private.h"
#include <string.h>

gint64
kiosk_iam_now (const KioskIamCore *core)
{
  return kiosk_clock_wall_ms (core->clock) + core->offset_ms;
}

char *
kiosk_iam_code (const KioskIamCore *core, guint number)
{
  return number == KIOSK_IAM_OK ? g_strdup (core->profile->success)
                                : g_strdup_printf ("%c%05u", core->profile->success[0], number);
}

guint
kiosk_iam_take (JsonObject *content, const char *member, gsize maximum, gboolean needed,
                const char **ret_value)
{
  *ret_value = NULL;
  if (!json_object_has_member (content, member))
    return needed ? KIOSK_IAM_MISSING : KIOSK_IAM_OK;
  *ret_value = kiosk_json_string (content, member, maximum, NULL);
  return *ret_value != NULL ? KIOSK_IAM_OK : KIOSK_IAM_WRONG;
}

gboolean
kiosk_iam_is_id (const char *text)
{
  const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  gsize length = strlen (text);

  return length >= 1 && length <= KIOSK_IAM_ID_MAX && strspn (text, allowed) == length;
}

static gboolean
folder_load (KioskIamCore *self, const char *folder, GError **error)
{
  g_autofree char *users = g_build_filename (folder, "users", NULL);

  self->profile = kiosk_iamsmart_profile_load (folder, error);
  if (self->profile == NULL || !kiosk_iam_client_load (folder, &self->client, error))
    return FALSE;
  self->accounts = kiosk_iam_accounts_load (users, error);
  return self->accounts != NULL;
}

KioskIamCore *
kiosk_iam_core_new (const KioskIamConfig *config, KioskClock *clock, KioskRandom *random,
                    GError **error)
{
  g_autoptr (KioskIamCore) self = g_new0 (KioskIamCore, 1);

  self->clock = kiosk_clock_ref (clock);
  self->random = kiosk_random_ref (random);
  self->key_ms = config->key_ms;
  self->tickets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, kiosk_iam_ticket_free);
  self->businesses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kiosk_iam_grant_free);
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kiosk_iam_grant_free);
  if (!folder_load (self, config->folder, error))
    return NULL;
  self->guard = kiosk_iamsmart_guard_new (self->profile, self->client.id, self->client.secret, 0);
  self->post = kiosk_iam_post_new (config->gateway_ca, error);
  return self->post != NULL ? g_steal_pointer (&self) : NULL;
}

static void
timers_stop (KioskIamCore *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->tickets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    kiosk_clock_cancel (self->clock, ((KioskIamTicket *)value)->timeout);
}

void
kiosk_iam_core_free (KioskIamCore *self)
{
  if (self == NULL)
    return;
  timers_stop (self);
  kiosk_iam_post_free (self->post);
  g_hash_table_unref (self->tickets);
  g_hash_table_unref (self->businesses);
  g_hash_table_unref (self->codes);
  g_hash_table_unref (self->tokens);
  g_clear_pointer (&self->accounts, g_hash_table_unref);
  g_clear_pointer (&self->guard, kiosk_iamsmart_guard_free);
  for (gsize i = 0; i < G_N_ELEMENTS (self->keys); i++)
    g_clear_pointer (&self->keys[i], kiosk_iamsmart_key_free);
  kiosk_iam_client_clear (&self->client);
  kiosk_iamsmart_profile_free (self->profile);
  kiosk_signer_clear (&self->stranger);
  kiosk_clock_unref (self->clock);
  kiosk_random_unref (self->random);
  g_free (self->base);
  g_free (self);
}

void
kiosk_iam_core_set_base (KioskIamCore *self, const char *base)
{
  g_free (self->base);
  self->base = g_strdup (base);
}

KioskIamFate
kiosk_iam_core_fate (KioskIamCore *self)
{
  static const struct
  {
    KioskIamFault fault;
    KioskIamFate fate;
  } fates[] = {
    { KIOSK_IAM_FAULT_HTTP_500, KIOSK_IAM_ANSWER_500 },
    { KIOSK_IAM_FAULT_GARBAGE, KIOSK_IAM_ANSWER_GARBAGE },
    { KIOSK_IAM_FAULT_NO_ANSWER, KIOSK_IAM_ANSWER_CUT },
    { KIOSK_IAM_FAULT_SLOW_ANSWER, KIOSK_IAM_ANSWER_HELD },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fates); i++)
    if (kiosk_iam_faults_take (&self->faults, fates[i].fault))
      return fates[i].fate;
  return KIOSK_IAM_ANSWER_GOES;
}

static char *
status (const KioskIamCore *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  KioskIamPostCounts counts = kiosk_iam_post_counts (self->post);

  g_string_append_printf (
    text,
    "ok requests=%" G_GUINT64_FORMAT " replays=%" G_GUINT64_FORMAT
    " tickets=%u codes=%u tokens=%u callbacks=%" G_GUINT64_FORMAT " delivered=%" G_GUINT64_FORMAT
    " held=%u acknowledged=%" G_GUINT64_FORMAT " key=%s faults=",
    self->requests, self->replays, g_hash_table_size (self->tickets),
    g_hash_table_size (self->codes), g_hash_table_size (self->tokens), counts.sent,
    counts.delivered, counts.held, self->acknowledged, self->keys[0] != NULL ? "there" : "none");
  kiosk_iam_faults_describe (&self->faults, text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
fault (KioskIamCore *self, char **words)
{
  guint64 count = 1;

  if (words[1] == NULL
      || (words[2] != NULL && !g_ascii_string_to_unsigned (words[2], 10, 0, 100000, &count, NULL)))
    return g_strdup ("error fault NAME [COUNT]");
  return g_strdup (kiosk_iam_faults_arm (&self->faults, words[1], (guint)count)
                     ? "ok"
                     : "error no such fault; README.md lists them");
}

char *
kiosk_iam_core_control (KioskIamCore *self, const char *line, gboolean *ret_release)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);

  *ret_release = FALSE;
  if (g_strcmp0 (words[0], "fault") == 0)
    return fault (self, words);
  if (g_strcmp0 (words[0], "clock") == 0 && words[1] != NULL
      && g_ascii_string_to_signed (words[1], 10, -G_MAXINT32, G_MAXINT32, &self->offset_ms, NULL))
    kiosk_iam_sweep (self, FALSE);
  else if (g_strcmp0 (line, "expire") == 0)
    kiosk_iam_sweep (self, TRUE);
  else if (g_strcmp0 (line, "release") == 0)
    {
      kiosk_iam_post_release (self->post);
      *ret_release = TRUE;
    }
  else
    return g_strcmp0 (line, "status") == 0
             ? status (self)
             : g_strdup ("error fault NAME [COUNT], release, expire, clock OFFSET_MS or status");
  return g_strdup ("ok");
}
