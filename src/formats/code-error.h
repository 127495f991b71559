/* What is wrong with a code that was shown: one domain for all payloads of QR codes. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_CODE_ERROR (kiosk_code_error_quark ())
GQuark kiosk_code_error_quark (void);

/* Each code means one next action of the person who holds the phone or the paper. */
typedef enum
{
  KIOSK_CODE_ERROR_EMPTY,   /* nothing in it: show another code */
  KIOSK_CODE_ERROR_PARTIAL, /* one of several that make a whole: show it as one code */
  KIOSK_CODE_ERROR_UNKNOWN, /* no kind that this kiosk knows: show another code */
  KIOSK_CODE_ERROR_DAMAGED, /* of a known kind, but altered or cut: ask its issuer for a new one */
  KIOSK_CODE_ERROR_TOO_BIG, /* longer than its kind may be: the same, and tell staff */
  KIOSK_CODE_ERROR_VERSION, /* newer than this program, or an algorithm it lacks: another kiosk */
  KIOSK_CODE_ERROR_ENCRYPTED,  /* for another reader's key: show the open form of it */
  KIOSK_CODE_ERROR_OTHER_KIND, /* good, but for something else */
} KioskCodeError;

G_END_DECLS
