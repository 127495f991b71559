/* Bundles: JSON in CMS with two signers, a serial that only grows, and a next-update date. The body
 * is {"bundle":NAME,"serial":N,"issued_ms":…,"next_update_ms":…,"body":{…}}. */
#pragma once

#include "trust/cms.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define KIOSK_BUNDLE_MAX (2 * 1024 * 1024)

typedef struct
{
  char *name; /* "catalogue", "trust", "lost-cards", "staff" */
  guint64 serial;
  gint64 issued_ms;
  gint64 next_update_ms;
  JsonObject *body;
} KioskBundle;

GBytes *
kiosk_bundle_sign (const char *name, guint64 serial, gint64 issued_ms, gint64 next_update_ms,
                   JsonObject *body, const KioskSigner signers[2], GError **error);
/**
 * kiosk_bundle_open:
 * @name: the bundle this must be
 * @anchors: (element-type X509)
 * @minimum_serial: %KIOSK_TRUST_ERROR_ROLLBACK below it
 *
 * A bundle past its next update still opens: kiosk_bundle_is_stale() tells, and the caller decides
 * what may still be done with it.
 */
KioskBundle *kiosk_bundle_open (GBytes *cms, const char *name, GPtrArray *anchors, gint64 now_ms,
                                guint64 minimum_serial, GError **error);
/* Opens with the signers that the bundle carries, for a reader who was handed it as the thing to
 * trust (kioskctl verify). Both signatures must hold; no anchor is asked. */
KioskBundle *kiosk_bundle_open_as_anchor (GBytes *cms, const char *name, GError **error);
gboolean kiosk_bundle_is_stale (const KioskBundle *self, gint64 now_ms);
void kiosk_bundle_free (KioskBundle *self);

/* The "trust" bundle's lists, "roles": {"csca":[PEM…],"csca-link":[…],"kiosk-ca":[…],"gateway":[…],
 * "department/td":[…],"recipient/td":[…],"recovery":[…]}.
 * (element-type X509) (transfer container): empty when the role is not listed. */
GPtrArray *kiosk_bundle_certs (const KioskBundle *self, const char *role, GError **error);

/* The "trust" bundle's optional lists beside the roles, base64: "crls" (DER), "master-lists" (CMS).
 * (element-type GBytes) (transfer container): empty when @member is not there. */
GPtrArray *kiosk_bundle_blobs (const KioskBundle *self, const char *member, guint maximum,
                               gsize size_maximum, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskBundle, kiosk_bundle_free)

G_END_DECLS
