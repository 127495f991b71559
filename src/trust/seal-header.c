#include "trust/seal-header.h"

#include "formats/json.h"

#include <string.h>

#define TXID_LENGTH 26
#define NAME_LENGTH 64

void
kiosk_seal_header_free (KioskSealHeader *self)
{
  if (self == NULL)
    return;
  g_free (self->txid);
  g_free (self->kiosk);
  g_free (self->boot);
  g_free (self->department);
  g_free (self->service);
  g_free (self->form);
  g_free (self);
}

gboolean
kiosk_seal_header_equal (const KioskSealHeader *a, const KioskSealHeader *b)
{
  return g_strcmp0 (a->txid, b->txid) == 0 && g_strcmp0 (a->kiosk, b->kiosk) == 0
         && a->sequence == b->sequence && g_strcmp0 (a->boot, b->boot) == 0
         && g_strcmp0 (a->department, b->department) == 0 && g_strcmp0 (a->service, b->service) == 0
         && g_strcmp0 (a->form, b->form) == 0 && a->form_version == b->form_version
         && a->catalogue == b->catalogue && a->sealed_ms == b->sealed_ms;
}

GBytes *
kiosk_seal_header_to_json (const KioskSealHeader *self)
{
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "txid", self->txid);
  json_object_set_string_member (object, "kiosk", self->kiosk);
  json_object_set_int_member (object, "sequence", (gint64)self->sequence);
  json_object_set_string_member (object, "boot", self->boot);
  json_object_set_string_member (object, "department", self->department);
  json_object_set_string_member (object, "service", self->service);
  json_object_set_string_member (object, "form", self->form);
  json_object_set_int_member (object, "form_version", self->form_version);
  json_object_set_int_member (object, "catalogue", self->catalogue);
  json_object_set_int_member (object, "sealed_ms", self->sealed_ms);
  return kiosk_json_print (object);
}

/* These names become parts of paths and of keys in other programs' tables. */
static gboolean
is_name (const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("-._", *at) == NULL)
      return FALSE;
  return text[0] != '.';
}

static gboolean
read_name (JsonObject *object, const char *member, char **ret_name, GError **error)
{
  const char *text = kiosk_json_string (object, member, NAME_LENGTH, error);

  if (text == NULL)
    return FALSE;
  if (!is_name (text))
    {
      g_set_error (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER,
                   "JSON member \"%s\" has characters that a name must not have", member);
      return FALSE;
    }
  *ret_name = g_strdup (text);
  return TRUE;
}

static gboolean
read_names (JsonObject *object, KioskSealHeader *header, GError **error)
{
  if (!read_name (object, "txid", &header->txid, error)
      || !read_name (object, "kiosk", &header->kiosk, error)
      || !read_name (object, "boot", &header->boot, error)
      || !read_name (object, "department", &header->department, error)
      || !read_name (object, "service", &header->service, error)
      || !read_name (object, "form", &header->form, error))
    return FALSE;
  if (strlen (header->txid) == TXID_LENGTH)
    return TRUE;
  g_set_error_literal (error, KIOSK_JSON_ERROR, KIOSK_JSON_ERROR_MEMBER,
                       "JSON member \"txid\" must have 26 characters");
  return FALSE;
}

KioskSealHeader *
kiosk_seal_header_from_json (JsonObject *object, GError **error)
{
  g_autoptr (KioskSealHeader) header = g_new0 (KioskSealHeader, 1);
  g_autoptr (GError) problem = NULL;
  gint64 sequence = 0;

  if (!read_names (object, header, &problem)
      || !kiosk_json_integer (object, "sequence", 0, G_MAXINT64, &sequence, &problem)
      || !kiosk_json_integer (object, "form_version", 0, G_MAXINT64, &header->form_version,
                              &problem)
      || !kiosk_json_integer (object, "catalogue", 0, G_MAXINT64, &header->catalogue, &problem)
      || !kiosk_json_integer (object, "sealed_ms", 0, G_MAXINT64, &header->sealed_ms, &problem))
    {
      g_set_error (error, KIOSK_TRUST_ERROR, KIOSK_TRUST_ERROR_MALFORMED,
                   "header of a sealed record: %s", problem->message);
      return NULL;
    }
  header->sequence = (guint64)sequence;
  return g_steal_pointer (&header);
}
