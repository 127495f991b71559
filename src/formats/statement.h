/* What a reading proved, a statement at a time: proved, not proved, or not possible here and why.
 * A claim is settled by its statements; nothing is ever reduced to yes or no before that. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  KIOSK_PROOF_NOT_TRIED, /* the reading did not come that far */
  KIOSK_PROOF_PASSED,
  KIOSK_PROOF_FAILED,
  KIOSK_PROOF_NOT_POSSIBLE, /* the document cannot prove it, or we lack what it takes: see reason */
} KioskProof;
const char *
kiosk_proof_name (KioskProof proof); /* "passed", "failed", "not-possible", "not-tried" */

typedef enum
{
  KIOSK_CLAIM_ACCESS,  /* the channel: who may read */
  KIOSK_CLAIM_PASSIVE, /* what was read is what a country signer we trust vouches for */
  KIOSK_CLAIM_CHIP,    /* the chip is not a copy */
  KIOSK_CLAIMS,
} KioskClaim;
const char *kiosk_claim_name (KioskClaim claim); /* "access", "passive", "chip" */

/* Methods of a passive statement; the first three must all pass, a hash for each group read. */
#define KIOSK_METHOD_SIGNATURE  "signature"  /* of the document signer, over the security object */
#define KIOSK_METHOD_CHAIN      "chain"      /* from the document signer to a country signer */
#define KIOSK_METHOD_HASH       "hash"       /* of data group @group */
#define KIOSK_METHOD_REVOCATION "revocation" /* of the document signer, by its country's list */

/* @method and @reason are short ASCII codes, never personal. */
typedef struct
{
  KioskClaim claim;
  char *method; /* of access: "pace-can", "pace-mrz", "bac", "bac-after-pace" */
  guint group;  /* 1 … 16 of a hash; 0 */
  KioskProof proof;
  char *reason; /* why not, from the taxonomy of data/cards/README.md; NULL when passed */
} KioskStatement;

/* (element-type KioskStatement): empty. */
GPtrArray *kiosk_statements_new (void);
GPtrArray *kiosk_statements_copy (GPtrArray *statements);
/* Adds a statement, or replaces the one about the same. @reason: nullable */
void kiosk_statements_set (GPtrArray *statements, KioskClaim claim, const char *method, guint group,
                           KioskProof proof, const char *reason);

/**
 * kiosk_statements_settle:
 *
 * A claim fails with its first failed statement. Access and chip pass with the first that passed.
 * Passive passes when signature, chain and at least one hash did, and no hash did not; a
 * revocation that could not be judged (no list, or a stale one) is stated and fails nothing, as a
 * terminal must work while the network is away.
 *
 * Returns: (transfer none): the statement that settles @claim; never NULL
 */
const KioskStatement *kiosk_statements_settle (GPtrArray *statements, KioskClaim claim);

#define KIOSK_STATEMENTS_TYPE "a(ssuss)" /* claim, method, group, proof, reason or "" */

/* (transfer full): floating, KIOSK_STATEMENTS_TYPE. */
GVariant *kiosk_statements_to_variant (GPtrArray *statements);
/* (transfer full): NULL when a name, a code or a bound is wrong, or one thing is stated twice. */
GPtrArray *kiosk_statements_from_variant (GVariant *variant);

G_END_DECLS
