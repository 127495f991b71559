/* What the page "scan" says, by what it wants and by the codes of its model: what is so, and what
 * to do, one thing at a time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The icon of whatever the person can mend with another code; all else is nobody's mistake. */
#define KIOSK_SCAN_WRONG "kiosk-cross-symbolic"
#define KIOSK_SCAN_STEPS 3

/* English, to be translated. */
typedef struct
{
  const char *code;
  const char *sentence; /* NULL: it depends on the model */
  const char *next;
  const char *icon;
} KioskScanLine;

typedef struct
{
  const char *wanted;
  const char *title;
  const char *lead;
  const char *steps[KIOSK_SCAN_STEPS]; /* what to do, in words */
  KioskScanLine taken;
  const KioskScanLine *troubles, *guidances, *problems; /* each ends with a NULL code */
} KioskScanTexts;

/* (transfer none): for a name that is not known, what is said of a receipt. */
const KioskScanTexts *kiosk_scan_texts (const char *wanted);
/* (nullable): of a table of texts. */
const KioskScanLine *kiosk_scan_line (const KioskScanLine *table, const char *code);
/* What a code of another kind is, by the names of formats/code.h; in the present language. */
const char *kiosk_scan_kind (const char *name);

G_END_DECLS
