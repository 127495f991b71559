#include "programs/kioskctl/card-report.h"

#include "programs/kioskctl/client.h"

#include <string.h>

#define PORTRAIT  2
#define SIGNATURE 7
#define ISSUE     12

/* Those whose contents were read. */
static GVariant *
numbers_of (const KioskEvidence *evidence)
{
  g_auto (GVariantBuilder) numbers = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("au"));

  for (guint i = 0; i < KIOSK_EVIDENCE_GROUPS; i++)
    if (evidence->groups[i].bytes > 0)
      g_variant_builder_add (&numbers, "u", i + 1);
  return g_variant_builder_end (&numbers);
}

static GVariant *
groups_of (const KioskEvidence *evidence)
{
  g_auto (GVariantBuilder) all = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < KIOSK_EVIDENCE_GROUPS; i++)
    {
      const KioskEvidenceGroup *group = &evidence->groups[i];

      if (group->bytes == 0 && group->note == NULL)
        continue;
      g_variant_builder_open (&all, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&all, "{sv}", "group", g_variant_new_uint32 (i + 1));
      g_variant_builder_add (&all, "{sv}", "bytes", g_variant_new_uint32 (group->bytes));
      if (group->note != NULL)
        g_variant_builder_add (&all, "{sv}", "note", g_variant_new_string (group->note));
      g_variant_builder_close (&all);
    }
  return g_variant_builder_end (&all);
}

static void
add_text (GVariantBuilder *all, const char *key, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (all, "{sv}", key, g_variant_new_string (text));
}

static GVariant *
statements_of (const KioskEvidence *evidence)
{
  g_auto (GVariantBuilder) all = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < evidence->statements->len; i++)
    {
      const KioskStatement *statement = g_ptr_array_index (evidence->statements, i);

      g_variant_builder_open (&all, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&all, "{sv}", "claim",
                             g_variant_new_string (kiosk_claim_name (statement->claim)));
      g_variant_builder_add (&all, "{sv}", "method", g_variant_new_string (statement->method));
      if (statement->group > 0)
        g_variant_builder_add (&all, "{sv}", "group", g_variant_new_uint32 (statement->group));
      g_variant_builder_add (&all, "{sv}", "proof",
                             g_variant_new_string (kiosk_proof_name (statement->proof)));
      if (statement->reason != NULL)
        g_variant_builder_add (&all, "{sv}", "reason", g_variant_new_string (statement->reason));
      g_variant_builder_close (&all);
    }
  return g_variant_builder_end (&all);
}

void
kioskctl_card_print_json (const KioskEvidence *evidence)
{
  const KioskStatement *access = kiosk_evidence_verdict (evidence, KIOSK_CLAIM_ACCESS);
  g_auto (GVariantBuilder) all = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) value = NULL;

  g_variant_builder_add (&all, "{sv}", "profile", g_variant_new_string (evidence->profile));
  g_variant_builder_add (&all, "{sv}", "simulated", g_variant_new_boolean (evidence->simulated));
  g_variant_builder_add (&all, "{sv}", "access", g_variant_new_string (access->method));
  g_variant_builder_add (&all, "{sv}", "statements", statements_of (evidence));
  g_variant_builder_add (&all, "{sv}", "data_groups", numbers_of (evidence));
  g_variant_builder_add (&all, "{sv}", "groups", groups_of (evidence));
  if (evidence->groups[PORTRAIT - 1].bytes > 0)
    add_text (&all, "portrait", evidence->portrait != NULL ? "decoded" : "cannot-be-decoded");
  add_text (&all, "issuing_authority", evidence->issuing_authority);
  add_text (&all, "issue_date", evidence->issue_date);
  add_text (&all, "signature", evidence->signature_type);
  g_variant_builder_add (&all, "{sv}", "apdus", g_variant_new_uint32 (evidence->apdus));
  g_variant_builder_add (&all, "{sv}", "time_ms",
                         g_variant_new_int64 ((evidence->duration_us + 999) / 1000));
  value = g_variant_ref_sink (g_variant_builder_end (&all));
  kioskctl_print_json (value);
}

/* What DG12 and DG7 say, after their sizes. */
static void
print_details (const KioskEvidence *evidence, guint number)
{
  if (number == PORTRAIT)
    g_print (", portrait%s", evidence->portrait == NULL ? ": cannot be decoded" : "");
  if (number == ISSUE && evidence->issuing_authority != NULL)
    g_print (", issued by %s", evidence->issuing_authority);
  if (number == ISSUE && evidence->issue_date != NULL)
    g_print (", on %s", evidence->issue_date);
  if (number == SIGNATURE && evidence->signature_type != NULL)
    g_print (", a signature as %s", evidence->signature_type);
}

static void
print_groups (const KioskEvidence *evidence)
{
  for (guint i = 0; i < KIOSK_EVIDENCE_GROUPS; i++)
    {
      const KioskEvidenceGroup *group = &evidence->groups[i];

      if (group->bytes == 0 && group->note == NULL)
        continue;
      g_print ("data     DG%u: %u bytes", i + 1, group->bytes);
      print_details (evidence, i + 1);
      g_print ("%s%s\n", group->note != NULL ? ", " : "", group->note != NULL ? group->note : "");
    }
}

void
kioskctl_card_print_text (const KioskEvidence *evidence)
{
  g_print ("%s%s, %u commands in %.1f ms\n", evidence->profile,
           evidence->simulated ? " (a simulation)" : "", evidence->apdus,
           (double)evidence->duration_us / 1000.0);
  for (guint i = 0; i < evidence->statements->len; i++)
    {
      const KioskStatement *statement = g_ptr_array_index (evidence->statements, i);
      g_autofree char *group
        = statement->group > 0 ? g_strdup_printf (" of DG%u", statement->group) : g_strdup ("");

      g_print ("%-8s %s%s: %s%s%s\n", kiosk_claim_name (statement->claim), statement->method, group,
               kiosk_proof_name (statement->proof), statement->reason != NULL ? ", " : "",
               statement->reason != NULL ? statement->reason : "");
    }
  print_groups (evidence);
}

gboolean
kioskctl_card_has_failed (const KioskEvidence *evidence)
{
  for (guint i = 0; i < evidence->statements->len; i++)
    if (((KioskStatement *)g_ptr_array_index (evidence->statements, i))->proof
        == KIOSK_PROOF_FAILED)
      return TRUE;
  return FALSE;
}
