/* The invented citizens whose documents the emulator makes. Nobody's names and numbers. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *document_number;
  const char *hkid; /* (nullable): letters and digits without the check digit */
  const char *surname;
  const char *given_names;
  const char *chinese;
  const char *birth; /* YYYY-MM-DD */
  const char *sex;
  const char *symbols; /* (nullable): on the face of an identity card */
  const char *can;
} KioskEmuPerson;

G_END_DECLS
