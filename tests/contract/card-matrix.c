/* Access {BAC; PACE GM, IM, CAM; over curves and over fields} × proof {chip and active
 * authentication, none, a tampered security object, a signer called back} × type {A, B} × frame
 * {64, 256} × fault. Pruned like this:
 *  - the eight documents of access and proof that are named meet every fault over every link;
 *    the rest differ from one of them in a cipher or in domain parameters, which no fault of the
 *    radio or of the line touches: each meets no fault, damage and removal, over one link;
 *  - of access and proof those pairs are met that the emulator has documents for: how a document
 * was opened is nothing that its proof asks, but for PACE's mapping with the chip's key;
 *  - long keys of finite fields pass only where the reader speaks ISO-DEP itself: such a card is
 *    tried there besides, and in the firmware's blocks it has to be told that it cannot be read;
 *  - faults that cost seconds of waiting (the serial line's, a slow chip) know nothing of type and
 *    frame: each of the eight meets each of them over one link, and each link meets them all;
 *  - a fault that has nothing to strike (a block of ISO-DEP where the firmware speaks it, a second
 *    part of an answer that fits into one) is not tried: "." in the table.
 *
 * Why each fault comes out as it does. The radio loses or damages an answer: with our own ISO-DEP
 * it is asked for again; in the firmware's blocks the card is opened again and read on, unless its
 * key is not known to be right yet, for a key is never repeated: then the person taps again ("rf").
 * Taken away is "lost". A chip that answers nonsense to a reading is opened again with a shorter
 * length; one that says "no data" and "good" at once has damaged data. One that is silent, or a
 * reader that is, ends in "timeout" (the answer may still come: another process takes over); a
 * reader that breaks its line's form counts as gone, and is found again. Where libnfc aborts, the
 * process has died: "reader-fault". */
#include "card-matrix.h"

#include <string.h>

#define NO_KEY  "no-key"
#define PASSED  "passed"
#define BAC     2 /* GET CHALLENGE, EXTERNAL AUTHENTICATE */
#define PACE    6 /* MSE, four times GENERAL AUTHENTICATE, SELECT */
#define MAPPED  0 /* besides EF.CardSecurity, in as many commands as the link has it */
#define ALTERED "pa-bad-signature"
#define REVOKED "pa-revoked"
#define LONG    "unsupported" /* 256 bytes of a field of 2,048 bits do not pass libnfc's 262 */

const MatrixLink matrix_links[MATRIX_LINKS] = {
  { 'A', 256, TRUE },
  { 'A', 64, FALSE },
  { 'B', 256, FALSE },
  { 'B', 64, FALSE },
};

const MatrixCard matrix_cards[] = {
  { "bac", "bac", PASSED, NO_KEY, BAC, TRUE, NULL },
  { "gm", "pace-mrz", PASSED, NO_KEY, PACE, TRUE, NULL },
  { "im", "pace-mrz", PASSED, NO_KEY, PACE, TRUE, NULL },
  { "cam", "pace-mrz", PASSED, PASSED, MAPPED, TRUE, NULL },
  { "ca", "pace-mrz", PASSED, PASSED, PACE, TRUE, NULL },
  { "aa", "bac", PASSED, PASSED, BAC, TRUE, NULL },
  { "tampered-sod", "pace-mrz", ALTERED, ALTERED, PACE, TRUE, NULL },
  { "revoked-signer", "pace-mrz", REVOKED, REVOKED, PACE, TRUE, NULL },
  { "gm-3des", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, NULL },
  { "gm-aes-192", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, NULL },
  { "gm-aes-256", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, NULL },
  { "gm-p521", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, NULL },
  { "gm-dh", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, LONG },
  { "gm-dh-3des", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, NULL },
  { "im-3des", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, NULL },
  { "im-aes-192", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, NULL },
  { "im-aes-256", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, NULL },
  { "im-dh", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, LONG },
  { "im-dh-aes-256", "pace-mrz", PASSED, NO_KEY, PACE, FALSE, LONG },
  { "ca-3des", "bac", PASSED, PASSED, BAC, FALSE, NULL },
  { "ca-aes-256", "pace-mrz", PASSED, PASSED, PACE, FALSE, NULL },
  { "ca-dh", "pace-mrz", PASSED, PASSED, PACE, FALSE, LONG },
  { "ca-dh-3des", "bac", PASSED, PASSED, BAC, FALSE, LONG },
  { "cam-aes-256", "pace-mrz", PASSED, PASSED, MAPPED, FALSE, NULL },
  { "aa-rsa-2048", "pace-mrz", PASSED, PASSED, PACE, FALSE, LONG },
  { "aa-ec", "pace-mrz", PASSED, PASSED, PACE, FALSE, NULL },
  { "ca-cloned", "pace-mrz", PASSED, "clone", PACE, FALSE, NULL },
  { "cam-cloned", "pace-mrz", PASSED, "clone", MAPPED, FALSE, NULL },
  { "aa-cloned", "bac", PASSED, "clone-aa", BAC, FALSE, NULL },
};
const guint matrix_n_cards = G_N_ELEMENTS (matrix_cards);

#define GOOD MATRIX_GOOD
const MatrixFault matrix_faults[] = {
  { "none", NULL, MATRIX_FILES, GOOD, GOOD, FALSE, FALSE },
  { "rfto*", "rftimeout", MATRIX_BEFORE, "lost", "lost", FALSE, FALSE },
  { "crc*", "crc", MATRIX_BEFORE, "lost", "lost", FALSE, FALSE },
  { "rel*", "released", MATRIX_BEFORE, "lost", "lost", FALSE, FALSE },
  { "zero*", "zero", MATRIX_BEFORE, "rf", "rf", FALSE, FALSE },
  { "6700*", "6700", MATRIX_BEFORE, "wrong-card", "wrong-card", FALSE, FALSE },
  { "ats0", "ats0", MATRIX_TAP, "reader-fault", "reader-fault", TRUE, FALSE },
  { "rfto<", "rftimeout", MATRIX_OPENING, GOOD, "rf", FALSE, FALSE },
  { "crc<", "crc", MATRIX_OPENING, GOOD, "rf", FALSE, FALSE },
  { "rel<", "released", MATRIX_OPENING, GOOD, "lost", FALSE, FALSE },
  { "zero<", "zero", MATRIX_OPENING, "rf", "rf", FALSE, FALSE },
  { "rem<", "remove", MATRIX_OPENING, "lost", "lost", FALSE, FALSE },
  { "rfto", "rftimeout", MATRIX_FILES, GOOD, GOOD, FALSE, FALSE },
  { "crc", "crc", MATRIX_FILES, GOOD, GOOD, FALSE, FALSE },
  { "rel", "released", MATRIX_FILES, GOOD, GOOD, FALSE, FALSE },
  { "rem", "remove", MATRIX_FILES, "lost", "lost", FALSE, FALSE },
  { "wtx", "wtx", MATRIX_FILES, GOOD, NULL, FALSE, FALSE },
  { "dlost", "dep_lost", MATRIX_FILES, GOOD, NULL, FALSE, FALSE },
  { "dcrc", "dep_crc", MATRIX_FILES, GOOD, NULL, FALSE, FALSE },
  { "mierr", "mi_err", MATRIX_FILES, GOOD, NULL, FALSE, FALSE },
  { "6700", "6700", MATRIX_FILES, GOOD, GOOD, FALSE, FALSE },
  { "6282", "6282", MATRIX_FILES, GOOD, GOOD, FALSE, FALSE },
  { "empty", "empty", MATRIX_FILES, "lds-malformed", "lds-malformed", FALSE, FALSE },
  { "zero", "zero", MATRIX_FILES, GOOD, GOOD, FALSE, FALSE },
  { "mac", "badmac", MATRIX_FILES, GOOD, GOOD, FALSE, FALSE },
  { "nad", "nad", MATRIX_FILES, "reader-fault", "reader-fault", FALSE, FALSE },
  { "crc>", "crc", MATRIX_LAST, GOOD, GOOD, FALSE, FALSE },
  { "rem>", "remove", MATRIX_LAST, "lost", "lost", FALSE, FALSE },
  { "slow", "slow", MATRIX_FILES, GOOD, GOOD, FALSE, TRUE },
  { "late", "late", MATRIX_FILES, "timeout", "timeout", FALSE, TRUE },
  { "noack", "noack", MATRIX_FILES, "timeout", "timeout", FALSE, TRUE },
  { "norep", "noreply", MATRIX_FILES, "timeout", "timeout", FALSE, TRUE },
  { "sum", "badsum", MATRIX_FILES, "no-reader", "no-reader", FALSE, TRUE },
  { "short", "shortframe", MATRIX_FILES, "timeout", "timeout", FALSE, TRUE },
};
const guint matrix_n_faults = G_N_ELEMENTS (matrix_faults);

/* No fault, damage, removal. */
static gboolean
is_basic (const MatrixFault *fault)
{
  return fault->fault == NULL
         || (fault->when == MATRIX_FILES
             && (g_str_equal (fault->fault, "crc") || g_str_equal (fault->fault, "remove")));
}

/* The card that knows short lengths alone: what it says fits into one block of 256 bytes, so that
 * there is no second part to lose. */
static gboolean
cannot_happen (const MatrixCard *card, const MatrixLink *air, const MatrixFault *fault)
{
  return g_strcmp0 (fault->fault, "mi_err") == 0 && air->frame == 256
         && g_str_equal (card->card, "bac");
}

const char *
matrix_expected (const MatrixCard *card, guint index, guint link, const MatrixFault *fault)
{
  const MatrixLink *air = &matrix_links[link];
  guint turn = (guint)(fault - matrix_faults);
  gboolean needs_raw = card->easy != NULL && air->raw;
  guint own = index % MATRIX_LINKS;

  if (card->easy != NULL && matrix_links[own].raw)
    own++;
  if (!card->named && (!is_basic (fault) || (own != link && !needs_raw)))
    return NULL;
  if (cannot_happen (card, air, fault))
    return NULL;
  if (card->easy != NULL && !air->raw)
    return fault->fault == NULL ? card->easy : NULL;
  if ((fault->slow && (index + turn) % MATRIX_LINKS != link) || (fault->type_a && air->type != 'A'))
    return NULL;
  return air->raw ? fault->raw : fault->easy;
}

const char *
matrix_code (const char *outcome)
{
  static const char *const codes[][2] = {
    { MATRIX_GOOD, "+" },
    { "rf", "rf" },
    { "lost", "lost" },
    { "timeout", "time" },
    { "no-reader", "gone" },
    { "reader-fault", "died" },
    { "wrong-card", "wrong" },
    { "access-denied", "deny" },
    { "access-protocol", "proto" },
    { "sm-broken", "sm" },
    { "lds-malformed", "lds" },
    { "unsupported", "unsup" },
    { "hung", "HUNG" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (strcmp (codes[i][0], outcome) == 0)
      return codes[i][1];
  return "?";
}
