#include "phone-world.h"

static gboolean
spend (gpointer data, const guint8 digest[32], gint64 expires_ms, GError **error)
{
  World *world = data;
  g_autoptr (GBytes) key = g_bytes_new (digest, 32);

  if (world->trouble != NULL)
    {
      g_propagate_error (error, g_error_copy (world->trouble));
      return FALSE;
    }
  if (g_hash_table_add (world->spent, g_steal_pointer (&key)))
    return TRUE;
  g_set_error_literal (error, KIOSK_PERSONAL_CODE_ERROR, KIOSK_PERSONAL_CODE_ERROR_USED, "used");
  return FALSE;
}

void
world_set_up (World *world, gconstpointer data)
{
  world->issuer = identity_new (KIOSK_CERT_SIGNER, "Identity issuer", NULL);
  world->phone = phone_new ("EC");
  world->spent
    = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  world->trust.name = (char *)"trust";
  world->trust.body = maker_trust (world->issuer->cert);
  world->judge = (KioskPersonalCodeJudge){ .kiosk = KIOSK,
                                           .trust = &world->trust,
                                           .clock = kiosk_clock_new_manual (NOW_MS),
                                           .spend = spend,
                                           .spend_data = world };
}

void
world_tear_down (World *world, gconstpointer data)
{
  identity_free (world->issuer);
  EVP_PKEY_free (world->phone);
  g_hash_table_unref (world->spent);
  g_clear_error (&world->trouble);
  json_object_unref (world->trust.body);
  kiosk_clock_unref (world->judge.clock);
}

KioskHolder *
judge (World *world, const char *text, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (KioskCode) code = kiosk_code_parse ((const guint8 *)text, strlen (text), &problem);

  g_assert_no_error (problem);
  return kiosk_personal_code_judge (&world->judge, code, error);
}

void
assert_holder (World *world, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskHolder) holder = judge (world, text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (holder);
}

void
assert_refused (World *world, const char *text, KioskPersonalCodeError code)
{
  g_autoptr (GError) error = NULL;
  guint spent = g_hash_table_size (world->spent);

  g_assert_null (judge (world, text, &error));
  g_assert_error (error, KIOSK_PERSONAL_CODE_ERROR, (int)code);
  g_assert_null (strstr (error->message, "CHAN"));
  g_assert_null (strstr (error->message, "1234"));
  g_assert_cmpuint (g_hash_table_size (world->spent), ==, spent);
}

char *
shown_by (World *world, const Said *said, EVP_PKEY *phone)
{
  g_autoptr (GBytes) credential = maker_credential (said, world->issuer->key);

  return maker_show (credential, phone, KIOSK, NOW_MS, 1);
}

char *
usual (World *world, const char *audience, gint64 made_ms)
{
  Said said = said_usual (world->phone);
  g_autoptr (GBytes) credential = maker_credential (&said, world->issuer->key);

  return maker_show (credential, world->phone, audience, made_ms, 1);
}
