/* Who works here: the signed "staff" bundle, read and asked.
 * {"pin":{"algorithm":"scrypt","n","r","p"}, "staff":[{"id","name","roles":[…],"card":SHA-256 of
 * the card's certificate,"salt","hash":hexadecimal,
 * "state":"active"|"revoked","unlock":N,"not_before_ms","not_after_ms"}]} */
#pragma once

#include "base/secret.h"
#include "identity/staff-roles.h"
#include "trust/bundle.h"

G_BEGIN_DECLS

#define KIOSK_STAFF_ERROR (kiosk_staff_error_quark ())
GQuark kiosk_staff_error_quark (void);

typedef enum
{
  KIOSK_STAFF_ERROR_LIST,    /* the bundle cannot be worked with: keep the one before */
  KIOSK_STAFF_ERROR_ISSUER,  /* the card is not from an issuer that is trusted: refuse it */
  KIOSK_STAFF_ERROR_REVOKED, /* called back: keep the card, tell a supervisor */
  KIOSK_STAFF_ERROR_EARLY,   /* not good yet */
  KIOSK_STAFF_ERROR_EXPIRED, /* not good any more: renew */
  KIOSK_STAFF_ERROR_STALE,   /* the list is past its date: connect the kiosk */
} KioskStaffError;
/* "revoked": as pages and the audit log name it. */
const char *kiosk_staff_error_name (KioskStaffError code);

#define KIOSK_STAFF_BUNDLE  "staff"
#define KIOSK_STAFF_ISSUER  "staff-issuer" /* the trust bundle's role: who makes staff cards */
#define KIOSK_STAFF_CARD    32
#define KIOSK_STAFF_SALT    16
#define KIOSK_STAFF_HASH    32
#define KIOSK_STAFF_PIN_MIN 6 /* digits */
#define KIOSK_STAFF_PIN_MAX 12

/* How slow a PIN's hash is. */
typedef struct
{
  guint64 n; /* a power of two, 2^10 … 2^17 */
  guint32 r; /* 1 … 16 */
  guint32 p; /* 1 … 4 */
} KioskStaffCost;

typedef struct
{
  char *id;
  char *name;
  KioskRoleSet roles;
  guint8 card[KIOSK_STAFF_CARD];
  guint8 salt[KIOSK_STAFF_SALT];
  guint8 hash[KIOSK_STAFF_HASH];
  gboolean revoked;
  guint64 unlock; /* a higher one than a lock was made under ends it */
  gint64 not_before_ms, not_after_ms;
} KioskStaffMember;

typedef struct _KioskStaffList KioskStaffList;

/* (transfer full): any thread reads it. */
KioskStaffList *kiosk_staff_list_new (const KioskBundle *bundle, GError **error);
KioskStaffList *kiosk_staff_list_ref (KioskStaffList *self);
void kiosk_staff_list_unref (KioskStaffList *self);
guint kiosk_staff_list_length (const KioskStaffList *self);
/* (transfer none) (nullable) */
const KioskStaffMember *
kiosk_staff_list_find (const KioskStaffList *self, const guint8 card[KIOSK_STAFF_CARD]);
/* What a card is called in the bundle and in the vault. */
void kiosk_staff_card_digest (GBytes *certificate, guint8 ret_card[KIOSK_STAFF_CARD]);

gboolean kiosk_staff_pin_is_formed (const char *pin);
/* @member: (nullable): NULL takes as long, and is never right. */
gboolean kiosk_staff_pin_is_right (const KioskStaffList *self, const KioskStaffMember *member,
                                   KioskSecret *pin);
/* Whether a member whose PIN was right may come in: %KIOSK_STAFF_ERROR, ISSUER and the others.
 * @issuers: (element-type X509) */
gboolean kiosk_staff_judge (const KioskStaffList *self, const KioskStaffMember *member,
                            GBytes *certificate, GPtrArray *issuers, gint64 now_ms, GError **error);

/* For whoever makes a list. FALSE: @cost is out of bounds. */
gboolean kiosk_staff_pin_hash (const KioskStaffCost *cost, const guint8 salt[KIOSK_STAFF_SALT],
                               KioskSecret *pin, guint8 ret_hash[KIOSK_STAFF_HASH]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskStaffList, kiosk_staff_list_unref)

G_END_DECLS
