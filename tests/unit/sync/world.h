/* Everybody's keys, made on the spot: who may be the gateway, who signs what, who can read. */
#pragma once

#include <gio/gio.h>

#include "trust/bundle.h"

/* When the test began, to the second, as Unix milliseconds: GnuTLS judges certificates by the
 * machine's clock, so the world cannot stand at a time of its own. */
gint64 world_now (void);
#define WORLD_NOW (world_now ())

typedef struct
{
  char *folder;
  KioskSigner server_ca, server; /* TLS */
  KioskSigner elsewhere;         /* of the same authority, for another host */
  KioskSigner kiosk_ca;
  KioskSigner receipt;  /* the gateway's hand */
  KioskSigner td, immd; /* departments */
  KioskSigner stranger; /* whom no list names */
  KioskSigner bundle_signers[2];
  GPtrArray *recipients;      /* of seals */
  char *gateway_ca, *anchors; /* PEM files */
} World;

World *world_new (void);
void world_free (World *self);
/* (transfer full): the trust list with this serial. @with_receipt: whether it knows the gateway. */
GBytes *world_trust (World *self, guint64 serial, gboolean with_receipt);
/* (transfer full): a bundle with nothing in it. */
GBytes *world_bundle (World *self, const char *name, guint64 serial);
/* (transfer full): @json signed by @signer. */
GBytes *world_sign (const char *json, const KioskSigner *signer);
/* A TLS certificate with its key. */
GTlsCertificate *world_tls (World *self, const KioskSigner *signer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)
