/* What stops the sandbox. Each message is one line: which file, where, what to do. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_SANDBOX_ERROR (kiosk_sandbox_error_quark ())
GQuark kiosk_sandbox_error_quark (void);

typedef enum
{
  KIOSK_SANDBOX_ERROR_OPTION,  /* a command line that cannot be followed: mend it */
  KIOSK_SANDBOX_ERROR_EXISTS,  /* something is set up there already: left alone */
  KIOSK_SANDBOX_ERROR_GATEWAY, /* no answer, or one that the contract does not know: later */
  KIOSK_SANDBOX_ERROR_PERSON,  /* a person or a phone's key of whom no credential can be made */
  KIOSK_SANDBOX_ERROR_STATE,   /* the department's cursor or bundles are not what they were */
} KioskSandboxError;

G_END_DECLS
