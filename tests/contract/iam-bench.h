/* The simulated core of iAM Smart as a program, a relying party made of the shared codec before it,
 * and a place where its callbacks arrive. */
#pragma once

#include <libsoup/soup.h>

#include "identity/iamsmart-envelope.h"
#include "identity/iamsmart-headers.h"
#include "process.h"
#include "trust/pki.h"

G_BEGIN_DECLS

/* The people: of type sign, sign and basic. */
#define IAM_ADA "ada"
#define IAM_EVE "eve"
#define IAM_BOB "bob"

#define IAM_ADA_NUMBER "A123456"
#define IAM_CALLBACK   "/v1/iam/callback"

typedef struct
{
  char *method;
  char *path;
  char *query; /* (nullable) */
  GBytes *body;
} IamCallback;

typedef struct
{
  char *folder;
  StageProcess *core;
  char *base; /* "https://localhost:PORT" */
  KioskRandom *random;
  KioskSecret *secret;
  char *client;
  KioskIamsmartProfile *profile;
  KioskIamsmartSigner *signer;
  KioskIamsmartKek *kek;
  KioskIamsmartKey *key; /* (nullable) */
  SoupSession *session;
  SoupServer *hub;
  char *redirect; /* where the core calls back */
  GQueue callbacks;
  guint business; /* counts */
} IamBench;

/* @padding: (nullable): the wire says so instead of what is shipped. */
void iam_bench_init (IamBench *self, const char *padding);
void iam_bench_clear (IamBench *self);
char *iam_bench_path (const IamBench *self, const char *name);

/* A line to its standard input, and the answer. (transfer full) */
char *iam_bench_ask (IamBench *self, const char *line);
/* The same, where it says "ok". */
void iam_bench_tell (IamBench *self, const char *line);

/* Milliseconds. */
gint64 iam_bench_now (void);

/* One request as it stands. (transfer full): the body; NULL and @ret_status 0: no answer. */
GBytes *iam_bench_send (IamBench *self, const char *path, const KioskIamsmartHeaders *headers,
                        const char *body, guint *ret_status);
/* Signed. @content: (nullable): none is sent of a key's. (transfer full): what came. */
KioskIamsmartAnswer *iam_bench_post (IamBench *self, KioskIamsmartPath path, JsonObject *content);
/* The code alone: "D00000". (transfer full) */
char *iam_bench_code (IamBench *self, KioskIamsmartPath path, JsonObject *content);
/* A success, opened. (transfer full) */
JsonObject *iam_bench_call (IamBench *self, KioskIamsmartPath path, JsonObject *content);
/* Fetches the content key. FALSE: it cannot be used; @error says why. */
gboolean iam_bench_rekey (IamBench *self, GError **error);

/* The text of the QR code of a login. (transfer full) */
char *iam_bench_qr (IamBench *self, const char *state);
/* The same as it stands; (transfer full): the answer, or NULL and @ret_link. */
char *iam_bench_qr_raw (IamBench *self, const char *query, char **ret_link);

/* A phone does that with the code that it saw. @ret_answer: (optional) (transfer full). */
guint iam_bench_phone (IamBench *self, const char *name, const char *deed, const char *link,
                       JsonObject **ret_answer);

/* Waits for the next one. (transfer full) */
IamCallback *iam_bench_callback (IamBench *self);
void iam_callback_free (IamCallback *self);
/* None has come, though a round trip was made since. */
void iam_bench_assert_silent (IamBench *self);
/* Opens it; @code is the one it must have. (transfer full) */
JsonObject *
iam_bench_open (IamBench *self, const IamCallback *callback, const char *path, const char *code);

/* A fresh request with a business number, redirectURI, source and language. (transfer full) */
JsonObject *iam_bench_request (IamBench *self);
/* The same, to sign @text without a login as @number. */
JsonObject *iam_bench_sign_request (IamBench *self, const char *text, const char *number);
/* A login as @name to its end. (transfer full): of getToken */
JsonObject *iam_bench_login (IamBench *self, const char *name);

/* A fresh request in the name of whom @token was given to. */
JsonObject *iam_bench_account_request (IamBench *self, JsonObject *token);

/* What the script says, with $0 and $1. (transfer full) */
char *iam_bench_shell (const char *script, const char *first, const char *second);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IamCallback, iam_callback_free)

G_END_DECLS
