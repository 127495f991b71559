/* RFC 8259 to the letter, less fractions: no two readers round them alike, and json-glib cannot
 * print every one it reads. Runs before json-glib, which is lenient, sees the text. Private to
 * formats. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define KIOSK_JSON_DEPTH_MAX 32

/**
 * kiosk_json_scan:
 * @ret_members: (out): members in all objects together, so that a name given twice shows as a
 *   member too few after parsing
 *
 * Returns: TRUE for one object, nested at most %KIOSK_JSON_DEPTH_MAX deep, whose numbers are
 *   whole and fit gint64, and whose strings hold neither NUL nor half a surrogate pair; @text must
 *   be UTF-8
 */
gboolean kiosk_json_scan (const char *text, gsize length, guint *ret_members);

G_END_DECLS
