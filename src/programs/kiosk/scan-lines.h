/* What the page "scan" says, by what it wants and by the codes of its model: what is so, and what
 * to do, one thing at a time. */
#pragma once

#include "camera-lines.h"

G_BEGIN_DECLS

/* The icon of whatever the person can mend with another code; all else is nobody's mistake. */
#define KIOSK_SCAN_WRONG "kiosk-cross-symbolic"
#define KIOSK_SCAN_STEPS 3

/* English, to be translated. A sentence that is NULL depends on the model. */
typedef KioskCameraLine KioskScanLine;

typedef struct
{
  const char *wanted;
  const char *title;
  const char *lead;
  const char *steps[KIOSK_SCAN_STEPS]; /* what to do, in words */
  KioskScanLine taken;
  /* What is said of this kind alone; each ends with a NULL code. */
  const KioskScanLine *troubles, *guidances, *problems;
} KioskScanTexts;

/* (transfer none): for a name that is not known, what is said of a receipt. */
const KioskScanTexts *kiosk_scan_texts (const char *wanted);
/* All (nullable): a trouble of the camera, advice, why a code was not taken: of this kind, or what
 * is said whatever is wanted. */
const KioskScanLine *kiosk_scan_trouble (const KioskScanTexts *wanted, const char *code);
const KioskScanLine *kiosk_scan_guidance (const KioskScanTexts *wanted, const char *code);
const KioskScanLine *kiosk_scan_problem (const KioskScanTexts *wanted, const char *code);
/* What a code of another kind is, by the names of formats/code.h; in the present language. */
const char *kiosk_scan_kind (const char *name);

G_END_DECLS
