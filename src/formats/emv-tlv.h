/* The TLV of EMVCo's merchant-presented codes: two digits of tag, two of length, the value. Private
 * to formats. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_EMV_TAGS 100

/* EMVCo counts characters, some writers count bytes: in ASCII they are the same. */
typedef enum
{
  KIOSK_EMV_BYTES,
  KIOSK_EMV_CHARACTERS,
} KioskEmvUnit;

typedef struct
{
  const char *at; /* NULL when the tag is not there; else within the text that was read */
  gsize length;   /* bytes */
} KioskEmvValue;

/* FALSE unless all of @text is tags, each once. EMVCo has no empty value, but public codes do.
 * @ret_values: (out caller-allocated): a value a tag;
 * @ret_last: (out): the tag that ends it. */
gboolean kiosk_emv_read (const char *text, gsize length, KioskEmvUnit unit,
                         KioskEmvValue ret_values[KIOSK_EMV_TAGS], guint *ret_last);
/* @value: 1 … 99 bytes of ASCII. */
void kiosk_emv_append (GString *text, guint tag, const char *value);
/* CRC-16, polynomial 1021, initial FFFF, not reflected (EMVCo, "CRC"). */
guint16 kiosk_emv_crc (const char *text, gsize length);

G_END_DECLS
