/* Each page's model. Private to the room. */
#pragma once

#include "journey/journey-private.h"

G_BEGIN_DECLS

/* @model: a GVariantBuilder of a{sv}. */
typedef void (*KioskPageBuild) (KioskJourney *self, GVariantBuilder *model);

/* NULL is written as the empty string. */
void kiosk_page_put_text (GVariantBuilder *model, const char *key, const char *text);
void kiosk_page_put_bool (GVariantBuilder *model, const char *key, gboolean value);
void kiosk_page_put_uint (GVariantBuilder *model, const char *key, guint value);
void kiosk_page_put_int (GVariantBuilder *model, const char *key, int value);
void kiosk_page_put_int64 (GVariantBuilder *model, const char *key, gint64 value);

/* pages-card.c */
void kiosk_page_identify (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_access_key (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_reading (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_card_problem (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_help (KioskJourney *self, GVariantBuilder *model);
const char *kiosk_page_key_kind (KeyField field);

/* pages-phone.c */
void kiosk_page_phone (KioskJourney *self, GVariantBuilder *model);

/* pages-scan.c */
void kiosk_page_scan (KioskJourney *self, GVariantBuilder *model);

/* pages-enrol.c */
void kiosk_page_consent (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_portrait (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_bind (KioskJourney *self, GVariantBuilder *model);

/* pages-service.c */
void kiosk_page_services (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_eligibility (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_question (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_review (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_declaration (KioskJourney *self, GVariantBuilder *model);

/* pages-record.c */
void kiosk_page_receipt (KioskJourney *self, GVariantBuilder *model);
void kiosk_page_transactions (KioskJourney *self, GVariantBuilder *model);

G_END_DECLS
