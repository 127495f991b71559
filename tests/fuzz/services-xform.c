/* A form's source. One that loads can be filled in, or says why not. */
#include "services/instance.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize length);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autofree char *text = length > 0 ? g_strndup ((const char *)data, length) : g_strdup ("");
  g_autoptr (KioskXForm) xform = kiosk_xform_new (text, NULL, NULL, NULL);
  g_autoptr (KioskFacts) facts = kiosk_facts_new ();
  g_autoptr (KioskInstance) instance = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) again = NULL;

  if (xform == NULL)
    return 0;
  kiosk_facts_set (facts, "today", "2026-11-24");
  instance = kiosk_instance_new (xform, facts, NULL);
  if (instance == NULL)
    return 0;
  for (guint i = 0; i < xform->fields->len; i++)
    {
      KioskProblem problem;
      g_autofree char *sentence = NULL;

      if (kiosk_instance_problem (instance, (int)i, &problem, NULL)
          && problem != KIOSK_PROBLEM_NONE)
        sentence = kiosk_instance_sentence (instance, (int)i, problem, 0);
    }
  /* What has settled stays as it is. */
  first = kiosk_instance_canonical (instance);
  g_assert_true (kiosk_instance_recompute (instance, NULL));
  again = kiosk_instance_canonical (instance);
  g_assert_true (g_bytes_equal (first, again));
  return 0;
}
