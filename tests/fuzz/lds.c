/* The first byte chooses the parser; what a parser gives lies within what it was given. */
#include <string.h>

#include "formats/lds-details.h"

static void
try_dg2 (GBytes *file)
{
  const char *type = NULL;
  g_autoptr (GBytes) picture = kiosk_lds_parse_dg2 (file, &type, NULL);
  g_autoptr (GBytes) built = NULL, again = NULL;

  if (picture == NULL)
    return;
  g_assert_cmpuint (g_bytes_get_size (picture), <, g_bytes_get_size (file));
  built = kiosk_lds_build_dg2 (picture, 413, 531);
  again = kiosk_lds_parse_dg2 (built, &type, NULL);
  g_assert_true (again != NULL && g_bytes_equal (picture, again));
}

static void
try_infos (KioskSecurityInfos *infos, gsize bound)
{
  if (infos == NULL)
    return;
  for (guint i = 0; i < infos->keys->len; i++)
    {
      const KioskChipKey *key = g_ptr_array_index (infos->keys, i);

      g_assert_cmpuint (g_bytes_get_size (key->spki), <=, bound);
    }
  kiosk_security_infos_free (infos);
}

static void
try_text (GBytes *file, guint number, guint32 tag)
{
  g_autofree char *text = kiosk_lds_group_text (file, number, tag, NULL);

  g_assert_true (text == NULL || (*text != '\0' && g_utf8_validate (text, -1, NULL)));
}

static void
try_key (GBytes *file)
{
  g_autoptr (GBytes) spki = kiosk_lds_parse_dg15 (file, NULL);

  g_assert_true (spki == NULL || g_bytes_get_size (spki) < g_bytes_get_size (file));
}

static void
try_com (GBytes *file)
{
  guint16 groups = 0;

  g_assert_true (kiosk_lds_parse_com (file, &groups, NULL) || groups == 0);
}

static void
try_signature (GBytes *file)
{
  const char *type = NULL;
  g_autoptr (GBytes) picture = kiosk_lds_parse_dg7 (file, &type, NULL);

  if (picture != NULL)
    g_assert_cmpuint (g_bytes_get_size (picture), <, g_bytes_get_size (file));
}

static void
try_person (GBytes *file)
{
  g_autoptr (KioskLdsPerson) person = kiosk_lds_parse_dg11 (file, NULL);

  if (person == NULL)
    return;
  g_assert_cmpuint (person->other_names->len, <=, KIOSK_LDS_NAMES_MAX);
  g_assert_true (person->name == NULL || g_utf8_validate (person->name, -1, NULL));
  g_assert_true (person->birth_date == NULL || strlen (person->birth_date) == 10);
}

static void
try_lengths (const guint8 *data, gsize length)
{
  guint32 command = 0, response = 0;

  g_assert_true (kiosk_lds_parse_lengths (data, length, &command, &response, NULL)
                   ? command > 0 && response > 0
                   : command == 0 && response == 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) file = NULL;
  g_autoptr (KioskMrz) mrz = NULL;

  if (length == 0)
    return 0;
  file = g_bytes_new (data + 1, length - 1);
  switch (data[0] % 16)
    {
    case 1:
      mrz = kiosk_lds_parse_dg1 (file, NULL);
      break;
    case 2:
      try_dg2 (file);
      break;
    case 3:
      try_text (file, 11, 0x5f0e);
      break;
    case 10:
      try_com (file);
      break;
    case 7:
      try_signature (file);
      break;
    case 8:
      try_person (file);
      break;
    case 9:
      kiosk_lds_issue_free (kiosk_lds_parse_dg12 (file, NULL));
      break;
    case 4:
      try_infos (kiosk_lds_parse_card_access (file, NULL), length);
      break;
    case 6:
      try_key (file);
      break;
    case 11:
      try_lengths (data + 1, length - 1);
      break;
    default:
      try_infos (kiosk_lds_parse_dg14 (file, NULL), length);
      break;
    }
  return 0;
}
