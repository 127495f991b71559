#include "play.h"

#include "answers.h"
#include "base/file.h"
#include "programs/kiosk/catalog.h"
#include "trust/bundle.h"
#include <string.h>

#define PAGE_SECONDS 20

struct _Play
{
  Stage *stage;
  StageActor *actor;
  char *language;
  char *pictures_folder;
  GPtrArray *pictures;
  KioskCatalog *texts; /* NULL for English */
  KioskCatalogue *services;
};

static KioskCatalogue *
open_services (Stage *stage, GError **error)
{
  g_autofree char *anchors_path = stage_passing_path (stage, "authorities/kiosk/anchors.pem");
  g_autofree char *path = stage_passing_path (stage, "authorities/kiosk/bundles/catalogue.p7");
  g_autoptr (GPtrArray) anchors = kiosk_pki_certs_load (anchors_path, error);
  g_autoptr (GBytes) cms = NULL;
  g_autoptr (KioskBundle) bundle = NULL;

  if (anchors == NULL)
    return NULL;
  cms = kiosk_file_read (path, KIOSK_BUNDLE_MAX, error);
  if (cms == NULL)
    return NULL;
  bundle = kiosk_bundle_open (cms, "catalogue", anchors, g_get_real_time () / 1000, 0, error);
  return bundle != NULL ? kiosk_catalogue_new (bundle, error) : NULL;
}

static gboolean
open_texts (Play *self, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GBytes) content = NULL;

  if (strcmp (self->language, "en") == 0)
    return TRUE;
  path = stage_texts_path (self->stage, self->language);
  content = kiosk_file_read (path, 1024 * 1024, error);
  if (content == NULL)
    return FALSE;
  self->texts = kiosk_catalog_new (content);
  if (self->texts == NULL)
    g_set_error (error, STAGE_ERROR, STAGE_ERROR_START, "%s: not a catalogue", path);
  return self->texts != NULL;
}

Play *
play_new (Stage *stage, const char *language, const char *pictures, GError **error)
{
  g_autoptr (Play) self = g_new0 (Play, 1);

  self->stage = stage;
  self->language = g_strdup (language);
  self->pictures_folder = g_strdup (pictures);
  self->pictures = g_ptr_array_new_with_free_func (g_free);
  self->actor = stage_actor_new (error);
  if (self->actor == NULL || !open_texts (self, error))
    return NULL;
  self->services = open_services (stage, error);
  if (self->services == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
play_free (Play *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->actor, stage_actor_free);
  g_clear_pointer (&self->texts, kiosk_catalog_free);
  g_clear_pointer (&self->services, kiosk_catalogue_unref);
  g_ptr_array_unref (self->pictures);
  g_free (self->pictures_folder);
  g_free (self->language);
  g_free (self);
}

Stage *
play_stage (Play *self)
{
  return self->stage;
}

GPtrArray *
play_pictures (Play *self)
{
  return self->pictures;
}

const char *
play_text (Play *self, const char *english)
{
  const char *text = self->texts != NULL ? kiosk_catalog_lookup (self->texts, english) : NULL;

  return text != NULL ? text : english;
}

gboolean
play_shoot (Play *self, const char *name, GError **error)
{
  g_autofree char *file = g_strdup_printf ("%02u-%s.png", self->pictures->len + 1, name);
  g_autofree char *path = NULL;

  if (self->pictures_folder == NULL)
    return TRUE;
  path = g_build_filename (self->pictures_folder, file, NULL);
  g_ptr_array_add (self->pictures, g_steal_pointer (&file));
  return stage_actor_wait_still (self->actor, error)
         && stage_display_shoot (stage_display (self->stage), path, error);
}

char *
play_last_picture (Play *self)
{
  return g_build_filename (self->pictures_folder,
                           g_ptr_array_index (self->pictures, self->pictures->len - 1), NULL);
}

gboolean
play_see (Play *self, const char *heading, const char *picture, GError **error)
{
  return stage_actor_wait_heading (self->actor, play_text (self, heading), PAGE_SECONDS, error)
         && (picture == NULL || play_shoot (self, picture, error));
}

gboolean
play_see_text (Play *self, const char *sentence, GError **error)
{
  return stage_actor_wait_text (self->actor, play_text (self, sentence), PAGE_SECONDS, error);
}

gboolean
play_press (Play *self, const char *name, GError **error)
{
  return stage_actor_press (self->actor, play_text (self, name), error);
}

gboolean
play_press_exactly (Play *self, const char *name, GError **error)
{
  return stage_actor_press (self->actor, name, error);
}

gboolean
play_type (Play *self, const char *keys, GError **error)
{
  return stage_actor_type (self->actor, keys, error);
}

const char *
play_service_title (Play *self, const char *service)
{
  return kiosk_service_title (kiosk_catalogue_find (self->services, service), self->language);
}

static const char *
label_of (const KioskQuestion *question, const char *value)
{
  for (guint i = 0; question->options != NULL && i < question->options->len; i++)
    {
      const KioskOption *option = g_ptr_array_index (question->options, i);

      if (strcmp (option->value, value) == 0)
        return option->label;
    }
  return value;
}

/* Puts the answer in as fingers would. A choice is an answer by itself; the rest is typed and then
 * confirmed. */
static gboolean
enter_answer (Play *self, const KioskQuestion *question, const char *value, GError **error)
{
  g_autofree char *name = g_path_get_basename (question->ref);
  g_autofree char *picture = g_strconcat ("question-", name, NULL);
  g_auto (GStrv) parts = NULL;
  g_autofree char *typed = g_strdup (value);

  if (question->type == KIOSK_QUESTION_CHOICE)
    return play_shoot (self, picture, error)
           && play_press_exactly (self, label_of (question, value), error);
  if (question->type == KIOSK_QUESTION_DATE)
    {
      parts = g_strsplit (value, "-", 3);
      g_free (typed);
      typed = g_strconcat (parts[2], parts[1], parts[0], NULL);
    }
  return play_type (self, typed, error) && play_shoot (self, picture, error)
         && play_press (self, "Continue", error);
}

static gboolean
answer_page (Play *self, KioskForm *form, guint index, const char *const *answers, GError **error)
{
  g_autoptr (KioskQuestion) question = kiosk_form_question (form, index, self->language);
  g_autofree char *value = answer_to (answers, question->ref);

  if (value == NULL)
    {
      g_set_error (error, STAGE_ERROR, STAGE_ERROR_SCENE, "the play has no answer to %s",
                   question->ref);
      return FALSE;
    }
  return stage_actor_wait_heading (self->actor, question->label, PAGE_SECONDS, error)
         && enter_answer (self, question, value, error)
         && kiosk_form_answer (form, question->ref, value, self->language, error);
}

gboolean
play_fill_form (Play *self, const char *service, const char *const *answers, GError **error)
{
  g_autoptr (KioskFacts) facts = kiosk_facts_new ();
  g_autofree char *today = answer_settle ("today+0");
  g_autoptr (KioskForm) form = NULL;

  kiosk_facts_set (facts, "today", today);
  kiosk_facts_set (facts, "holder.name", "-");
  kiosk_facts_set (facts, "holder.number", "-");
  form
    = kiosk_form_new (self->services, kiosk_catalogue_find (self->services, service), facts, error);
  for (guint i = 0; form != NULL && i < kiosk_form_n_questions (form); i++)
    {
      if (!answer_page (self, form, i, answers, error))
        return FALSE;
    }
  return form != NULL;
}

static const char *
language_button (Play *self)
{
  static const struct
  {
    const char *language;
    const char *name;
  } buttons[] = { { "en", "English" }, { "zh_HK", "繁體中文" }, { "zh_CN", "简体中文" } };

  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      if (strcmp (buttons[i].language, self->language) == 0)
        return buttons[i].name;
    }
  return buttons[0].name;
}

/* Every page names the languages at its top, so home is known by what it alone says, in whichever
 * language. */
static gboolean
wait_home (Play *self, GError **error)
{
  return stage_actor_wait_text (self->actor, "輕拍即辦", PAGE_SECONDS, error);
}

gboolean
play_start (Play *self, GError **error)
{
  return wait_home (self, error) && play_press_exactly (self, language_button (self), error)
         && play_see (self, "Lay your card on the reader", NULL, error);
}

gboolean
play_enter_staff (Play *self, const char *button, GError **error)
{
  return play_press_exactly (self, button, error)
         && play_press_exactly (self, language_button (self), error)
         && play_see (self, "Lay your staff card on the reader", NULL, error);
}

gboolean
play_place (Play *self, const char *card, GError **error)
{
  g_autofree char *command = g_strconcat ("place ", card, NULL);

  return stage_hand (self->stage, command, error);
}

gboolean
play_open_card (Play *self, const char *can, GError **error)
{
  return play_see (self, "Type the 6 digits on your card", NULL, error)
         && play_type (self, can, error) && play_press (self, "Continue", error);
}

gboolean
play_identify (Play *self, const char *card, GError **error)
{
  g_autofree char *can = stage_card_value (self->stage, card, "access", "can");

  return play_start (self, error) && play_place (self, card, error)
         && play_open_card (self, can, error)
         && play_see (self, "What would you like to do?", NULL, error);
}

char *
play_newest_reference (Play *self, GError **error)
{
  g_autoptr (JsonNode) outbox = stage_ctl_json (self->stage, error, "outbox", "--json", NULL);
  JsonArray *records = outbox != NULL ? json_node_get_array (outbox) : NULL;

  if (records != NULL && json_array_get_length (records) > 0)
    return g_strdup (
      json_object_get_string_member (json_array_get_object_element (records, 0), "reference"));
  if (records != NULL)
    g_set_error_literal (error, STAGE_ERROR, STAGE_ERROR_SCENE, "the outbox is empty");
  return NULL;
}

gboolean
play_leave (Play *self, const char *button, GError **error)
{
  return play_press (self, button, error) && stage_hand (self->stage, "remove", error)
         && play_see (self, "Goodbye, and thank you", NULL, error)
         && play_press (self, "Start again", error) && wait_home (self, error);
}

int
play_open_card_or (Play *self, const char *can, const char *const *headings, GError **error)
{
  const char *key_page[] = { play_text (self, "Type the 6 digits on your card"), NULL };
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  int seen;

  g_ptr_array_add (all, (gpointer)key_page[0]);
  for (gsize i = 0; headings[i] != NULL; i++)
    g_ptr_array_add (all, (gpointer)headings[i]);
  g_ptr_array_add (all, NULL);
  seen
    = stage_actor_wait_headings (self->actor, (const char *const *)all->pdata, PAGE_SECONDS, error);
  if (seen != 0)
    return seen - (seen > 0);
  if (!play_type (self, can, error) || !play_press (self, "Continue", error))
    return -1;
  return stage_actor_wait_headings (self->actor, headings, PAGE_SECONDS, error);
}
