/* One thing to ask the core for, with what it takes and what comes of it. */
#pragma once

#include "programs/kiosk-gateway/call.h"
#include "programs/kiosk-gateway/iam-client.h"

G_BEGIN_DECLS

typedef enum
{
  KIOSK_GATEWAY_IAM_START_LOGIN, /* the code that the kiosk shows */
  KIOSK_GATEWAY_IAM_START_SIGN,
  KIOSK_GATEWAY_IAM_TOKEN,       /* a callback's code becomes a token */
  KIOSK_GATEWAY_IAM_PROFILE,     /* the profile, to come by callback */
  KIOSK_GATEWAY_IAM_RESULT,      /* a signature whose callback never came */
  KIOSK_GATEWAY_IAM_ACKNOWLEDGE, /* a signature has come */
} KioskGatewayIamErrandKind;

typedef struct
{
  KioskGatewayIamErrandKind kind;
  char *session; /* its id */
  gint64 pushed_us;
  /* What goes in, as the kind needs it. */
  char *language; /* "en-US" */
  char *state;
  char *business;
  char *code;  /* of the login's callback */
  char *token; /* accessToken */
  char *open_id;
  char *ticket;
  char *digest; /* Base64 of SHA-256 */
  char *hkic_hash;
  char *department, *service, *document;
  /* What came of it. */
  const char *reason;   /* NULL: it went well */
  char *text;           /* START: of the code on the screen */
  char *identification; /* START: digits, or NULL */
  char *user_type;      /* TOKEN */
  JsonObject *content;  /* RESULT */
} KioskGatewayIamErrand;

KioskGatewayIamErrand *
kiosk_gateway_iam_errand_new (KioskGatewayIamErrandKind kind, const char *session);
void kiosk_gateway_iam_errand_free (gpointer errand);

/* Whether it goes signed, and so in order. */
gboolean kiosk_gateway_iam_errand_is_signed (const KioskGatewayIamErrand *self);
/* Blocks; a worker's. Says on stderr what an operator should know, without personal data. */
void
kiosk_gateway_iam_errand_run (KioskGatewayIamErrand *self, const KioskGatewayIamSettings *settings,
                              KioskGatewayIamClient *client);

/* iam-steps.c: what the writer does with what came of it. An execute. */
gboolean kiosk_gateway_iam_errand_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                           GError **error);
/* (transfer full): a call of the gateway's own that carries @errand (transfer full). */
KioskGatewayCall *kiosk_gateway_iam_errand_call (KioskGatewayIamErrand *errand);
/* An execute: does what is due, one session a call, and goes on while there are more. */
gboolean kiosk_gateway_iam_due_execute (KioskGatewayCall *call, KioskGatewayContext *context,
                                        GError **error);
/* (transfer full): a call that does so. */
KioskGatewayCall *kiosk_gateway_iam_due_call (void);

G_END_DECLS
