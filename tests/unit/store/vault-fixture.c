#include "vault-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "trust/seal.h"

Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("vault-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "vault.db", NULL);
  self->clock = kiosk_clock_new_manual (FIXTURE_NOW);
  fixture_reopen (self);
  return self;
}

void
fixture_close (Fixture *self)
{
  g_clear_pointer (&self->vault, kiosk_vault_close);
}

void
fixture_reopen (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *set_aside = NULL;

  fixture_close (self);
  self->vault = kiosk_vault_open (self->folder, self->clock, &set_aside, &error);
  g_assert_no_error (error);
  g_assert_null (set_aside);
}

void
fixture_free (Fixture *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);

  fixture_close (self);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  kiosk_clock_unref (self->clock);
  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

char *
fixture_txid (guint n)
{
  return g_strdup_printf ("%026u", n);
}

GBytes *
fixture_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

KioskRecord *
fixture_record (Fixture *self, guint n)
{
  KioskRecord *record = g_new0 (KioskRecord, 1);
  g_autofree char *text = g_strdup_printf ("CIPHERTEXT-%u-%02000u", n, n);

  record->txid = fixture_txid (n);
  record->reference = g_strdup_printf ("REF-%u", n);
  record->service = g_strdup ("td-vehicle-licence-renewal");
  record->sequence = kiosk_vault_next_sequence (self->vault);
  record->leaf = kiosk_vault_next_leaf (self->vault);
  record->sealed_ms = kiosk_clock_wall_ms (self->clock);
  record->fee_cents = 5794 + n;
  memset (record->holder_tag, (int)(n % 3), sizeof record->holder_tag);
  record->receipt = g_strdup_printf ("KR1:RECEIPT-%u", n);
  record->sealed = fixture_bytes (text);
  kiosk_seal_digest (record->sealed, record->digest);
  return record;
}

void
fixture_seal (Fixture *self, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskRecord) record = fixture_record (self, n);

  kiosk_vault_seal (self->vault, record, &error);
  g_assert_no_error (error);
}

void
fixture_sql (Fixture *self, const char *sql)
{
  sqlite3 *db = NULL;
  char *message = NULL;

  g_assert_null (self->vault);
  g_assert_cmpint (sqlite3_open (self->path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}
