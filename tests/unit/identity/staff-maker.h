/* A staff list, and cards for it, made for tests. */
#pragma once

#include "identity/staff.h"

#define MAKER_NOW   G_GINT64_CONSTANT (1800000000000)
#define MAKER_DAY   G_GINT64_CONSTANT (86400000)
#define MAKER_RIGHT "482019"
#define MAKER_WRONG "111111"

typedef struct
{
  KioskBundle bundle;
  JsonArray *staff;
  EVP_PKEY *issuer_key;
  GPtrArray *issuers;
} Maker;

void maker_init (Maker *self, guint n);
void maker_clear (Maker *self);
/* (transfer full): a certificate of the issuer's. */
GBytes *maker_card (Maker *self, const char *id);
/* Lists @card with MAKER_RIGHT. (transfer none): the entry, to be changed. */
JsonObject *maker_add (Maker *self, GBytes *card, const char *id, const char *role);
KioskStaffList *maker_list (Maker *self);
KioskSecret *maker_pin (const char *digits);
