#include "gateway-contract.h"
#include "formats/json.h"
#include "gateway-schema.h"
#include <string.h>

#define CONTRACT_MAX (1024 * 1024)

void
contract_each (Contract *self, ContractEach each, gpointer data)
{
  JsonObject *paths = json_object_get_object_member (self->document, "paths");
  g_autoptr (GList) names = json_object_get_members (paths);
  for (GList *path = names; path != NULL; path = path->next)
    {
      JsonObject *methods = json_object_get_object_member (paths, path->data);
      g_autoptr (GList) verbs = json_object_get_members (methods);
      for (GList *verb = verbs; verb != NULL; verb = verb->next)
        {
          if (strcmp (verb->data, "parameters") == 0)
            continue;
          g_autofree char *method = g_ascii_strup (verb->data, -1);
          JsonObject *found = json_object_get_object_member (methods, verb->data);
          const ContractOperation operation
            = { method, path->data, json_object_get_string_member (found, "operationId"), found };
          each (&operation, data);
        }
    }
}

static void
expect (Contract *self, const char *id, const char *status, JsonObject *response)
{
  if (!json_object_has_member (response, "x-codes"))
    {
      g_hash_table_add (self->expected, g_strdup_printf ("%s %s -", id, status));
      return;
    }
  JsonArray *codes = json_object_get_array_member (response, "x-codes");
  for (guint i = 0; i < json_array_get_length (codes); i++)
    g_hash_table_add (self->expected, g_strdup_printf ("%s %s %s", id, status,
                                                       json_array_get_string_element (codes, i)));
}

static void
expect_all (const ContractOperation *operation, gpointer data)
{
  Contract *self = data;
  JsonObject *responses = json_object_get_object_member (operation->operation, "responses");
  g_autoptr (GList) statuses = json_object_get_members (responses);
  for (GList *status = statuses; status != NULL; status = status->next)
    expect (
      self, operation->id, status->data,
      schema_resolve (self->document, json_object_get_object_member (responses, status->data)));
}

Contract *
contract_load (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;
  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  Contract *self = g_new0 (Contract, 1);
  self->document = kiosk_json_parse (text, length, CONTRACT_MAX, &error);
  g_assert_no_error (error);
  self->expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  contract_each (self, expect_all, self);
  return self;
}

void
contract_free (Contract *self)
{
  json_object_unref (self->document);
  g_hash_table_unref (self->expected);
  g_free (self);
}

typedef struct
{
  const char *id;
  JsonObject *operation;
} Search;

static void
search_each (const ContractOperation *operation, gpointer data)
{
  Search *search = data;
  if (strcmp (operation->id, search->id) == 0)
    search->operation = operation->operation;
}

static void
check_shape (Contract *self, JsonObject *schema, JsonObject *json, const char *where)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);
  g_autofree char *problem = schema_check (self->document, schema, node, where);
  g_assert_cmpstr (problem, ==, NULL);
}

/* What is signed, read without judging the signature: the other tests judge it. */
static void
check_signed (Contract *self, JsonObject *schema, const RigReply *reply, const char *where)
{
  gsize size;
  const char *data = g_bytes_get_data (reply->body, &size);
  const char *start = memmem (data, size, "{\"", 2);
  g_assert_nonnull (start);
  g_autoptr (GError) error = NULL;
  const char *end = memchr (start, '}', size - (gsize)(start - data));
  g_autoptr (JsonObject) json = kiosk_json_parse (start, (gsize)(end - start) + 1, 65536, &error);
  g_assert_no_error (error);
  check_shape (self, schema, json, where);
}

static void
check_content (Contract *self, JsonObject *response, const RigReply *reply, const char *where)
{
  g_autofree char *type = rig_reply_header (reply, "Content-Type");
  if (!json_object_has_member (response, "content"))
    {
      g_assert_cmpuint (g_bytes_get_size (reply->body), ==, 0);
      return;
    }
  g_assert_nonnull (type);
  *(strchrnul (type, ';')) = '\0';
  JsonObject *content = json_object_get_object_member (response, "content");
  g_assert_true (json_object_has_member (content, type));
  JsonObject *media = json_object_get_object_member (content, type);
  if (json_object_has_member (media, "schema"))
    check_shape (self, json_object_get_object_member (media, "schema"), reply->json, where);
  if (json_object_has_member (media, "x-content"))
    check_signed (self, json_object_get_object_member (media, "x-content"), reply, where);
}

static void
check_headers (JsonObject *response, const RigReply *reply)
{
  if (!json_object_has_member (response, "headers"))
    return;
  g_autoptr (GList) names
    = json_object_get_members (json_object_get_object_member (response, "headers"));
  for (GList *name = names; name != NULL; name = name->next)
    {
      g_autofree char *value = rig_reply_header (reply, name->data);
      g_assert_nonnull (value);
    }
}

void
contract_check (Contract *self, const char *id, const RigReply *reply)
{
  Search search = { id, NULL };
  contract_each (self, search_each, &search);
  g_assert_nonnull (search.operation);
  g_autofree char *status = g_strdup_printf ("%u", reply->status);
  g_autofree char *seen
    = g_strdup_printf ("%s %s %s", id, status, reply->code != NULL ? reply->code : "-");
  g_test_message ("seen: %s", seen);
  JsonObject *responses = json_object_get_object_member (search.operation, "responses");
  g_assert_true (json_object_has_member (responses, status));
  JsonObject *response
    = schema_resolve (self->document, json_object_get_object_member (responses, status));
  check_content (self, response, reply, seen);
  check_headers (response, reply);
  Contract all = { self->document, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  expect (&all, id, status, response);
  g_assert_true (g_hash_table_contains (all.expected, seen));
  g_hash_table_unref (all.expected);
  g_hash_table_remove (self->expected, seen);
}

void
contract_assert_complete (Contract *self)
{
  g_autoptr (GList) left = g_hash_table_get_keys (self->expected);
  for (GList *item = left; item != NULL; item = item->next)
    g_test_message ("never seen: %s", (char *)item->data);
  g_assert_cmpuint (g_hash_table_size (self->expected), ==, 0);
}
