/* The integrated mapping with every cipher and group against a second reckoning
 * (reckon-integrated.py): the standard prints examples of AES-128 alone. */
#include "devices/card/card-pace.h"
#include "vectors.h"

static void
assert_case (const Vector *vector, guint cipher, gint64 parameters)
{
  const KioskCipher ours = (KioskCipher)(cipher - 1);
  g_autofree char *s_key = g_strdup_printf ("%u-%d-s", cipher, (int)parameters);
  g_autofree char *t_key = g_strdup_printf ("%u-%d-t", cipher, (int)parameters);
  g_autofree char *g_key = g_strdup_printf ("%u-%d-generator", cipher, (int)parameters);
  g_autoptr (KioskCardGroup) group = kiosk_card_group_new_standard (parameters);
  g_autoptr (KioskCardElement) generator = NULL;
  g_autoptr (GBytes) wanted = vector_bytes (vector, g_key);
  g_autoptr (GBytes) got = NULL;
  guint8 s[32], t[32];

  vector_copy (vector, s_key, s, kiosk_pace_integrated_nonce_bytes (ours));
  vector_copy (vector, t_key, t, kiosk_pace_integrated_terminal_bytes (ours));
  generator = kiosk_pace_map_integrated (group, ours, s, t);
  g_assert_nonnull (generator);
  got = kiosk_card_group_encode (group, generator);
  g_assert_cmpmem (g_bytes_get_data (got, NULL), (int)g_bytes_get_size (got),
                   g_bytes_get_data (wanted, NULL), (int)g_bytes_get_size (wanted));
}

static void
test_cipher (gconstpointer data)
{
  static const gint64 parameters[] = { 0, 1, 2, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18 };
  g_autoptr (Vector) vector = vector_load ("integrated");

  for (guint i = 0; i < G_N_ELEMENTS (parameters); i++)
    assert_case (vector, GPOINTER_TO_UINT (data), parameters[i]);
}

/* 1 mod 4: there is no formula for this prime. */
static void
test_p224 (void)
{
  static const guint8 nonce[32] = { 1 };
  g_autoptr (KioskCardGroup) group = kiosk_card_group_new_standard (10);

  g_assert_null (kiosk_pace_map_integrated (group, KIOSK_CIPHER_AES_128, nonce, nonce));
}

int
main (int argc, char **argv)
{
  static const char *const ciphers[] = { "3des", "aes-128", "aes-192", "aes-256" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ciphers); i++)
    {
      g_autofree char *path
        = g_strdup_printf ("/vectors/second-reckoning/pace-integrated-%s", ciphers[i]);

      g_test_add_data_func (path, GUINT_TO_POINTER (i + 1), test_cipher);
    }
  g_test_add_func ("/vectors/second-reckoning/pace-integrated-p-224-is-refused", test_p224);
  return g_test_run ();
}
