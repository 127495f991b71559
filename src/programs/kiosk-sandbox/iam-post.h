/* Callbacks on their way to the relying party: HTTPS, its certificate verified, one attempt. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _KioskIamPost KioskIamPost;

typedef struct
{
  guint64 sent;
  guint64 delivered; /* answered with 2xx */
  guint held;
} KioskIamPostCounts;

KioskIamPost *kiosk_iam_post_new (const char *gateway_ca, GError **error);
/* Cuts what is under way. */
void kiosk_iam_post_free (KioskIamPost *self);

/* @body: (nullable): JSON to POST; NULL is a GET. @hold: goes at kiosk_iam_post_release(). */
void kiosk_iam_post_send (KioskIamPost *self, const char *uri, GBytes *body, gboolean hold);
void kiosk_iam_post_release (KioskIamPost *self);
KioskIamPostCounts kiosk_iam_post_counts (const KioskIamPost *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIamPost, kiosk_iam_post_free)

G_END_DECLS
