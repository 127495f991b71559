/* The simulated core of iAM Smart. What it knows of the real one is what is public; nothing here is
 * it, speaks to it or may be taken for it. One thread. */
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "identity/iamsmart-headers.h"

G_BEGIN_DECLS

typedef struct _KioskIamCore KioskIamCore;

typedef struct
{
  const char *folder;     /* as kiosk_sandbox_iam_save() left it: iamsmart/ */
  const char *gateway_ca; /* PEM: who may be the relying party when it is called back */
  gint64 key_ms;          /* a content key's life */
} KioskIamConfig;

/* Takes references to @clock and @random. */
KioskIamCore *kiosk_iam_core_new (const KioskIamConfig *config, KioskClock *clock,
                                  KioskRandom *random, GError **error);
void kiosk_iam_core_free (KioskIamCore *self);
/* Where the phones find it: "https://localhost:PORT". */
void kiosk_iam_core_set_base (KioskIamCore *self, const char *base);

/**
 * kiosk_iam_core_post:
 * @path: (transfer none): a path of data/identity
 * @headers: as they came, each maybe NULL
 * @body: (array length=length)
 *
 * Returns: (transfer full) (nullable): the answer's JSON; NULL when there is nothing at @path
 */
char *kiosk_iam_core_post (KioskIamCore *self, const char *path,
                           const KioskIamsmartHeaders *headers, const char *body, gsize length);
/* Whether @path is that of getQR, and that of any POST. */
gboolean kiosk_iam_core_is_qr (const KioskIamCore *self, const char *path);

/**
 * kiosk_iam_core_qr:
 * @query: (element-type utf8 utf8) (nullable): what followed the question mark
 * @ret_link: (transfer full): where to go on: the text of the QR code
 *
 * Returns: (transfer full) (nullable): an answer's JSON when it is refused
 */
char *kiosk_iam_core_qr (KioskIamCore *self, GHashTable *query, char **ret_link);

/**
 * kiosk_iam_core_app:
 * @path: "/app/open" or "/app/decide"
 * @token: (nullable): the phone's
 * @ret_body: (transfer full): JSON
 *
 * Returns: the status of HTTP
 */
guint kiosk_iam_core_app (KioskIamCore *self, const char *path, const char *token, const char *body,
                          gsize length, char **ret_body);

/* What happens to an answer on its way, each so many times as it was asked for. */
typedef enum
{
  KIOSK_IAM_ANSWER_GOES,
  KIOSK_IAM_ANSWER_HELD, /* until kiosk_iam_core_control() hears "release" */
  KIOSK_IAM_ANSWER_CUT,
  KIOSK_IAM_ANSWER_500,
  KIOSK_IAM_ANSWER_GARBAGE,
} KioskIamFate;
KioskIamFate kiosk_iam_core_fate (KioskIamCore *self);

/**
 * kiosk_iam_core_control:
 * @line: "fault NAME [COUNT]", "release", "expire", "clock OFFSET_MS" or "status"
 * @ret_release: whether held answers are to go
 *
 * Returns: (transfer full): "ok …" or "error …"
 */
char *kiosk_iam_core_control (KioskIamCore *self, const char *line, gboolean *ret_release);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamCore, kiosk_iam_core_free)

G_END_DECLS
