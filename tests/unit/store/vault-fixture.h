/* A vault in a folder of its own, at a time that stands still, and records to put in it. */
#pragma once

#include "store/vault.h"

#define FIXTURE_NOW G_GINT64_CONSTANT (1800000000000)

typedef struct
{
  char *folder;
  char *path; /* of vault.db */
  KioskClock *clock;
  KioskVault *vault;
} Fixture;

Fixture *fixture_new (void);
void fixture_free (Fixture *self);
/* Opens again, asserting that nothing had to be set aside. */
void fixture_reopen (Fixture *self);
void fixture_close (Fixture *self);

/* The record that the vault would take next: number @n names its bytes and its holder (n % 3). */
KioskRecord *fixture_record (Fixture *self, guint n);
char *fixture_txid (guint n);
/* Seals record @n. */
void fixture_seal (Fixture *self, guint n);
GBytes *fixture_bytes (const char *text);
/* Runs SQL on the closed vault's file, as somebody with a root shell would. */
void fixture_sql (Fixture *self, const char *sql);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)
