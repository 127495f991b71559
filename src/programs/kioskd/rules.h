/* What the signed bundles say, as it is in force: opened once, then only read. */
#pragma once

#include "identity/staff.h"
#include "services/catalogue.h"
#include "sync/sync.h"

G_BEGIN_DECLS

typedef struct
{
  gatomicrefcount references;
  KioskCatalogue *catalogue; /* NULL: none */
  gint64 catalogue_until_ms; /* of the catalogue's bundle */
  KioskBundle *trust;        /* NULL: none */
  KioskBundle *lost_cards;   /* NULL: none */
  KioskStaffList *staff;     /* NULL: none: nobody of the staff can sign in */
  GPtrArray *csca;           /* GBytes, DER: those named, linked to and listed by masters */
  GPtrArray *crls;           /* GBytes, DER */
} KioskRules;

/* Blocks for the vault and for signatures. A bundle that is there and does not hold is told in one
 * line on standard error, and counts as none. */
KioskRules *kiosk_rules_load (KioskSync *sync);
/* Of a kiosk that has no vault to hold any. */
KioskRules *kiosk_rules_none (void);
KioskRules *kiosk_rules_ref (KioskRules *self);
void kiosk_rules_unref (KioskRules *self);

/* As %KioskBundleCheck: whether this program can work with what a bundle says. */
gboolean kiosk_rules_check (const KioskBundle *bundle, GError **error);

/* Whether a bundle that a promise rests on is missing or past its next update: the services and
 * their fees, who is trusted, which cards were reported lost. */
gboolean kiosk_rules_are_stale (const KioskRules *self, gint64 now_ms);

/* (element-type X509) (transfer full) (nullable): who can open what is sealed for @department: its
 * own keys and the recovery key. NULL unless there is one of each. */
GPtrArray *kiosk_rules_recipients (const KioskRules *self, const char *department);

/* (element-type X509) (transfer full): who makes staff cards; empty: nobody whom we know. */
GPtrArray *kiosk_rules_staff_issuers (const KioskRules *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskRules, kiosk_rules_unref)

G_END_DECLS
