/* A page's model as it came over the bus (a{sv}), read by name and type. The first member that is
 * missing, of another type or too big is remembered: a page reads all it needs, and whoever showed
 * the page asks once whether the model was sound. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_MODEL_TEXT_MAX  4096 /* bytes of one string */
#define KIOSK_MODEL_ITEMS_MAX 256  /* members of one array */

typedef struct _KioskModel KioskModel;

KioskModel *kiosk_model_new (GVariant *members);
KioskModel *kiosk_model_ref (KioskModel *self);
void kiosk_model_unref (KioskModel *self);

/* "": missing or unsound. Lives as long as @self. */
const char *kiosk_model_string (KioskModel *self, const char *name);
gboolean kiosk_model_boolean (KioskModel *self, const char *name);
guint32 kiosk_model_unsigned (KioskModel *self, const char *name);
gint32 kiosk_model_integer (KioskModel *self, const char *name);
gint64 kiosk_model_long (KioskModel *self, const char *name);
double kiosk_model_fraction (KioskModel *self, const char *name); /* 0 … 1 */

/* (element-type KioskModel) (transfer full): an aa{sv}; a fault in an item is a fault of @self. */
GPtrArray *kiosk_model_items (KioskModel *self, const char *name);
/* (transfer full): an as. */
char **kiosk_model_strings (KioskModel *self, const char *name);

/* What is wrong with it; NULL while it is sound. */
const char *kiosk_model_fault (KioskModel *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskModel, kiosk_model_unref)

G_END_DECLS
