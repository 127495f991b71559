/* A phone before the kiosk "k-0042" at NOW_MS. What remembers used codes is a list here; with the
 * vault in its place the promise is tested by tests/unit/journey/test-personal-code.c. */
#pragma once

#include "code-maker.h"
#include "formats/base45.h"
#include "identity/personal-code.h"

#include <string.h>

#define KIOSK "k-0042"

typedef struct
{
  Identity *issuer;
  EVP_PKEY *phone;
  GHashTable *spent;
  GError *trouble; /* what the port says instead */
  KioskBundle trust;
  KioskPersonalCodeJudge judge;
} World;

void world_set_up (World *world, gconstpointer data);
void world_tear_down (World *world, gconstpointer data);
#define ADD(name, function)                                                                        \
  g_test_add ("/identity/personal-code/" name, World, NULL, world_set_up, function, world_tear_down)

/* @text must be a code. */
KioskHolder *judge (World *world, const char *text, GError **error);
void assert_holder (World *world, const char *text);
/* No message names anything of the person, and nothing refused is remembered as used. */
void assert_refused (World *world, const char *text, KioskPersonalCodeError code);
/* What @phone shows to this kiosk now of what the issuer said. */
char *shown_by (World *world, const Said *said, EVP_PKEY *phone);
/* @made_ms: when, by the phone's clock. */
char *usual (World *world, const char *audience, gint64 made_ms);
