/* The numbers of a personal code, for who reads and who writes it. Private to formats. */
#pragma once

#include "formats/personal.h"

G_BEGIN_DECLS

#define CLAIM_ISSUER     1
#define CLAIM_EXPIRES    4
#define CLAIM_NOT_BEFORE 5
#define CLAIM_ISSUED     6
#define CLAIM_IDENTITY   169
#define CLAIM_CNF        8
#define TEXT_MAX         1024 /* bytes */

enum
{
  ATTRIBUTE_BIRTH = 8,
  ATTRIBUTE_GENDER = 9,
  ATTRIBUTE_ADDRESS = 10,
  ATTRIBUTE_MARITAL = 14,
  ATTRIBUTE_PICTURE = 16, /* deprecated since 1.2.2; its format in 17, numbered alike */
  ATTRIBUTE_PICTURE_FORMAT = 17,
  ATTRIBUTE_FACE = 62,
};

enum
{
  FACE_DATA,
  FACE_KIND, /* 0: an image */
  FACE_FORMAT,
};

#define CNF_COSE_KEY 1 /* in a cnf claim (RFC 8747, 3.2) */

typedef struct
{
  gint64 attribute;
  gsize offset; /* in KioskPersonal, of a char * */
} KioskPersonalText;

/* In the order of their attributes. */
extern const KioskPersonalText kiosk_personal_texts[];
extern const guint kiosk_personal_n_texts;

G_END_DECLS
