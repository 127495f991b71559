/* What every file of this room needs around OpenSSL. Private to trust. */
#pragma once

#include <glib.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "trust/cleanup.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ECDSA_SIG, ECDSA_SIG_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OSSL_PARAM, OSSL_PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_REQ, X509_REQ_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE_CTX, X509_STORE_CTX_free)

/* A stack whose certificates belong to it. */
typedef STACK_OF (X509) KioskX509Stack;
void kiosk_x509_stack_free (KioskX509Stack *stack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskX509Stack, kiosk_x509_stack_free)
/* @certs: (element-type X509) (nullable): an empty stack for NULL. */
KioskX509Stack *kiosk_x509_stack_new (GPtrArray *certs);

/* An array whose certificates belong to it. */
GPtrArray *kiosk_x509_array_new (void);

/* A read-only BIO over @bytes, which must outlive it. */
BIO *kiosk_bio_new (GBytes *bytes);
/* The contents of @secret, wiped when the last reference goes. Takes @secret over. */
GBytes *kiosk_bytes_new_secret (gpointer secret);

/* ECDSA with SHA-256 over @data, as DER. */
GBytes *kiosk_ecdsa_sign (EVP_PKEY *key, GBytes *data, GError **error);
gboolean kiosk_ecdsa_verify (EVP_PKEY *key, GBytes *data, GBytes *der);
gboolean kiosk_key_is_p256 (EVP_PKEY *key);

G_END_DECLS
