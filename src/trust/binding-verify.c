#include "trust/binding-verify.h"

#include "trust/holder-key-private.h"

gboolean
kiosk_binding_check (const KioskBinding *self, GError **error)
{
  return kiosk_holder_key_check (self->key, self->algorithm, self->protected_header, self->payload,
                                 self->signature, error);
}
