#include "programs/kiosk-gateway/iam-session.h"
#include <openssl/sha.h>
#include <string.h>

void
kiosk_gateway_iam_session_clear (KioskGatewayIamSession *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->kiosk, g_free);
  g_clear_pointer (&self->reason, g_free);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_clear_pointer (&self->held, g_free);
  g_clear_pointer (&self->sealed, g_bytes_unref);
}

void
kiosk_gateway_iam_session_hash (const char *text, guint8 ret_hash[32])
{
  SHA256 ((const guint8 *)text, strlen (text), ret_hash);
}

gboolean
kiosk_gateway_iam_session_move (KioskGatewayIamSession *self, KioskGatewayIamEvent event,
                                const char *reason, gint64 due_ms)
{
  KioskGatewayIamStage next;
  if (!kiosk_gateway_iam_follow (self->stage, event, &next))
    return FALSE;
  /* Within "opened" nothing changes for the kiosk. */
  if (strcmp (kiosk_gateway_iam_state (self->stage), kiosk_gateway_iam_state (next)) != 0)
    self->version++;
  self->stage = next;
  self->due_ms = due_ms;
  g_free (self->reason);
  self->reason = next == KIOSK_GATEWAY_IAM_FAILED ? g_strdup (reason) : NULL;
  return TRUE;
}

JsonObject *
kiosk_gateway_iam_session_print (const KioskGatewayIamSession *self)
{
  JsonObject *answer = json_object_new ();
  json_object_set_string_member (answer, "id", self->id);
  json_object_set_string_member (answer, "state", kiosk_gateway_iam_state (self->stage));
  json_object_set_int_member (answer, "version", self->version);
  if (self->reason != NULL)
    json_object_set_string_member (answer, "reason", self->reason);
  else
    json_object_set_null_member (answer, "reason");
  if (self->sealed == NULL)
    {
      json_object_set_null_member (answer, "sealed");
      return answer;
    }
  gsize size;
  gconstpointer data = g_bytes_get_data (self->sealed, &size);
  g_autofree char *sealed = g_base64_encode (data, size);
  json_object_set_string_member (answer, "sealed", sealed);
  return answer;
}
