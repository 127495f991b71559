/* CMS, for the other files of this room. Private to trust. */
#pragma once

#include "trust/cms.h"
#include "trust/openssl-private.h"

G_BEGIN_DECLS

/**
 * kiosk_cms_verify_signers:
 * @anchors: (element-type X509) (nullable): NULL takes the signers' own certificates for anchors
 * @at_ms: −1 leaves validity out
 * @ret_signers: (out) (optional) (element-type X509) (transfer full): every signer's certificate
 *
 * kiosk_cms_verify() with what only this room may ask. An attached content is wiped with its last
 * reference.
 */
GBytes *kiosk_cms_verify_signers (GBytes *cms, GBytes *detached, GPtrArray *anchors, gint64 at_ms,
                                  guint needed, GPtrArray **ret_signers, GError **error);

/* Runs @content through @cms's digests or cipher without a copy of it. */
gboolean kiosk_cms_feed (CMS_ContentInfo *cms, GBytes *content);
/* @is_secret: the DER holds plaintext and is wiped with its last reference. */
GBytes *kiosk_cms_take_der (CMS_ContentInfo *cms, gboolean is_secret);

G_END_DECLS
