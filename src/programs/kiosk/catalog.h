/* Reads GNU gettext's compiled catalogues (.mo) from memory. Bounded: a damaged file is refused
 * when opened, so that a look-up cannot run outside of it. Source: GNU gettext manual, "The Format
 * of GNU MO Files". */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _KioskCatalog KioskCatalog;

/* NULL when @bytes are no catalogue of this machine's byte order, or inconsistent. */
KioskCatalog *kiosk_catalog_new (GBytes *bytes);
void kiosk_catalog_free (KioskCatalog *self);
/* NULL when there is no translation. Lives as long as @self. */
const char *kiosk_catalog_lookup (KioskCatalog *self, const char *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCatalog, kiosk_catalog_free)

G_END_DECLS
