/* Many kiosks that log people in by their phones, one after another each, all at once. */
#pragma once

#include "iam-stage.h"

G_BEGIN_DECLS

typedef struct _FleetKiosk FleetKiosk;

typedef struct
{
  IamStage *stage;
  GRand *rand;
  FleetKiosk **kiosks;
  guint n_kiosks;
  guint n_logins;
  IamClient **phones; /* one a person */
  guint running;      /* kiosks that have not finished */
  guint begun, done, failed, left, refused;
  guint peeks;         /* tries to see another's session, all refused */
  GHashTable *reasons; /* reason → count, boxed */
} Fleet;

Fleet *fleet_new (guint kiosks, guint logins, guint seed);
/* Until each login has come to an end. */
void fleet_run (Fleet *self);
void fleet_free (Fleet *self);

G_END_DECLS
