/* The double's state, shared by its server and its routes. */
#pragma once

#include "gateway-double.h"

typedef struct
{
  char *digest;
  GBytes *receipt;
} GatewayTransaction;

typedef struct
{
  guint64 serial;
  GBytes *cms;
} GatewayBundle;

typedef struct
{
  char *line; /* "PUT /v1/…" */
  char *head;
  GBytes *body;
  char *peer; /* common name; NULL: no certificate */
} GatewayRequest;

typedef struct
{
  guint status;
  char *header;
  GBytes *body;
} GatewayAnswer;

typedef struct
{
  char *prefix;
  GatewayFault fault;
} GatewayPlanned;

struct _Gateway
{
  World *world;
  GTlsCertificate *certificate;
  GTlsDatabase *authorities;
  GSocketService *service;
  guint16 port;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;

  GMutex lock; /* everything below */
  GHashTable *transactions;
  GHashTable *bundles;
  GPtrArray *outcomes; /* GBytes */
  GPtrArray *lines;
  GQueue faults; /* Planned */
  char *epoch;
  gint64 time_ms;
  guint old_handshakes, connections;
  GCond idle;

  /* The one session of the hub. */
  guint iam_sessions; /* opened so far */
  gint64 iam_version; /* 0: none is open */
  char *iam_state, *iam_reason, *iam_sealed;
  char *iam_asked; /* the last opening's body */
  GCond iam_news;
  gboolean closing;
};

/* With the lock held, but for an iAM session's question while nothing is new. */
GatewayAnswer gateway_route (Gateway *self, const GatewayRequest *request);
/* gateway-iam.c: likewise */
GatewayAnswer gateway_route_iam (Gateway *self, const GatewayRequest *request);
void gateway_iam_clear (Gateway *self);
