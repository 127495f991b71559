/* Every page there is; each has its template in ui/ under the same stem. */
#pragma once

#include "page.h"

G_BEGIN_DECLS

GType kiosk_page_unavailable_get_type (void);
GType kiosk_page_home_get_type (void);
GType kiosk_page_identify_get_type (void);
GType kiosk_page_scan_get_type (void);
GType kiosk_page_phone_get_type (void);
GType kiosk_page_access_key_get_type (void);
GType kiosk_page_reading_get_type (void);
GType kiosk_page_card_problem_get_type (void);
GType kiosk_page_help_get_type (void);
GType kiosk_page_services_get_type (void);
GType kiosk_page_eligibility_get_type (void);
GType kiosk_page_consent_get_type (void);
GType kiosk_page_portrait_get_type (void);
GType kiosk_page_bind_get_type (void);
GType kiosk_page_question_get_type (void);
GType kiosk_page_review_get_type (void);
GType kiosk_page_declaration_get_type (void);
GType kiosk_page_sealing_get_type (void);
GType kiosk_page_receipt_get_type (void);
GType kiosk_page_transactions_get_type (void);
GType kiosk_page_ended_get_type (void);
GType kiosk_page_staff_card_get_type (void);
GType kiosk_page_staff_pin_get_type (void);
GType kiosk_page_staff_desk_get_type (void);

typedef struct
{
  const char *name; /* as on the bus */
  GType (*type) (void);
  gboolean hero; /* fills the window: the header stands aside */
} KioskPageEntry;

/* In the order of a journey: a slide goes left when the next page comes later. NULL: unknown. */
const KioskPageEntry *kiosk_pages_find (const char *name);
const KioskPageEntry *kiosk_pages_all (guint *ret_n);

G_END_DECLS
