/* A gateway in a thread of this test: TLS with client certificates, the wire's routes, and faults
 * on demand, down to the byte at which an answer is cut. It keeps what it was given, as the real
 * one. */
#pragma once

#include "world.h"

typedef struct _Gateway Gateway;

typedef enum
{
  GATEWAY_FAULT_STATUS,    /* answers @status with @header and @body, does nothing */
  GATEWAY_FAULT_BODY,      /* does its work, and answers 201 with @body instead */
  GATEWAY_FAULT_CUT,       /* does its work, sends @cut bytes of the answer, drops the connection */
  GATEWAY_FAULT_CUT_CLEAN, /* the same without Content-Length, and the connection closed in order */
} GatewayFaultKind;

typedef struct
{
  GatewayFaultKind kind;
  guint status;
  const char *header; /* "Retry-After: 7\r\n" or NULL */
  GBytes *body;       /* NULL: none */
  gsize cut;
} GatewayFault;

/* Listens at once. @server: the certificate that it shows. */
Gateway *gateway_new (World *world, const KioskSigner *server);
void gateway_free (Gateway *self);
char *gateway_url (Gateway *self);

/* The next request of "METHOD /path…" @prefix meets @fault; faults of one prefix queue up. */
void gateway_fault (Gateway *self, const char *prefix, const GatewayFault *fault);
/* Requests whose "METHOD /path" begins so, since the start. */
guint gateway_requests (Gateway *self, const char *prefix);
/* Handshakes finished by anything but TLS 1.3. */
guint gateway_old_handshakes (Gateway *self);

guint gateway_transactions (Gateway *self);
/* (transfer full) (nullable): the digest in hexadecimal under which it holds a transaction. */
char *gateway_digest (Gateway *self, const char *txid);
/* (transfer full) (nullable): the receipt that it gave. */
GBytes *gateway_receipt (Gateway *self, const char *txid);
/* Comes back from a backup of before the transaction: forgets it, and is of another epoch. */
void gateway_restore (Gateway *self, const char *lost_txid, const char *epoch);
/* Hands an outcome out behind all others. */
void gateway_add_outcome (Gateway *self, GBytes *cms);
void gateway_set_bundle (Gateway *self, const char *name, guint64 serial, GBytes *cms);
void gateway_set_time (Gateway *self, gint64 time_ms);

/* The open session of the hub goes on to @state; whoever waits is told. @sealed: (nullable). */
void gateway_iam_tell (Gateway *self, const char *state, const char *reason, GBytes *sealed);
gboolean gateway_iam_is_open (Gateway *self);
/* (transfer full) (nullable): what the last one was asked with. */
char *gateway_iam_asked (Gateway *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Gateway, gateway_free)
