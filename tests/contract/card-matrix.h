/* What has to come of each cell of the card matrix, by reasoning and not by recording: who may open
 * what, and what a fault may do to it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MATRIX_GOOD "+" /* the document's own verdict, whatever befell it on the way */

typedef struct
{
  const char *card;
  const char *access;         /* how it opens: the method of the statement */
  const char *passive, *chip; /* each claim's verdict: "passed", or the reason why not */
  guint opening;    /* commands from the key to the first that reads a file; 0: not fixed */
  gboolean named;   /* one of the eight: it meets every fault */
  const char *easy; /* what comes of it where the firmware's blocks do not carry its long keys */
} MatrixCard;

/* How the card speaks on the air. */
typedef struct
{
  char type;
  guint frame;
  gboolean raw; /* the reader speaks ISO-DEP itself, so that a lost block is no lost answer */
} MatrixLink;

typedef enum
{
  MATRIX_BEFORE,  /* from before the tap, for good */
  MATRIX_TAP,     /* once, at the tap */
  MATRIX_OPENING, /* once, at the second command after the key */
  MATRIX_FILES,   /* once, at the first command that reads a file, or the portrait's last but one */
  MATRIX_LAST,    /* once, at the last command of the reading */
} MatrixWhen;

typedef struct
{
  const char *heading; /* at most five letters */
  const char *fault;   /* the emulator's name; NULL: none */
  MatrixWhen when;
  const char *raw, *easy; /* what comes of it; NULL: it cannot strike there */
  gboolean type_a;        /* it strikes cards of type A only */
  gboolean slow;          /* takes seconds: each card meets it over one of the links */
} MatrixFault;

#define MATRIX_LINKS 4
extern const MatrixLink matrix_links[MATRIX_LINKS];
extern const MatrixCard matrix_cards[];
extern const guint matrix_n_cards;
extern const MatrixFault matrix_faults[];
extern const guint matrix_n_faults;

/* What has to come of @fault; NULL: it is not met over this link. @index, the card's, chooses the
 * one link of slow faults and of cards that are not among the eight. */
const char *
matrix_expected (const MatrixCard *card, guint index, guint link, const MatrixFault *fault);
/* At most five letters for an outcome: a KioskCardError's name, "evidence", or the verdict of a
 * claim that is not what it has to be. */
const char *matrix_code (const char *outcome);

G_END_DECLS
