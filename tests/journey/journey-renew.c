/* One licence renewed with the cable out: tap, answer, declare, receipt; the cable comes back, the
 * promise is delivered once, the department decides, and the citizen sees it. */
#include "answers.h"
#include "journeys.h"
#include "licence.h"

#include "base/file.h"
#include <string.h>

static gboolean
print (Play *play, GError **error)
{
  g_autofree char *printed = NULL;

  if (!play_press (play, "Print receipt", error)
      || !play_see_text (play, "Printed. Please take your receipt.", error)
      || !play_shoot (play, "receipt-printed", error))
    return FALSE;
  printed = stage_printed (play_stage (play));
  if (printed == NULL)
    g_set_error_literal (error, STAGE_ERROR, STAGE_ERROR_RUN, "the printer was given nothing");
  return printed != NULL;
}

/* What kioskd and its vault say while the cable is out. */
static gboolean
read_offline (Play *play, JsonObject *summary, char **ret_reference, GError **error)
{
  g_autoptr (JsonNode) status = stage_ctl_json (play_stage (play), error, "status", "--json", NULL);
  g_autoptr (JsonNode) outbox
    = status != NULL ? stage_ctl_json (play_stage (play), error, "outbox", "--json", NULL) : NULL;
  JsonObject *offline = json_object_new ();
  JsonObject *groups;
  JsonArray *records;

  json_object_set_object_member (summary, "offline", offline);
  if (outbox == NULL)
    return FALSE;
  groups = json_node_get_object (status);
  records = json_node_get_array (outbox);
  json_object_set_boolean_member (
    offline, "gateway_reachable",
    json_object_get_boolean_member (json_object_get_object_member (groups, "gateway"),
                                    "reachable"));
  json_object_set_int_member (
    offline, "received",
    json_object_get_int_member (json_object_get_object_member (groups, "vault"), "received"));
  if (json_array_get_length (records) == 0)
    {
      g_set_error_literal (error, STAGE_ERROR, STAGE_ERROR_RUN, "the outbox is empty");
      return FALSE;
    }
  *ret_reference = g_strdup (
    json_object_get_string_member (json_array_get_object_element (records, 0), "reference"));
  json_object_set_string_member (offline, "reference", *ret_reference);
  return TRUE;
}

/* While a card lies on it: between sessions no reader stands open. */
static gboolean
read_reader (Play *play, JsonObject *summary, GError **error)
{
  g_autoptr (JsonNode) status = stage_ctl_json (play_stage (play), error, "status", "--json", NULL);
  JsonObject *reader;
  JsonObject *to_reader = json_object_new ();

  json_object_set_object_member (summary, "reader", to_reader);
  if (status == NULL)
    return FALSE;
  reader = json_object_get_object_member (json_node_get_object (status), "reader");
  json_object_set_string_member (to_reader, "driver",
                                 json_object_get_string_member (reader, "driver"));
  json_object_set_string_member (to_reader, "libnfc",
                                 json_object_get_string_member (reader, "libnfc"));
  if (strcmp (json_object_get_string_member (reader, "driver"), "none") != 0)
    return TRUE;
  g_set_error_literal (error, STAGE_ERROR, STAGE_ERROR_SCENE,
                       "kioskd knows of no reader while a card lies on it");
  return FALSE;
}

static void
read_card (JsonObject *groups, JsonObject *summary)
{
  JsonObject *reading = json_object_get_object_member (groups, "reading");
  JsonObject *to_card = json_object_new ();

  for (const char *const *name = (const char *const[]){ "access", "passive", "chip", NULL };
       *name != NULL; name++)
    json_object_set_string_member (to_card, *name, json_object_get_string_member (reading, *name));
  json_object_set_object_member (summary, "card", to_card);
}

/* The code on a picture, read by zbarimg and judged by kioskctl with the public bundle only. A code
 * with one character changed must be refused. */
static gboolean
verify_code (Play *play, const char *picture, GError **error)
{
  g_autofree char *text = licence_read_code (picture, error);
  g_autofree char *trust = g_build_filename (stage_state (play_stage (play)), "trust.p7", NULL);
  g_autofree char *verdict = NULL;
  g_autofree char *forged = NULL;
  char *changed;

  if (text == NULL)
    return FALSE;
  verdict
    = stage_ctl_reading (play_stage (play), text, error, "verify", "--trust", trust, "-", NULL);
  changed = text + strlen (text) / 2;
  *changed = *changed == '0' ? '1' : '0';
  forged = stage_ctl_reading (play_stage (play), text, NULL, "verify", "--trust", trust, "-", NULL);
  if (verdict != NULL && forged != NULL)
    g_set_error (error, STAGE_ERROR, STAGE_ERROR_RUN, "%s: a changed code was accepted", picture);
  return verdict != NULL && forged == NULL;
}

static gboolean
verify_receipt (Play *play, JsonObject *summary, const char *picture, GError **error)
{
  JsonObject *receipt = json_object_new ();
  gboolean on_screen = verify_code (play, picture, error);

  json_object_set_object_member (summary, "receipt", receipt);
  json_object_set_boolean_member (receipt, "qr_verified", on_screen);
  return on_screen;
}

static gboolean
verify_paper (Play *play, JsonObject *summary, GError **error)
{
  g_autofree char *paper = licence_draw_paper (play, error);
  gboolean on_paper = paper != NULL && verify_code (play, paper, error);

  json_object_set_boolean_member (json_object_get_object_member (summary, "receipt"),
                                  "paper_qr_verified", on_paper);
  return on_paper;
}

/* The value of a word "key=value" of a line. (transfer full) (nullable) */
static char *
word_of (const char *line, const char *key)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  gsize length = strlen (key);

  for (gsize i = 0; words[i] != NULL; i++)
    {
      if (strncmp (words[i], key, length) == 0 && words[i][length] == '=')
        return g_strdup (g_strchomp (words[i] + length + 1));
    }
  return NULL;
}

static gboolean
read_online (Play *play, JsonObject *summary, const char *reference, GError **error)
{
  Stage *stage = play_stage (play);
  g_autofree char *record = stage_ctl (stage, error, "wait", "settled", "--reference", reference,
                                       "--timeout", "60", NULL);
  g_autoptr (JsonObject) report = record != NULL ? stage_gateway_report (stage, error) : NULL;
  g_autofree char *outcome = record != NULL ? word_of (record, "outcome") : NULL;
  JsonObject *online = json_object_new ();

  json_object_set_object_member (summary, "online", online);
  if (report == NULL)
    return FALSE;
  json_object_set_int_member (online, "accepted", json_object_get_int_member (report, "accepted"));
  json_object_set_int_member (online, "duplicates",
                              json_object_get_int_member (report, "duplicates"));
  json_object_set_string_member (online, "settled", outcome);
  return TRUE;
}

static gboolean
read_audit (Play *play, JsonObject *summary, GError **error)
{
  g_autoptr (JsonNode) report
    = stage_ctl_json (play_stage (play), error, "audit", "verify", "--json", NULL);
  JsonObject *audit = json_object_new ();

  json_object_set_object_member (summary, "audit", audit);
  if (report == NULL)
    return FALSE;
  json_object_set_int_member (audit, "leaves",
                              json_object_get_int_member (json_node_get_object (report), "leaves"));
  json_object_set_boolean_member (
    audit, "verified", json_object_get_boolean_member (json_node_get_object (report), "verified"));
  return TRUE;
}

static gboolean
see_outcome (Play *play, GError **error)
{
  return play_identify (play, "good", error) && play_press (play, "My applications", error)
         && play_see (play, "My applications", "applications", error)
         && play_press_exactly (play, play_service_title (play, LICENCE_SERVICE), error)
         && play_see (play, "Granted", "granted", error) && play_leave (play, "Finish", error);
}

static gboolean
apply_offline (Play *play, JsonObject *summary, char **ret_reference, GError **error)
{
  Stage *stage = play_stage (play);
  g_autofree char *can = stage_card_value (stage, "good", "access", "can");
  g_autofree char *picture = NULL;

  if (!stage_go_offline (stage, error) || !play_shoot (play, "home", error)
      || !play_start (play, error) || !play_shoot (play, "identify", error)
      || !play_place (play, "good", error)
      || !play_see (play, "Type the 6 digits on your card", "card-number", error)
      || !read_reader (play, summary, error) || !play_type (play, can, error)
      || !play_press (play, "Continue", error)
      || !play_see (play, "What would you like to do?", "services", error)
      || !licence_apply (play, error))
    return FALSE;
  picture = play_last_picture (play);
  return verify_receipt (play, summary, picture, error) && print (play, error)
         && verify_paper (play, summary, error)
         && read_offline (play, summary, ret_reference, error)
         && play_leave (play, "Finish", error);
}

gboolean
journey_renew_licence (Play *play, JsonObject *summary, GError **error)
{
  Stage *stage = play_stage (play);
  g_autofree char *reference = NULL;
  g_autoptr (JsonNode) status = NULL;

  if (!apply_offline (play, summary, &reference, error))
    return FALSE;
  status = stage_ctl_json (stage, error, "status", "--json", NULL);
  if (status == NULL)
    return FALSE;
  read_card (json_node_get_object (status), summary);
  return stage_cable_put_back (stage_cable (stage), error)
         && read_online (play, summary, reference, error) && see_outcome (play, error)
         && read_audit (play, summary, error);
}
