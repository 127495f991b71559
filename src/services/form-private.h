/* What a form is inside. Private to services. */
#pragma once

#include "instance.h"
#include "services/form.h"

G_BEGIN_DECLS

struct _KioskForm
{
  KioskCatalogue *catalogue; /* keeps the XForm alive */
  KioskInstance *instance;
};

G_END_DECLS
