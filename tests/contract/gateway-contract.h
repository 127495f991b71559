/* data/gateway/openapi.yaml, and what of it has been seen. */
#pragma once

#include "rig.h"

G_BEGIN_DECLS

typedef struct
{
  JsonObject *document;
  GHashTable *expected; /* of "operationId status code" that a test must have seen; owned */
} Contract;

Contract *contract_load (const char *path);
void contract_free (Contract *self);

typedef struct
{
  const char *method; /* "PUT" */
  const char *path;   /* "/v1/transactions/{kiosk}/{txid}" */
  const char *id;     /* operationId */
  JsonObject *operation;
} ContractOperation;

typedef void (*ContractEach) (const ContractOperation *operation, gpointer data);
void contract_each (Contract *self, ContractEach each, gpointer data);

/* @reply is one that the contract gives this operation: status, media type, headers, code, and the
 * shape of JSON, of a problem, and of what a CMS holds. Crosses it off. */
void contract_check (Contract *self, const char *id, const RigReply *reply);
/* Everything promised has been seen. */
void contract_assert_complete (Contract *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Contract, contract_free)

G_END_DECLS
