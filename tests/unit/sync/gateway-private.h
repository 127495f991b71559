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
};

/* With the lock held. */
GatewayAnswer gateway_route (Gateway *self, const GatewayRequest *request);
