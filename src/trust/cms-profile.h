/* The one form in which this house reads CMS. OpenSSL's parser leaves much to the sender: versions,
 * algorithms that no signature uses, tags of one byte, attributes outside the tag. Each of those is
 * a byte that could be changed unnoticed. Private to trust. */
#pragma once

#include "trust/pki.h"

G_BEGIN_DECLS

/* DER SignedData (RFC 5652, 5.1) over id-data, 1 … 8 signers by issuer and serial number, whose
 * algorithms fit one another; no unsigned attributes, no CRLs. */
gboolean kiosk_cms_check_signed (GBytes *cms, GError **error);

/* DER AuthEnvelopedData (RFC 5083) with AES-256-GCM, a nonce of 12 bytes, a tag of 16, and no
 * attributes: OpenSSL 3.0 leaves authAttrs out of what the tag covers (its issue 31635). */
gboolean kiosk_cms_check_enveloped (GBytes *cms, GError **error);

G_END_DECLS
