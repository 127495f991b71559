/* A real gateway in a folder of its own, with keys made on the spot, asked by curl. Its database is
 * a file there or, with RIG_DATABASE=postgresql, a new one on a server of this program's own,
 * which flushes its disk only with RIG_DURABLE. */
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "postgres.h"
#include "process.h"
#include "programs/kiosk-sandbox/setup-keys.h"
#include "trust/seal.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _Rig Rig;
struct _Rig
{
  char *folder;
  char *database; /* "sqlite:…" or "postgresql:…" */
  KioskSandboxKeys *keys;
  KioskClock *clock;
  KioskRandom *random;
  StageProcess *gateway; /* NULL while stopped */
  char *iam; /* where the gateway finds iAM Smart's core from its next start on; NULL: none */
  guint port;
  gint files;   /* atomic: names of temporary files */
  Rig *twin_of; /* whose folder, keys and database these are; else NULL */
};

/* g_test_run(), and the end of the server. Where that is not installed everything is skipped. */
int rig_test_run (void);
void rig_server_end (void);
gboolean rig_is_on_postgresql (void);
Postgres *rig_server (void);
/* (transfer full): what sqlite3 or psql answers, columns by '|', a row a line. */
char *rig_ask (Rig *self, const char *sql);

/* Set up, bundles published, gateway running. */
Rig *rig_new (void);
/* The same by `kiosk-sandbox setup`, with the country signer CSCA and the document LOST. */
Rig *rig_new_by_setup (const char *services, const char *lost);
/* A second gateway with the first one's keys and database; to be freed before it. */
Rig *rig_twin (Rig *first);
void rig_free (Rig *self);
void rig_start (Rig *self);
/* SIGTERM: it must end by itself, with 0. */
void rig_stop (Rig *self);
/* SIGKILL. */
void rig_kill (Rig *self);
/* Runs `kiosk-gateway --database … WORDS` to a good end; (transfer full): what it printed. */
char *rig_command (Rig *self, const char *word, ...) G_GNUC_NULL_TERMINATED;
/* (transfer full): `report --json`. */
JsonObject *rig_report (Rig *self);
void rig_publish (Rig *self, const char *name, guint64 serial, JsonObject *body);
/* (transfer full): what another program answers; it must end with 0. */
char *rig_run (const char *const *argv);
/* (transfer full): the path of a new file with that content. */
char *rig_file (Rig *self, gconstpointer data, gsize size);

typedef struct
{
  char *id;
  KioskSigner signer;
  char *cert_path;
  char *key_path;
} RigPeer;

RigPeer *rig_enrol (Rig *self);
/* The Transport Department. */
RigPeer *rig_department (Rig *self);
/* A kiosk with that common name, certified by @issuer for the given time. */
RigPeer *rig_peer_issued (Rig *self, const char *id, const KioskSigner *issuer,
                          gint64 not_before_ms, gint64 not_after_ms);
void rig_peer_free (RigPeer *self);
char *rig_code (Rig *self);

typedef struct
{
  guint status;
  char *headers; /* as they came */
  GBytes *body;
  JsonObject *json; /* of a JSON body; else NULL */
  const char *code; /* of a problem; else NULL */
} RigReply;

/* @peer: nullable. @headers: (nullable): "Name: value", NULL-terminated. @body: nullable. */
RigReply *rig_request (Rig *self, const RigPeer *peer, const char *method, const char *path,
                       const char *const *headers, GBytes *body);
RigReply *rig_post_json (Rig *self, const RigPeer *peer, const char *path, const char *json);
void rig_reply_free (RigReply *self);
/* (transfer full) (nullable): a header's value. */
char *rig_reply_header (const RigReply *self, const char *name);

/* A record of @size bytes sealed by @peer for the department. */
GBytes *rig_seal (Rig *self, const RigPeer *peer, const char *txid, gsize size);
GBytes *
rig_seal_at (Rig *self, const RigPeer *peer, const KioskSealHeader *header, GBytes *submission);
KioskSealHeader *rig_header (Rig *self, const char *kiosk, const char *txid);
RigReply *rig_put (Rig *self, const RigPeer *peer, const char *txid, GBytes *sealed);
/* "Content-Digest: …" of the bytes. */
char *rig_digest_header (GBytes *bytes);
/* An outcome signed by @peer. */
GBytes *rig_outcome (Rig *self, const RigPeer *peer, const char *kiosk, const char *txid,
                     GBytes *sealed, const char *outcome, const char *reason);
RigReply *rig_post_outcome (Rig *self, const RigPeer *peer, GBytes *cms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RigPeer, rig_peer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RigReply, rig_reply_free)

G_END_DECLS
