/* The three languages, and texts that are there in each. Private to services. */
#pragma once

#include "services/catalogue.h"

G_BEGIN_DECLS

#define KIOSK_LANGUAGES 3
extern const char *const kiosk_languages[KIOSK_LANGUAGES]; /* "en", "zh_HK", "zh_CN" */
/* −1: not one of them. */
int kiosk_language_find (const char *name);
/* As find, English for any other: what is shown must be something. */
int kiosk_language_index (const char *name);

/* A text in each language, by index. */
typedef char *KioskTexts[KIOSK_LANGUAGES];
void kiosk_texts_clear (KioskTexts texts);
/* Reads { "en", "zh_HK", "zh_CN" }; with @paragraphs each is an array, joined by newlines. @where
 * names the object in errors. */
gboolean kiosk_texts_read (JsonObject *object, const char *member, gboolean paragraphs,
                           KioskTexts texts, const char *where, GError **error);
/* Refuses members that are not in @allowed, a NULL-terminated list. */
gboolean kiosk_members_check (JsonObject *object, const char *const *allowed, const char *where,
                              GError **error);

G_END_DECLS
