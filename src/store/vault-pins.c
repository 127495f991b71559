/* Tries of staff PINs: counted before a PIN is judged, told before one is typed. */
#include "store/vault-pins.h"

#include "store/vault-private.h"

#include "base/file.h"

#define STRANGERS_MAX 1024 /* rows of cards that no bundle lists */
#define WAITS_MAX     4096
#define SECOND_MS     G_GINT64_CONSTANT (1000)
#define CARD          32
#define NAMED         8 /* bytes of a card in the audit log */

/* What has to pass after so many wrong tries before there may be another. */
static const gint64 waits_ms[] = {
  0,
  0,
  0,
  30 * SECOND_MS,
  60 * SECOND_MS,
  2 * 60 * SECOND_MS,
  4 * 60 * SECOND_MS,
  8 * 60 * SECOND_MS,
  15 * 60 * SECOND_MS, /* and from here on */
};

typedef struct
{
  gint64 wrong, until_ms;
} Row;

static gint64
wait_after (gint64 wrong)
{
  return waits_ms[MIN (wrong, (gint64)G_N_ELEMENTS (waits_ms) - 1)];
}

static gboolean
find (KioskVault *self, const guint8 card[CARD], guint64 unlock, Row *ret_row, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (sqlite3_stmt) statement = kiosk_vault_db_prepare (
    self, error, "SELECT wrong, until_ms FROM pin_try WHERE card = ?1 AND unlock >= ?2", "hi", card,
    (gint64)unlock);

  *ret_row = (Row){ 0, 0 };
  if (statement == NULL || !kiosk_vault_db_step (self, statement, &row, error))
    return FALSE;
  if (row)
    *ret_row = (Row){ sqlite3_column_int64 (statement, 0), sqlite3_column_int64 (statement, 1) };
  return TRUE;
}

static gboolean
has_passed (gpointer key, gpointer value, gpointer now_us)
{
  return *(gint64 *)value <= *(gint64 *)now_us;
}

static void
remember_wait (KioskVault *self, const guint8 card[CARD], gint64 wait_ms)
{
  gint64 now_us = kiosk_clock_steady_us (self->clock);

  if (g_hash_table_size (self->pin_waits) >= WAITS_MAX)
    g_hash_table_foreach_remove (self->pin_waits, has_passed, &now_us);
  now_us += wait_ms * 1000;
  g_hash_table_replace (self->pin_waits, g_bytes_new (card, CARD),
                        g_memdup2 (&now_us, sizeof now_us));
}

/* Time that only grows, once this process has seen the card; before that, as far as the machine's
 * clock goes, and never more than the whole wait: a clock set back costs that, one set ahead wins
 * nothing while the process lives. */
static gint64
wait_left (KioskVault *self, const guint8 card[CARD], const Row *row)
{
  g_autoptr (GBytes) key = g_bytes_new (card, CARD);
  const gint64 *deadline_us = g_hash_table_lookup (self->pin_waits, key);
  gint64 left;

  if (deadline_us != NULL)
    {
      left = *deadline_us - kiosk_clock_steady_us (self->clock);
      return left > 0 ? (left + 999) / 1000 : 0;
    }
  left = CLAMP (row->until_ms - kiosk_clock_wall_ms (self->clock), 0, wait_after (row->wrong));
  if (row->wrong > 0)
    remember_wait (self, card, left);
  return left;
}

static void
tell (KioskVault *self, const guint8 card[CARD], const Row *row, KioskPinTries *ret_tries)
{
  gint64 wrong = MIN (row->wrong, KIOSK_PIN_TRIES);

  *ret_tries = (KioskPinTries){
    .wrong = (guint)wrong,
    .left = KIOSK_PIN_TRIES - (guint)wrong,
    .wait_ms = wrong == 0 || wrong == KIOSK_PIN_TRIES ? 0 : wait_left (self, card, row),
  };
}

gboolean
kiosk_vault_pin_look (KioskVault *self, const guint8 card[CARD], guint64 unlock,
                      KioskPinTries *ret_tries, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Row row;

  if (!kiosk_vault_ready (self, error) || !find (self, card, unlock, &row, error))
    return FALSE;
  tell (self, card, &row, ret_tries);
  return TRUE;
}

static gboolean
append_leaf (KioskVault *self, const char *kind, const guint8 card[CARD], const char *member,
             const char *who, gint64 wrong, GError **error)
{
  g_autoptr (JsonObject) detail = json_object_new ();
  g_autofree char *named = kiosk_hex_encode (card, NAMED);

  json_object_set_string_member (detail, "card", named);
  if (who != NULL)
    json_object_set_string_member (detail, member, who);
  else
    json_object_set_int_member (detail, member, wrong);
  return kiosk_vault_leaf_append (self, kind, detail, error);
}

/* One path and one commit, whether a bundle lists the card or not. */
static gboolean
count (KioskVault *self, const guint8 card[CARD], gboolean known, guint64 unlock, const Row *row,
       GError **error)
{
  gint64 now_ms = kiosk_clock_wall_ms (self->clock);

  return kiosk_vault_db_run (self, error,
                             "INSERT OR REPLACE INTO pin_try VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                             "hiiiii", card, row->wrong, now_ms + wait_after (row->wrong),
                             (gint64)unlock, (gint64)known, now_ms)
         && kiosk_vault_db_run (
           self, error,
           "DELETE FROM pin_try WHERE known = 0 AND card NOT IN (SELECT card FROM "
           "pin_try WHERE known = 0 ORDER BY tried_ms DESC LIMIT ?1)",
           "i", (gint64)STRANGERS_MAX)
         && append_leaf (self, "staff-try", card, "wrong", NULL, row->wrong, error);
}

gboolean
kiosk_vault_pin_count (KioskVault *self, const guint8 card[CARD], gboolean known, guint64 unlock,
                       KioskPinTries *ret_tries, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  KioskPinTries before;
  Row row;

  if (!kiosk_vault_ready (self, error) || !find (self, card, unlock, &row, error))
    return FALSE;
  tell (self, card, &row, &before);
  if (before.left == 0 || before.wait_ms > 0)
    {
      g_set_error (error, KIOSK_VAULT_ERROR, KIOSK_VAULT_ERROR_STATE, "%s: no try is allowed %s",
                   self->path, before.left == 0 ? "any more" : "yet");
      return FALSE;
    }
  row.wrong++;
  if (!kiosk_vault_begin (self, error) || !count (self, card, known, unlock, &row, error)
      || !kiosk_vault_commit (self, NULL, error))
    {
      kiosk_vault_abandon (self);
      return FALSE;
    }
  remember_wait (self, card, wait_after (row.wrong));
  tell (self, card, &row, ret_tries);
  return TRUE;
}

gboolean
kiosk_vault_pin_right (KioskVault *self, const guint8 card[CARD], const char *who, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GBytes) key = g_bytes_new (card, CARD);

  if (!kiosk_vault_ready (self, error))
    return FALSE;
  if (kiosk_vault_begin (self, error)
      && kiosk_vault_db_run (self, error, "DELETE FROM pin_try WHERE card = ?1", "h", card)
      && append_leaf (self, "staff-in", card, "who", who, 0, error)
      && kiosk_vault_commit (self, NULL, error))
    {
      g_hash_table_remove (self->pin_waits, key);
      return TRUE;
    }
  kiosk_vault_abandon (self);
  return FALSE;
}
