/* What a document says besides its zone and its face: DG7 (the signature's picture), DG11 (the
 * person), DG12 (the document). ICAO Doc 9303-10, 4.7.7, 4.7.11, 4.7.12. */
#pragma once

#include "formats/lds.h"

G_BEGIN_DECLS

#define KIOSK_LDS_NAMES_MAX 16

/* NULL for what is not there. Names are "SURNAME, GIVEN NAMES" where the chip separates them, else
 * as they are; lists of parts are joined by ", ". Dates are "YYYY-MM-DD". Wiped when freed. */
typedef struct
{
  char *name;
  GPtrArray *other_names; /* of char *; as many as there are, at most KIOSK_LDS_NAMES_MAX */
  char *personal_number;
  char *birth_date;
  char *birth_place;
  char *address;
  char *telephone;
  char *profession;
  char *title;
  char *summary;
  char *other_documents;
  char *custody;
} KioskLdsPerson;

typedef struct
{
  char *authority;
  char *issue_date;
  GPtrArray *other_persons; /* of char * */
  char *endorsements;
  char *tax_requirements;
  char *personalised; /* "YYYY-MM-DD hh:mm:ss" */
  char *system;       /* serial number of what personalised it */
} KioskLdsIssue;

/* (transfer full): the first picture. @ret_type as kiosk_lds_parse_dg2() gives it */
GBytes *kiosk_lds_parse_dg7 (GBytes *dg7, const char **ret_type, GError **error);

/* Other names are taken from the list in A0 and, as in Chinese passports, from 5F0F itself. Dates
 * may be digits or packed, as in Malaysian passports. */
KioskLdsPerson *kiosk_lds_parse_dg11 (GBytes *dg11, GError **error);
void kiosk_lds_person_free (KioskLdsPerson *self);
/* (transfer none) (nullable): the first of the names that holds a Chinese character. */
const char *kiosk_lds_person_chinese_name (const KioskLdsPerson *self);

KioskLdsIssue *kiosk_lds_parse_dg12 (GBytes *dg12, GError **error);
void kiosk_lds_issue_free (KioskLdsIssue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskLdsPerson, kiosk_lds_person_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskLdsIssue, kiosk_lds_issue_free)

G_END_DECLS
