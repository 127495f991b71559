/* As much of JSON Schema 2020-12 as the gateway's contract uses. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The object that {"$ref":"#/a/b"} points to in @document, or @object itself. */
JsonObject *schema_resolve (JsonObject *document, JsonObject *object);
/* (transfer full) (nullable): where @node breaks @schema; NULL when it fits. A keyword that is not
 * known fails the test: nothing in the contract goes unchecked unseen. */
char *schema_check (JsonObject *document, JsonObject *schema, JsonNode *node, const char *where);

G_END_DECLS
