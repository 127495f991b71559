/* A small world of keys, made on the spot, for the tests of this room. */
#pragma once

#include "trust/cms.h"
#include "trust/sod.h"

G_BEGIN_DECLS

#define DAY_MS G_GINT64_CONSTANT (86400000)
/* 2026-06-01T00:00:00Z, in the middle of every certificate's year. */
#define NOW_MS G_GINT64_CONSTANT (1780272000000)

typedef struct
{
  X509 *cert;
  EVP_PKEY *key;
} Identity;

/* Valid a year around NOW_MS; @issuer NULL makes it self-signed. */
Identity *identity_new (KioskCertRole role, const char *name, const Identity *issuer);
Identity *identity_new_valid (KioskCertRole role, const char *name, const Identity *issuer,
                              gint64 not_before_ms, gint64 not_after_ms);
void identity_free (Identity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Identity, identity_free)

KioskSigner identity_signer (const Identity *self);
/* (transfer container): of the certificates of a NULL-terminated list of identities. */
GPtrArray *identity_certs (const Identity *first, ...) G_GNUC_NULL_TERMINATED;

/* Signature and chain of @sod, with @csca (element-type X509) for country signers. */
gboolean sod_verify (KioskSod *sod, GPtrArray *csca, gint64 at_ms, GError **error);

/* A folder that the test may fill; removed with what is in it. */
char *folder_new (void);
void folder_remove (const char *folder);
/* Writes into the folder; (transfer full): the path. */
char *folder_write (const char *folder, const char *name, GBytes *content);
char *folder_write_cert (const char *folder, const char *name, X509 *cert);
char *folder_write_key (const char *folder, const char *name, EVP_PKEY *key);
/* Runs "openssl …" as a shell would, in the folder; TRUE when it exits 0. */
gboolean openssl (const char *folder, const char *format, ...) G_GNUC_PRINTF (2, 3);
GBytes *folder_read (const char *folder, const char *name);

G_END_DECLS
