/* Pages as kioskd would send them, from files: the page's name, the actions allowed, and the model
 * in GVariant's text form, where a text that kioskd would choose by language is a{ss}. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *name; /* of the file, without its suffix */
  char *page;
  char **actions;
  GVariant *source; /* a{sv}, all languages */
} Fixture;

void fixture_free (Fixture *self);
/* Ends the program with a message when the file is no fixture. */
Fixture *fixture_load (const char *path);
/* (element-type Fixture) (transfer full): every *.page of @folder, by name. */
GPtrArray *fixture_load_all (const char *folder);
/* (transfer floating): the model in one language. */
GVariant *fixture_model (const Fixture *self, const char *language);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

G_END_DECLS
