/* The government's side on one machine: keys made on the spot, certificates, and the first bundles,
 * each signed by two. Nothing of it is trusted by anything outside the folder. */
#pragma once

#include "base/clock.h"
#include "base/random.h"

G_BEGIN_DECLS

typedef struct
{
  const char *folder;      /* made; must not hold a setup yet */
  const char *csca_file;   /* PEM: the country signers that kiosks will trust */
  const char *links_file;  /* (nullable) PEM: certificates that link its keys to newer ones */
  const char *const *crls; /* (nullable): files, PEM or DER: whom country signers called back */
  const char *const *master_lists; /* (nullable): files, CMS */
  const char *services;            /* data/services, or a folder like it */
  const char *const *lost;         /* (nullable): document numbers reported lost */
  const char *staff_issuer;        /* (nullable) PEM: who makes staff cards */
  const char *const *staff;        /* (nullable): card.ini of staff cards (setup-staff.h) */
  const char *identity;            /* data/identity, or a folder like it: iAM Smart's wire */
  const char *const *iam_users;    /* (nullable): "FILE:TYPE", as kiosk_sandbox_iam_setup() takes */
} KioskSandboxSetup;

gboolean kiosk_sandbox_setup (const KioskSandboxSetup *setup, KioskClock *clock,
                              KioskRandom *random, GError **error);

G_END_DECLS
