#include "hand.h"

#include "light.h"
#include "vpcd.h"

#include <string.h>

#define COUNT_MAXIMUM  100000
#define WORDS_MAXIMUM  16
#define MRZ_KEY_LENGTH 24 /* nine, six and six characters, each with its check digit */

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, message);
  return FALSE;
}

static gboolean
parse_count (const char *text, guint *ret_count, GError **error)
{
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, COUNT_MAXIMUM, &value, NULL))
    return refuse (error, "a count is a number up to 100000");
  *ret_count = (guint)value;
  return TRUE;
}

/* A name is a folder's, so it must not climb out. */
static KioskEmuCard *
load_card (const KioskEmuHand *self, const char *name, const char *const *changes, GError **error)
{
  g_autofree char *folder = NULL;

  if (self->cards == NULL)
    {
      refuse (error, "no cards: start the emulator with --cards");
      return NULL;
    }
  if (name == NULL || name[0] == '\0' || name[0] == '.' || strchr (name, '/') != NULL)
    {
      refuse (error, "which card? list names them");
      return NULL;
    }
  folder = g_build_filename (self->cards, "cards", name, NULL);
  return kiosk_emu_card_load (folder, name, changes, error);
}

/* What follows the card's name. */
static const char *const *
changes_of (char **words)
{
  return words[1] == NULL ? NULL : (const char *const *)words + 2;
}

static gboolean
run_add (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  g_autoptr (KioskEmuCard) card = NULL;

  if (self->vpcd != NULL && g_strcmp0 (words[1], KIOSK_EMU_VPCD_CARD) == 0)
    return kiosk_emu_vpcd_place (self->vpcd, changes_of (words), error);
  card = load_card (self, words[1], changes_of (words), error);
  if (card == NULL)
    return FALSE;
  if (!kiosk_emu_field_add (self->field, card))
    return refuse (error, "no more cards fit on the reader");
  return TRUE;
}

static gboolean
run_place (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  gboolean is_remote = self->vpcd != NULL && g_strcmp0 (words[1], KIOSK_EMU_VPCD_CARD) == 0;
  g_autoptr (KioskEmuCard) card
    = is_remote ? NULL : load_card (self, words[1], changes_of (words), error);

  if (!is_remote && card == NULL)
    return FALSE;
  kiosk_emu_field_remove (self->field);
  if (is_remote)
    return kiosk_emu_vpcd_place (self->vpcd, changes_of (words), error);
  kiosk_emu_field_add (self->field, card);
  return TRUE;
}

static gboolean
run_remove (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  kiosk_emu_field_remove (self->field);
  return TRUE;
}

static gboolean
run_remove_after (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  guint count;

  if (!parse_count (words[1], &count, error))
    return FALSE;
  kiosk_emu_faults_set_at (kiosk_emu_field_faults (self->field), KIOSK_EMU_FAULT_REMOVE, count);
  return TRUE;
}

static gboolean
run_fault (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  KioskEmuFaults *faults = kiosk_emu_field_faults (self->field);
  KioskEmuFault fault;
  gboolean is_at;
  guint count;

  if (words[1] == NULL || !kiosk_emu_fault_from_name (words[1], &fault))
    return refuse (error, "no such fault");
  is_at = g_strcmp0 (words[2], "at") == 0;
  if (!parse_count (is_at ? words[3] : words[2], &count, error))
    return FALSE;
  if (is_at)
    kiosk_emu_faults_set_at (faults, fault, count);
  else
    faults->left[fault] = count;
  return TRUE;
}

static gboolean
run_fuzz (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  guint64 seed = 0;

  if (g_strcmp0 (words[1], "off") == 0)
    kiosk_emu_field_set_fuzz (self->field, NULL);
  else if (words[1] != NULL
           && g_ascii_string_to_unsigned (words[1], 10, 0, G_MAXINT64, &seed, NULL))
    kiosk_emu_field_set_fuzz (self->field, kiosk_emu_fuzz_new (seed));
  else
    return refuse (error, "a seed is a number; off ends it");
  return TRUE;
}

static void
append_faults (const KioskEmuFaults *faults, GString *answer)
{
  const char *between = "";

  for (int i = 0; i < KIOSK_EMU_N_FAULTS; i++)
    {
      if (faults->left[i] > 0)
        {
          g_string_append_printf (answer, "%s%s:%u", between, kiosk_emu_fault_name (i),
                                  faults->left[i]);
          between = ",";
        }
      if (faults->at[i] > 0)
        {
          g_string_append_printf (answer, "%s%s@%" G_GUINT64_FORMAT, between,
                                  kiosk_emu_fault_name (i),
                                  MAX (faults->at[i], faults->commands) - faults->commands);
          between = ",";
        }
    }
}

static gboolean
run_status (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  KioskEmuField *field = self->field;
  const KioskEmuFaults *faults = kiosk_emu_field_faults (field);

  g_string_append (answer, " cards=");
  for (guint i = 0; i < kiosk_emu_field_count (field); i++)
    g_string_append_printf (answer, "%s%s", i == 0 ? "" : ",",
                            kiosk_emu_field_card (field, i)->name);
  g_string_append_printf (answer, " selected=%s commands=%" G_GUINT64_FORMAT " faults=",
                          kiosk_emu_field_selected (field) >= 0 ? "yes" : "no", faults->commands);
  append_faults (faults, answer);
  if (self->light != NULL)
    kiosk_emu_light_describe (self->light, answer);
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
run_list (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  g_autofree char *folder
    = self->cards == NULL ? NULL : g_build_filename (self->cards, "cards", NULL);
  g_autoptr (GDir) dir = folder == NULL ? NULL : g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return folder == NULL;
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (answer, " %s", (const char *)names->pdata[i]);
  return TRUE;
}

/* Dates and number without the check digits that stand between them in the key. */
static void
append_mrz_key (GString *answer, const char *key)
{
  g_autofree char *number = g_strndup (key, 9);

  g_strdelimit (number, "<", ' ');
  g_string_append_printf (answer, " mrz=%s,%.6s,%.6s", g_strchomp (number), key + 10, key + 17);
}

static gboolean
run_face (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  g_autoptr (KioskEmuCard) card = load_card (self, words[1], NULL, error);

  if (card == NULL)
    return FALSE;
  if (card->can != NULL)
    g_string_append_printf (answer, " can=%s", kiosk_secret_text (card->can));
  else if (card->mrz_key != NULL && kiosk_secret_length (card->mrz_key) == MRZ_KEY_LENGTH)
    append_mrz_key (answer, kiosk_secret_text (card->mrz_key));
  return TRUE;
}

static gboolean
run_reader (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  gboolean plugged = g_strcmp0 (words[1], "plug") == 0;
  GError *failure = NULL;
  const char *terminal;

  if (!plugged && g_strcmp0 (words[1], "unplug") != 0)
    return refuse (error, "reader unplug or reader plug");
  terminal = self->cable (self->data, plugged, &failure);
  if (terminal != NULL)
    g_string_append_printf (answer, " tty=%s", terminal);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
run_camera (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  if (self->light == NULL)
    return refuse (error, "no camera");
  return kiosk_emu_light_camera_run (self->light, words, answer, error);
}

static gboolean
run_phone (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  if (self->light == NULL)
    return refuse (error, "no camera");
  return kiosk_emu_light_phone_run (self->light, words, answer, error);
}

static gboolean
run_person (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  if (self->light == NULL)
    return refuse (error, "no camera");
  return kiosk_emu_light_person_run (self->light, words, answer, error);
}

static gboolean
run_paper (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  if (self->light == NULL)
    return refuse (error, "no camera");
  return kiosk_emu_light_paper_run (self->light, words, answer, error);
}

static gboolean
run_quit (const KioskEmuHand *self, char **words, GString *answer, GError **error)
{
  self->quit (self->data);
  return TRUE;
}

static const struct
{
  const char *name;
  gboolean (*run) (const KioskEmuHand *self, char **words, GString *answer, GError **error);
} commands[] = {
  { "place", run_place },   { "add", run_add },
  { "remove", run_remove }, { "remove-after", run_remove_after },
  { "fault", run_fault },   { "fuzz", run_fuzz },
  { "status", run_status }, { "list", run_list },
  { "face", run_face },     { "reader", run_reader },
  { "camera", run_camera }, { "phone", run_phone },
  { "person", run_person }, { "paper", run_paper },
  { "quit", run_quit },
};

char *
kiosk_emu_hand_run (const KioskEmuHand *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", WORDS_MAXIMUM);
  g_autoptr (GString) answer = g_string_new ("ok");
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (words[0], commands[i].name) == 0)
      {
        if (commands[i].run (self, words, answer, &error))
          return g_strdup (answer->str);
        return g_strdup_printf ("error %s", error->message);
      }
  return g_strdup ("error no such command");
}
