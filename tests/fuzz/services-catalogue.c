/* A catalogue's body. One that loads speaks three languages. */
#include "formats/json.h"
#include "services/form.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize length);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  static const char *const languages[] = { "en", "zh_HK", "zh_CN" };
  g_autoptr (JsonObject) body = kiosk_json_parse (data, length, KIOSK_BUNDLE_MAX, NULL);
  KioskBundle bundle = { .name = (char *)"catalogue", .serial = 1, .body = body };
  g_autoptr (KioskCatalogue) catalogue = body != NULL ? kiosk_catalogue_new (&bundle, NULL) : NULL;
  g_autoptr (KioskFacts) facts = kiosk_facts_new ();

  kiosk_facts_set (facts, "today", "2026-11-24");
  for (guint i = 0; catalogue != NULL && i < kiosk_catalogue_n_services (catalogue); i++)
    for (gsize l = 0; l < G_N_ELEMENTS (languages); l++)
      {
        const KioskService *service = kiosk_catalogue_service (catalogue, i);
        g_autoptr (GPtrArray) checks = kiosk_service_checks (service, facts, languages[l], NULL);

        g_assert_nonnull (kiosk_service_title (service, languages[l]));
        g_assert_nonnull (kiosk_service_declaration (service, languages[l]));
        for (guint c = 0; checks != NULL && c < checks->len; c++)
          g_assert_nonnull (((KioskCheck *)g_ptr_array_index (checks, c))->text);
      }
  return 0;
}
