/* Gateways with the hub in them, the simulated core of iAM Smart, kiosks and phones: all real
 * programs but the last two. */
#pragma once

#include "iam-client.h"
#include "identity/iamsmart-content.h"
#include "rig.h"

G_BEGIN_DECLS

typedef struct
{
  Rig *rig; /* the first gateway's */
  StageProcess *core;
  char *core_url;
  StageProcess *second; /* another gateway on the same database; NULL: none */
  char *urls[2];        /* of the gateways */
  char **numbers;       /* of the people, with check digit; the account of the nth is "pN" */
  guint people;
} IamStage;

/* @people: of them the last may sign. @gateways: 1 or 2; two need RIG_DATABASE=postgresql. */
IamStage *iam_stage_new (guint people, guint gateways);
void iam_stage_free (IamStage *self);
/* Stops and starts the gateways: what they knew but did not keep is gone. */
void iam_stage_restart (IamStage *self);
/* A line to the core; (transfer full): its answer, which must begin with "ok". */
char *iam_stage_core (IamStage *self, const char *line);

/* (transfer full): a callback as the core would send it: @content under a key of its own. */
char *iam_stage_envelope (IamStage *self, const char *code, const char *content);

typedef struct
{
  RigPeer *peer;
  IamClient *client;
} IamKiosk;

IamKiosk *iam_kiosk_new (IamStage *self);
void iam_kiosk_free (IamKiosk *self);
/* (transfer full): a phone of that account. */
IamClient *iam_phone_new (IamStage *self, guint person);

/* (transfer full): "URL/v1/iam/sessions…" at the gateway @which. */
char *iam_url (const IamStage *self, guint which, const char *session, gint64 after);
/* The phone opens what a code says and decides. */
IamReply *iam_phone_decide (IamStage *self, guint person, const char *code, const char *decision);
/* (transfer full): {"ticket":…,"decision":…} of a code's text. */
char *iam_decision (const char *code, const char *decision);
/* (transfer full) (nullable): what is sealed in a reply, opened with the kiosk's key. */
JsonObject *iam_kiosk_open (const IamKiosk *self, const IamReply *reply);
/* Whether the kiosk's key opens it. */
gboolean iam_kiosk_can_open (const IamKiosk *self, const IamReply *reply);
/* (transfer full): the last answer: "done" or "failed"; waits through any other. */
IamReply *iam_kiosk_wait (IamStage *self, IamKiosk *kiosk, const char *session);
/* What a gateway's gauge or counter says. */
gint64 iam_stage_gauge (IamStage *self, guint which, const char *name);
gint64 iam_stage_counter (IamStage *self, guint which, const char *name);
/* Waits until it says so much or more, or the core's status does. */
void iam_stage_await_counter (IamStage *self, const char *name, gint64 value);
void iam_stage_await (IamStage *self, const char *name, gint64 value);
/* (transfer full) */
GBytes *iam_base64 (const char *text);
/* Base64 of SHA-256, signed as SHA256withRSA. */
gboolean iam_signature_holds (X509 *cert, const char *digest, GBytes *signature);

#define IAM_LOGIN "{\"purpose\":\"login\",\"language\":\"en\"}"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IamStage, iam_stage_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IamKiosk, iam_kiosk_free)

G_END_DECLS
