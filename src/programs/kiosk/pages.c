#include "pages.h"

static const KioskPageEntry entries[] = {
  { "unavailable", kiosk_page_unavailable_get_type, FALSE },
  { "home", kiosk_page_home_get_type, TRUE },
  { "staff-card", kiosk_page_staff_card_get_type, FALSE },
  { "staff-pin", kiosk_page_staff_pin_get_type, FALSE },
  { "staff-desk", kiosk_page_staff_desk_get_type, FALSE },
  { "identify", kiosk_page_identify_get_type, FALSE },
  { "scan", kiosk_page_scan_get_type, FALSE },
  { "phone", kiosk_page_phone_get_type, FALSE },
  { "help", kiosk_page_help_get_type, FALSE },
  { "access-key", kiosk_page_access_key_get_type, FALSE },
  { "reading", kiosk_page_reading_get_type, FALSE },
  { "card-problem", kiosk_page_card_problem_get_type, FALSE },
  { "services", kiosk_page_services_get_type, FALSE },
  { "transactions", kiosk_page_transactions_get_type, FALSE },
  { "eligibility", kiosk_page_eligibility_get_type, FALSE },
  { "consent", kiosk_page_consent_get_type, FALSE },
  { "portrait", kiosk_page_portrait_get_type, FALSE },
  { "bind", kiosk_page_bind_get_type, FALSE },
  { "question", kiosk_page_question_get_type, FALSE },
  { "review", kiosk_page_review_get_type, FALSE },
  { "declaration", kiosk_page_declaration_get_type, FALSE },
  { "sealing", kiosk_page_sealing_get_type, FALSE },
  { "receipt", kiosk_page_receipt_get_type, FALSE },
  { "ended", kiosk_page_ended_get_type, FALSE },
};

const KioskPageEntry *
kiosk_pages_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_str_equal (entries[i].name, name))
      return &entries[i];
  return NULL;
}

const KioskPageEntry *
kiosk_pages_all (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (entries);
  return entries;
}
