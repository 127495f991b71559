/* A QR code's payload, told apart by its beginning and read into a struct: what was shown to the
 * camera. No signature is checked here; what has one is judged by trust. */
#pragma once

#include "formats/binding.h"
#include "formats/code-error.h"
#include "formats/health.h"
#include "formats/hkqr.h"
#include "formats/hksarg.h"
#include "formats/presentation.h"
#include "formats/ticket.h"

G_BEGIN_DECLS

/* More than any one QR code holds: version 40, L, digits only. */
#define KIOSK_CODE_MAX 7089

/* Bits, so that a page can say which kinds it takes. */
typedef enum
{
  KIOSK_CODE_RECEIPT = 1 << 0,      /* of one of our kiosks: KR1: */
  KIOSK_CODE_TICKET = 1 << 1,       /* ties a phone to a person, once: KT1: */
  KIOSK_CODE_PERSONAL = 1 << 2,     /* identity data, MOSIP Claim 169: the credential alone */
  KIOSK_CODE_HEALTH = 1 << 3,       /* EU Digital COVID Certificate: HC1: */
  KIOSK_CODE_VACCINATION = 1 << 4,  /* HKSARG|VAC */
  KIOSK_CODE_EXEMPTION = 1 << 5,    /* HKSARG|MEC */
  KIOSK_CODE_BILL = 1 << 6,         /* EMVCo with a bill number: a demand note */
  KIOSK_CODE_PAYMENT = 1 << 7,      /* EMVCo without one */
  KIOSK_CODE_LINK = 1 << 8,         /* http or https: text to show, never opened */
  KIOSK_CODE_PRESENTATION = 1 << 9, /* a personal code shown by its holder, just now: KP1: */
  KIOSK_CODE_BINDING = 1 << 10,     /* a phone's public key, for a ticket: KB1: */
} KioskCodeKind;

typedef struct
{
  KioskCodeKind kind;
  /* KIOSK_CODE_RECEIPT: the COSE_Sign1 whose claims kiosk_receipt_from_cbor() reads once trust has
   * checked it; KIOSK_CODE_LINK: the text itself. NULL otherwise. */
  GBytes *receipt;
  char *link;
  /* The one that @kind names; NULL otherwise. */
  KioskTicket *ticket;
  KioskBinding *binding;
  KioskPersonal *personal;
  KioskPresentation *presentation;
  KioskHealth *health;
  KioskHksarg *hksarg; /* vaccination and exemption */
  KioskHkqr *hkqr;     /* bill and payment */
} KioskCode;

/**
 * kiosk_code_parse:
 * @bytes: what the decoder gave, with ECI conversion done and NULs kept; not NUL-terminated
 *
 * A code in several parts is known only to the decoder: it reports
 * %KIOSK_CODE_ERROR_PARTIAL itself, by kiosk_code_set_partial().
 *
 * Returns: (transfer full) (nullable)
 */
KioskCode *kiosk_code_parse (const guint8 *bytes, gsize length, GError **error);
/* Wipes what is personal. */
void kiosk_code_free (KioskCode *self);

/* The kind that the beginning claims, 0 if none: also for a code that then proves to be damaged. */
KioskCodeKind kiosk_code_sniff (const guint8 *bytes, gsize length);

/* One row a kind, so that a page can put its own words to each name. */
typedef struct
{
  KioskCodeKind kind;
  const char *name;    /* stable, ASCII: "receipt", "bill" */
  const char *english; /* "a receipt of a kiosk": after "this code is for something else:" */
} KioskCodeKindRow;

extern const KioskCodeKindRow kiosk_code_kinds[];
extern const guint kiosk_code_n_kinds;
/* "unknown" for 0. */
const char *kiosk_code_kind_name (KioskCodeKind kind);

/* FALSE with %KIOSK_CODE_ERROR_OTHER_KIND, and *@ret_name what the code is, unless @self is of one
 * of the kinds @wanted. The message is for technicians; the page writes its own by the name.
 * @ret_name: (out) (optional) (transfer none) */
gboolean
kiosk_code_expect (const KioskCode *self, guint wanted, const char **ret_name, GError **error);

void kiosk_code_set_partial (GError **error);
/* The error's stable ASCII name: "damaged", "other-kind". */
const char *kiosk_code_error_name (KioskCodeError code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCode, kiosk_code_free)

G_END_DECLS
