/* A chip for PACE and chip authentication, made of the room's own primitives: it is there for the
 * order of things and for what a bad chip does; that the numbers are right is for the vectors, for
 * libeac and for the emulator to show. */
#pragma once

#include "devices/card/card-access.h"

G_BEGIN_DECLS

typedef struct
{
  KioskCardChannel channel;
  KioskRandom *random;
  KioskSecurityInfo info; /* of PACE */
  const char *can;
  BIGNUM *static_key; /* chip authentication mapping */

  gboolean echoes;      /* our own key comes back */
  gboolean wrong_token; /* the last step */

  gint64 named; /* domain parameters of MSE:Set AT; −1: none */
  guint others; /* commands that are not PACE's: SELECT, GET CHALLENGE */
  KioskCardGroup *group;
  KioskSecret *nonce;
  KioskCardElement *generator;
  BIGNUM *mapping_key;
  GBytes *own, *theirs; /* of the agreement */
  KioskCardSm *sm;
} FakeChip;

/* @info: what it runs */
FakeChip *fake_chip_new (const KioskSecurityInfo *info, const char *can);
void fake_chip_free (FakeChip *self);
/* (transfer full): SecurityInfos with the public key of chip authentication mapping. */
KioskSecurityInfos *fake_chip_security (const FakeChip *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeChip, fake_chip_free)

G_END_DECLS
