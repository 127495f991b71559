/* A journey on a bench: every port is an object with verbs, the clock stands still. */
#pragma once

#include "identity/personal-code.h"
#include "journey/journey.h"

#define BENCH_NOON_MS G_GINT64_CONSTANT (1795500000000) /* 2026-11-24 14:00 in Hong Kong */
#define BENCH_KIOSK   "k-0042"
#define BENCH_PROFILE "hkid-simulated"

typedef struct
{
  KioskClock *clock;
  KioskRandom *random;
  KioskJourney *journey;
  KioskCatalogue *catalogue;
  KioskBundle *lost_cards; /* NULL: none */

  KioskCardPort card;
  gboolean card_watched;
  KioskCardWatch card_watch;
  gpointer card_data;
  guint card_starts, card_stops;
  guint keys_given;
  KioskCardKey key_kind;
  char *key;

  KioskCameraPort camera;
  KioskCameraWatch camera_watch; /* NULL: off */
  gpointer camera_data;
  guint camera_starts;
  gboolean for_portrait;
  guint takes, agains;

  KioskPhonePort phone;
  gboolean phone_off;
  KioskPhoneWatch phone_watch; /* NULL: no session is open */
  gpointer phone_data;
  guint phone_starts;

  KioskPrinterPort printer;
  GPtrArray *jobs; /* GTask of prints under way */
  GBytes *paper;   /* the last one's bytes */

  KioskLedgerPort ledger;
  KioskLedgerWatch ledger_watch;
  gpointer ledger_data;
  gboolean online;
  const char *closed;
  GPtrArray *seals;   /* GTask, task data KioskDraft */
  GPtrArray *records; /* KioskRecord: what a list answers */
  GPtrArray *finds;   /* GTask, task data GBytes: the receipt */
  GPtrArray *judges;  /* GTask, task data KioskCode */
  char *other_kiosk;  /* what the next answer of another kiosk's names */

  guint pages, idles, idle_seconds, statuses;
} Bench;

/* At BENCH_NOON_MS, doors open, with the catalogue of data/services. */
Bench *bench_new (void);
/* Nothing but a reader, and a screen. */
Bench *bench_new_bare (void);
void bench_free (Bench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

/* What a person does. Each asserts that it was accepted; @value goes with the action that has one.
 */
void bench_act (Bench *bench, const char *action, const char *value);
gboolean bench_try (Bench *bench, const char *action, const char *value);
gboolean bench_offers (Bench *bench, const char *action);
/* Runs what waits on the main context. */
void bench_settle (void);

/* What the page says. */
void bench_expect (Bench *bench, const char *page);
const char *bench_text (Bench *bench, const char *key);
GVariant *bench_value (Bench *bench, const char *key); /* (transfer full) */
guint bench_serial (Bench *bench);

/* What a card does. */
void card_ready (Bench *bench);
void card_place (Bench *bench, const char *profile, KioskCardKey key);
void card_remove (Bench *bench);
void card_progress (Bench *bench, double fraction);
void card_preview (Bench *bench, const char *name);
void card_fail (Bench *bench, KioskCardError code, int tries_left);
void card_tell (Bench *bench, const KioskEvidence *evidence);
/* (transfer full): an identity card of an invented person, all proved. */
/* How @claim, passive or chip, ends. */
void card_settle (KioskEvidence *evidence, KioskClaim claim, KioskProof proof, const char *reason);
KioskEvidence *card_good_evidence (void);

/* What a camera tells. */
void camera_ready (Bench *bench);
void camera_trouble (Bench *bench, KioskCameraTrouble trouble);
void camera_advise (Bench *bench, KioskCameraGuidance guidance);
void camera_see (Bench *bench, const char *text);
/* The answer to a portrait asked for. */
void camera_give_picture (Bench *bench, GBytes *jpeg);
void camera_give_none (Bench *bench, KioskCameraGuidance why);

/* What a phone does, and the hub behind it. */
void phone_wait (Bench *bench);
void phone_open (Bench *bench);
void phone_fail (Bench *bench, const char *reason);
/* @number: of the invented person's card, or another. */
void phone_approve (Bench *bench, const char *number);

/* A person at the page "services", their card taken away again. */
void bench_identify (Bench *bench);
/* … at the page "scan", nobody identified, the camera ready. */
void bench_scan (Bench *bench);
/* … for a code of the kind @wanted. */
void bench_scan_for (Bench *bench, const char *wanted);
/* Holds a receipt before it that says @cose; no copy is left here. */
void bench_show_receipt (Bench *bench, const char *cose);
/* … at the page "review", every question of the licence answered. */
void bench_answer_all (Bench *bench);
/* … at the page "sealing". */
void bench_declare (Bench *bench);

/* What the ledger answers. */
void ledger_seal (Bench *bench, const char *txid, gint64 fee_cents);
void ledger_refuse (Bench *bench, KioskVaultError code);
KioskRecord *ledger_record (const char *txid, KioskRecordState state);
void ledger_changed (Bench *bench);
/* … of the receipt asked for last. @record: (transfer full). */
void ledger_find (Bench *bench, KioskRecord *record);
void ledger_find_none (Bench *bench, KioskFindError code, const char *kiosk);
/* … of the personal code shown last: whose it is, or why it is nobody's. @holder: (transfer full).
 */
void ledger_know (Bench *bench, KioskHolder *holder);
void ledger_know_none (Bench *bench, KioskPersonalCodeError code);

/* The ports of a bench that is being made, or taken apart. */
void bench_plug_ports (Bench *bench);
void bench_plug_phone (Bench *bench);
void bench_unplug_ports (Bench *bench);
