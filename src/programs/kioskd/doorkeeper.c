#include "programs/kioskd/doorkeeper.h"

#include "formats/json.h"

typedef struct
{
  KioskDoorPort port;
  KioskVault *vault;
  KioskErrands *errands;
  KioskClock *clock;
  KioskRules *rules; /* NULL: none yet */
} Keeper;

typedef struct
{
  Keeper *keeper;
  KioskRules *rules;
  GBytes *certificate;
  KioskSecret *pin; /* NULL: only looks */
} Question;

typedef struct
{
  KioskVault *vault;
  char *kind;
  char *detail;
} Note;

static void
question_free (Question *self)
{
  kiosk_rules_unref (self->rules);
  g_bytes_unref (self->certificate);
  g_clear_pointer (&self->pin, kiosk_secret_unref);
  g_free (self);
}

static void
note_free (Note *self)
{
  g_free (self->kind);
  g_free (self->detail);
  g_free (self);
}

static gboolean
keeper_is_there (KioskDoorPort *port)
{
  const Keeper *self = (Keeper *)port;

  return self->vault != NULL && self->rules != NULL && self->rules->staff != NULL
         && kiosk_staff_list_length (self->rules->staff) > 0;
}

static void
ask (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  g_autoptr (GPtrArray) issuers = kiosk_rules_staff_issuers (question->rules);
  const KioskDoor door = {
    .vault = question->keeper->vault,
    .staff = question->rules->staff,
    .issuers = issuers,
    .clock = question->keeper->clock,
  };
  GError *error = NULL;
  KioskDoorAnswer *answer
    = question->pin == NULL ? kiosk_door_look (&door, question->certificate, &error)
                            : kiosk_door_try (&door, question->certificate, question->pin, &error);

  g_clear_pointer (&question->pin, kiosk_secret_unref);
  if (answer == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, answer, (GDestroyNotify)kiosk_door_answer_free);
}

static void
keeper_ask (KioskDoorPort *port, GBytes *certificate, KioskSecret *pin, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer data)
{
  Keeper *self = (Keeper *)port;
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Question *question;

  g_task_set_source_tag (task, keeper_ask);
  if (!keeper_is_there (port))
    {
      g_task_return_new_error (task, KIOSK_STAFF_ERROR, KIOSK_STAFF_ERROR_LIST,
                               "there is no list of staff");
      g_object_unref (task);
      return;
    }
  question = g_new0 (Question, 1);
  question->keeper = self;
  question->rules = kiosk_rules_ref (self->rules);
  question->certificate = g_bytes_ref (certificate);
  question->pin = pin != NULL ? kiosk_secret_ref (pin) : NULL;
  g_task_set_task_data (task, question, (GDestroyNotify)question_free);
  kiosk_errands_push (self->errands, task, ask);
}

static KioskDoorAnswer *
keeper_ask_finish (KioskDoorPort *port, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
write_note (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Note *note = data;
  g_autoptr (GError) error = NULL;

  if (!kiosk_vault_audit (note->vault, note->kind, note->detail, &error))
    g_printerr ("kioskd: the audit log did not take \"%s\": %s\n", note->kind, error->message);
  g_task_return_boolean (task, TRUE);
}

static void
put (JsonObject *detail, const char *member, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (detail, member, value);
}

static void
keeper_note (KioskDoorPort *port, const char *kind, const char *who, const char *second,
             const char *what, const char *why)
{
  Keeper *self = (Keeper *)port;
  g_autoptr (JsonObject) detail = json_object_new ();
  g_autoptr (GBytes) json = NULL;
  GTask *task = g_task_new (NULL, NULL, NULL, NULL);
  Note *note = g_new0 (Note, 1);

  put (detail, "who", who);
  put (detail, "second", second);
  put (detail, "what", what);
  put (detail, "why", why);
  json = kiosk_json_print (detail);
  note->vault = self->vault;
  note->kind = g_strdup (kind);
  note->detail = g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
  g_task_set_source_tag (task, keeper_note);
  g_task_set_task_data (task, note, (GDestroyNotify)note_free);
  kiosk_errands_push (self->errands, task, write_note);
}

KioskDoorPort *
kiosk_doorkeeper_new (KioskVault *vault, KioskErrands *errands, KioskClock *clock)
{
  Keeper *self = g_new0 (Keeper, 1);

  self->port = (KioskDoorPort){ keeper_is_there, keeper_ask, keeper_ask_finish, keeper_note };
  self->vault = vault;
  self->errands = errands;
  self->clock = clock;
  return &self->port;
}

void
kiosk_doorkeeper_free (KioskDoorPort *port)
{
  kiosk_rules_unref (((Keeper *)port)->rules);
  g_free (port);
}

void
kiosk_doorkeeper_set_rules (KioskDoorPort *port, KioskRules *rules)
{
  Keeper *self = (Keeper *)port;

  kiosk_rules_unref (self->rules);
  self->rules = kiosk_rules_ref (rules);
}
