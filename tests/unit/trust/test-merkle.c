#include "base/file.h"
#include "trust/merkle.h"

#include <string.h>

#define N_REFERENCE 8

/* The reference log of Certificate Transparency (transparency-dev/merkle, testonly). */
static const char *const entries[N_REFERENCE] = {
  "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
};

static const char *const roots[N_REFERENCE + 1] = {
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

#define MANY 70

static guint8 reference[N_REFERENCE * KIOSK_MERKLE_HASH];
static guint8 many[MANY * KIOSK_MERKLE_HASH];
static guint8 many_roots[(MANY + 1) * KIOSK_MERKLE_HASH];

static void
make_leaves (void)
{
  g_autoptr (KioskMerkle) tree = kiosk_merkle_new ();

  for (guint i = 0; i < N_REFERENCE; i++)
    {
      g_autoptr (GBytes) entry = kiosk_hex_decode (entries[i]);

      kiosk_merkle_leaf (g_bytes_get_data (entry, NULL), g_bytes_get_size (entry),
                         reference + i * KIOSK_MERKLE_HASH);
    }
  kiosk_merkle_root (tree, many_roots);
  for (guint i = 0; i < MANY; i++)
    {
      kiosk_merkle_leaf (&i, sizeof i, many + i * KIOSK_MERKLE_HASH);
      kiosk_merkle_append (tree, many + i * KIOSK_MERKLE_HASH);
      kiosk_merkle_root (tree, many_roots + (i + 1) * KIOSK_MERKLE_HASH);
    }
}

static void
assert_hex (const guint8 *bytes, gsize length, const char *wanted)
{
  g_autofree char *hex = kiosk_hex_encode (bytes, length);

  g_assert_cmpstr (hex, ==, wanted);
}

static void
test_roots (void)
{
  g_autoptr (KioskMerkle) tree = kiosk_merkle_new ();
  guint8 root[KIOSK_MERKLE_HASH];

  for (guint i = 0; i <= N_REFERENCE; i++)
    {
      g_assert_cmpuint (kiosk_merkle_size (tree), ==, i);
      kiosk_merkle_root (tree, root);
      assert_hex (root, sizeof root, roots[i]);
      if (i < N_REFERENCE)
        kiosk_merkle_append (tree, reference + i * KIOSK_MERKLE_HASH);
    }
}

static void
assert_proof (GBytes *proof, const char *const *wanted)
{
  g_autofree char *hex
    = kiosk_hex_encode (g_bytes_get_data (proof, NULL), g_bytes_get_size (proof));
  g_autofree char *all = g_strjoinv ("", (char **)wanted);

  g_assert_cmpstr (hex, ==, all);
  g_bytes_unref (proof);
}

/* Published with the reference log. */
static void
test_published_proofs (void)
{
  static const char *const inclusion_0_8[]
    = { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4", NULL };
  static const char *const inclusion_5_8[]
    = { "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", NULL };
  static const char *const consistency_2_8[]
    = { "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4", NULL };
  static const char *const consistency_6_8[]
    = { "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", NULL };

  assert_proof (kiosk_merkle_inclusion (reference, 8, 0), inclusion_0_8);
  assert_proof (kiosk_merkle_inclusion (reference, 8, 5), inclusion_5_8);
  assert_proof (kiosk_merkle_consistency (reference, 8, 2), consistency_2_8);
  assert_proof (kiosk_merkle_consistency (reference, 8, 6), consistency_6_8);
}

static gboolean
check_inclusion (guint index, guint size, GBytes *proof)
{
  return kiosk_merkle_check_inclusion (many + index * KIOSK_MERKLE_HASH, index, size, proof,
                                       many_roots + size * KIOSK_MERKLE_HASH);
}

static gboolean
check_consistency (guint old_size, guint size, GBytes *proof)
{
  return kiosk_merkle_check_consistency (old_size, many_roots + old_size * KIOSK_MERKLE_HASH, size,
                                         many_roots + size * KIOSK_MERKLE_HASH, proof);
}

/* One bit changed, one hash too few, one too many: none may pass. */
static void
assert_mangled (GBytes *proof, guint a, guint b, gboolean (*check) (guint, guint, GBytes *))
{
  gsize length = g_bytes_get_size (proof);
  g_autofree guint8 *copy = g_malloc0 (length + KIOSK_MERKLE_HASH);
  g_autoptr (GBytes) longer = NULL;

  if (length > 0)
    memcpy (copy, g_bytes_get_data (proof, NULL), length);
  longer = g_bytes_new (copy, length + KIOSK_MERKLE_HASH);
  g_assert_false (check (a, b, longer));
  for (gsize i = 0; i < length; i += 11)
    {
      g_autoptr (GBytes) changed = NULL;

      copy[i] ^= 1;
      changed = g_bytes_new (copy, length);
      copy[i] ^= 1;
      g_assert_false (check (a, b, changed));
    }
  for (gsize cut = 1; cut <= KIOSK_MERKLE_HASH && cut <= length; cut += KIOSK_MERKLE_HASH - 1)
    {
      g_autoptr (GBytes) shorter = g_bytes_new_from_bytes (proof, 0, length - cut);
      g_assert_false (check (a, b, shorter));
    }
}

static void
test_every_inclusion (void)
{
  for (guint size = 1; size <= MANY; size++)
    for (guint index = 0; index < size; index++)
      {
        g_autoptr (GBytes) proof = kiosk_merkle_inclusion (many, size, index);

        g_assert_true (check_inclusion (index, size, proof));
        assert_mangled (proof, index, size, check_inclusion);
        if (index + 1 < size)
          g_assert_false (check_inclusion (index + 1, size, proof));
      }
  g_assert_null (kiosk_merkle_inclusion (many, 5, 5));
}

static void
test_every_consistency (void)
{
  for (guint size = 0; size <= MANY; size++)
    for (guint old_size = 0; old_size <= size; old_size++)
      {
        g_autoptr (GBytes) proof = kiosk_merkle_consistency (many, size, old_size);

        g_assert_true (check_consistency (old_size, size, proof));
        assert_mangled (proof, old_size, size, check_consistency);
      }
  g_assert_null (kiosk_merkle_consistency (many, 5, 6));
}

static void
test_another_history (void)
{
  g_autoptr (GBytes) proof = kiosk_merkle_consistency (many, 60, 33);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  guint8 root[KIOSK_MERKLE_HASH];

  memcpy (root, many_roots + 33 * KIOSK_MERKLE_HASH, sizeof root);
  root[0] ^= 1;
  g_assert_false (
    kiosk_merkle_check_consistency (33, root, 60, many_roots + 60 * KIOSK_MERKLE_HASH, proof));
  g_assert_false (kiosk_merkle_check_consistency (60, root, 33, root, proof));
  g_assert_false (kiosk_merkle_check_consistency (0, root, 33, root, nothing));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  make_leaves ();
  g_test_add_func ("/trust/merkle/has-the-reference-roots", test_roots);
  g_test_add_func ("/trust/merkle/makes-the-published-proofs", test_published_proofs);
  g_test_add_func ("/trust/merkle/proves-every-leaf-and-no-other", test_every_inclusion);
  g_test_add_func ("/trust/merkle/proves-every-growth-and-no-other", test_every_consistency);
  g_test_add_func ("/trust/merkle/notices-another-history", test_another_history);
  return g_test_run ();
}
