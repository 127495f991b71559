#include "formats/statement.h"

#include <string.h>

#define STATEMENTS_MAX 64
#define CODE_MAX       64
#define GROUP_MAX      16

static const char *const proof_names[] = {
  [KIOSK_PROOF_NOT_TRIED] = "not-tried",
  [KIOSK_PROOF_PASSED] = "passed",
  [KIOSK_PROOF_FAILED] = "failed",
  [KIOSK_PROOF_NOT_POSSIBLE] = "not-possible",
};

static const char *const claim_names[KIOSK_CLAIMS] = { "access", "passive", "chip" };

const char *
kiosk_proof_name (KioskProof proof)
{
  return proof < G_N_ELEMENTS (proof_names) ? proof_names[proof] : "not-tried";
}

const char *
kiosk_claim_name (KioskClaim claim)
{
  return claim < KIOSK_CLAIMS ? claim_names[claim] : "access";
}

static void
statement_free (gpointer data)
{
  KioskStatement *self = data;

  g_free (self->method);
  g_free (self->reason);
  g_free (self);
}

GPtrArray *
kiosk_statements_new (void)
{
  return g_ptr_array_new_with_free_func (statement_free);
}

static KioskStatement *
find (GPtrArray *statements, KioskClaim claim, const char *method, guint group)
{
  for (guint i = 0; i < statements->len; i++)
    {
      KioskStatement *statement = g_ptr_array_index (statements, i);

      if (statement->claim == claim && statement->group == group
          && strcmp (statement->method, method) == 0)
        return statement;
    }
  return NULL;
}

void
kiosk_statements_set (GPtrArray *statements, KioskClaim claim, const char *method, guint group,
                      KioskProof proof, const char *reason)
{
  KioskStatement *statement = find (statements, claim, method, group);
  g_autofree char *copy = g_strdup (reason);

  if (statement == NULL)
    {
      g_assert (statements->len < STATEMENTS_MAX);
      statement = g_new0 (KioskStatement, 1);
      statement->claim = claim;
      statement->method = g_strdup (method);
      statement->group = group;
      g_ptr_array_add (statements, statement);
    }
  statement->proof = proof;
  g_free (statement->reason);
  statement->reason = g_steal_pointer (&copy);
}

GPtrArray *
kiosk_statements_copy (GPtrArray *statements)
{
  GPtrArray *copy = kiosk_statements_new ();

  for (guint i = 0; i < statements->len; i++)
    {
      const KioskStatement *statement = g_ptr_array_index (statements, i);

      kiosk_statements_set (copy, statement->claim, statement->method, statement->group,
                            statement->proof, statement->reason);
    }
  return copy;
}

/* The first of @claim with @proof. */
static const KioskStatement *
first (GPtrArray *statements, KioskClaim claim, KioskProof proof)
{
  for (guint i = 0; i < statements->len; i++)
    {
      const KioskStatement *statement = g_ptr_array_index (statements, i);

      if (statement->claim == claim && statement->proof == proof)
        return statement;
    }
  return NULL;
}

static const KioskStatement nothing[KIOSK_CLAIMS] = {
  [KIOSK_CLAIM_ACCESS] = { .claim = KIOSK_CLAIM_ACCESS },
  [KIOSK_CLAIM_PASSIVE] = { .claim = KIOSK_CLAIM_PASSIVE },
  [KIOSK_CLAIM_CHIP] = { .claim = KIOSK_CLAIM_CHIP },
};

/* The first of @method that did not pass, else its last; NULL: there is none. */
static const KioskStatement *
weakest (GPtrArray *statements, const char *method)
{
  const KioskStatement *found = NULL;

  for (guint i = 0; i < statements->len; i++)
    {
      const KioskStatement *statement = g_ptr_array_index (statements, i);

      if (statement->claim != KIOSK_CLAIM_PASSIVE || strcmp (statement->method, method) != 0)
        continue;
      found = statement;
      if (statement->proof != KIOSK_PROOF_PASSED)
        break;
    }
  return found;
}

/* The chain speaks for all of it when everything passed. */
static const KioskStatement *
settle_passive (GPtrArray *statements)
{
  static const char *const needed[]
    = { KIOSK_METHOD_SIGNATURE, KIOSK_METHOD_HASH, KIOSK_METHOD_CHAIN };
  const KioskStatement *statement = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      statement = weakest (statements, needed[i]);
      if (statement == NULL)
        return &nothing[KIOSK_CLAIM_PASSIVE];
      if (statement->proof != KIOSK_PROOF_PASSED)
        return statement;
    }
  return statement;
}

const KioskStatement *
kiosk_statements_settle (GPtrArray *statements, KioskClaim claim)
{
  static const KioskProof order[]
    = { KIOSK_PROOF_PASSED, KIOSK_PROOF_NOT_POSSIBLE, KIOSK_PROOF_NOT_TRIED };
  const KioskStatement *statement = first (statements, claim, KIOSK_PROOF_FAILED);

  if (statement != NULL)
    return statement;
  if (claim == KIOSK_CLAIM_PASSIVE)
    return settle_passive (statements);
  for (guint i = 0; statement == NULL && i < G_N_ELEMENTS (order); i++)
    statement = first (statements, claim, order[i]);
  return statement != NULL ? statement : &nothing[claim];
}

GVariant *
kiosk_statements_to_variant (GPtrArray *statements)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (KIOSK_STATEMENTS_TYPE));
  for (guint i = 0; i < statements->len; i++)
    {
      const KioskStatement *statement = g_ptr_array_index (statements, i);

      g_variant_builder_add (&builder, "(ssuss)", kiosk_claim_name (statement->claim),
                             statement->method, statement->group,
                             kiosk_proof_name (statement->proof),
                             statement->reason != NULL ? statement->reason : "");
    }
  return g_variant_builder_end (&builder);
}

static gboolean
is_code (const char *text)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-");

  return text[length] == '\0' && length <= CODE_MAX;
}

static gboolean
find_name (const char *const *names, guint n_names, const char *name, guint *ret_index)
{
  for (guint i = 0; i < n_names; i++)
    if (strcmp (names[i], name) == 0)
      {
        *ret_index = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
take (GPtrArray *statements, GVariant *entry)
{
  const char *claim_name, *method, *proof_name, *reason;
  guint32 group;
  guint claim, proof;

  g_variant_get (entry, "(&s&su&s&s)", &claim_name, &method, &group, &proof_name, &reason);
  if (!find_name (claim_names, KIOSK_CLAIMS, claim_name, &claim)
      || !find_name (proof_names, G_N_ELEMENTS (proof_names), proof_name, &proof)
      || !is_code (method) || *method == '\0' || !is_code (reason) || group > GROUP_MAX
      || find (statements, (KioskClaim)claim, method, group) != NULL)
    return FALSE;
  kiosk_statements_set (statements, (KioskClaim)claim, method, group, (KioskProof)proof,
                        *reason != '\0' ? reason : NULL);
  return TRUE;
}

GPtrArray *
kiosk_statements_from_variant (GVariant *variant)
{
  g_autoptr (GPtrArray) statements = kiosk_statements_new ();

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE (KIOSK_STATEMENTS_TYPE))
      || g_variant_n_children (variant) > STATEMENTS_MAX)
    return NULL;
  for (gsize i = 0; i < g_variant_n_children (variant); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (variant, i);

      if (!take (statements, entry))
        return NULL;
    }
  return g_steal_pointer (&statements);
}
