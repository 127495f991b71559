/* The walk through the gateway's contract, and who walks. */
#pragma once

#include "gateway-contract.h"
#include "iam-stage.h"

G_BEGIN_DECLS

typedef struct
{
  IamStage *stage;
  Rig *rig; /* the stage's */
  Contract *contract;
  RigPeer *kiosk, *other, *revoked, *lapsed, *old, *stranger, *department, *other_department;
} Walk;

/* gateway-walkers.c: a running gateway and everybody who may come to it. */
Walk *walk_new (void);
void walk_free (Walk *walk);

/* Crosses the answer off. @reply: (transfer full). */
void walk_check (Walk *walk, const char *id, RigReply *reply, guint status, const char *code);

/* gateway-walk-iam.c: sessions of iAM Smart, and its callbacks. */
void walk_iam (Walk *walk);

G_END_DECLS
