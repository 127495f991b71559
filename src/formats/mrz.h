/* Machine-readable zones: ICAO Doc 9303 parts 3 to 6 (TD1 3×30, TD2 2×36, TD3 2×44). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_MRZ_ERROR (kiosk_mrz_error_quark ())
GQuark kiosk_mrz_error_quark (void);

typedef enum
{
  KIOSK_MRZ_ERROR_SIZE,     /* not 90, 72 or 88 characters */
  KIOSK_MRZ_ERROR_ALPHABET, /* a character that no such zone holds, or a field out of form */
  KIOSK_MRZ_ERROR_CHECK,    /* a check digit is wrong: misread, or altered */
} KioskMrzError;

typedef enum
{
  KIOSK_MRZ_TD1,
  KIOSK_MRZ_TD2,
  KIOSK_MRZ_TD3,
} KioskMrzForm;
const char *kiosk_mrz_form_name (KioskMrzForm form); /* "TD1" */

/* Fields without filler. Wiped when freed. */
typedef struct
{
  KioskMrzForm form;
  char *document_code;   /* "I", "P", "ID" */
  char *issuing_state;   /* "UTO", "D" */
  char *document_number; /* long ones (TD1, TD2) joined again */
  char *optional_1;      /* empty when there is none */
  char *optional_2;      /* TD1 only */
  char *birth;           /* "YYMMDD" as printed; unknown parts are "<<" */
  char *sex;             /* "M", "F" or "X" */
  char *expiry;          /* "YYMMDD" */
  char *nationality;
  char *surname;     /* "ERIKSSON", parts joined by one space */
  char *given_names; /* "ANNA MARIA"; may be empty */
} KioskMrz;

/* '0' … '9'; weights 7, 3, 1; letters count from A = 10, filler 0. Source: 9303-3, 4.9. */
char kiosk_mrz_check_digit (const char *text, gsize length);

/* @text: lines one after another without separators, as in DG1. All check digits must hold. */
KioskMrz *kiosk_mrz_parse (const char *text, gsize length, GError **error);
void kiosk_mrz_free (KioskMrz *self);
/* The zone again, 90, 72 or 88 characters; NULL if a field does not fit its place. */
char *kiosk_mrz_print (const KioskMrz *self);

/* (transfer full): "CHAN, TAI MAN". */
char *kiosk_mrz_name (const KioskMrz *self);
/* (transfer full): "YYYY-MM-DD", unknown parts "00". A birth lies in the hundred years up to
 * @year; an expiry in the hundred from @year − 49. NULL for a date that no calendar has. */
char *kiosk_mrz_birth_date (const KioskMrz *self, int year);
char *kiosk_mrz_expiry_date (const KioskMrz *self, int year);

/* (transfer full): number, birth and expiry with their check digits, from which BAC's and PACE's
 * keys are derived (9303-11, 4.3.2); wipe it. NULL if a part is out of form. */
char *kiosk_mrz_access_info (const char *number, const char *birth, const char *expiry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskMrz, kiosk_mrz_free)

G_END_DECLS
