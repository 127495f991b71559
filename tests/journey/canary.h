/* Looks for a person's data where none may be: in files, and in the memory of a program. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _Canaries Canaries;

/**
 * canaries_new:
 * @name: as the card holds it, "CHAN, TAI MAN"
 * @number: with check digit, "A1234563"
 * @birth: "YYYY-MM-DD"
 *
 * Each is looked for in the shapes that software gives it (with and without separators, brackets,
 * machine-readable filler), as UTF-8 and as UTF-16 of both orders; the date as BCD too. Three bytes
 * of BCD, which six digits would make, occur anywhere by chance and prove nothing.
 */
Canaries *canaries_new (const char *name, const char *number, const char *birth);
void canaries_free (Canaries *self);

/* (transfer full): "name as UTF-16LE at byte 4711 of FILE" lines; empty when clean. NULL: error. */
char *canaries_search_file (Canaries *self, const char *path, GError **error);
/* Every regular file below @folder. */
char *canaries_search_tree (Canaries *self, const char *folder, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Canaries, canaries_free)

G_END_DECLS
