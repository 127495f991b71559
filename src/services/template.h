/* Texts with expressions inside: words, value, words. Private to services. */
#pragma once

#include "xpath.h"

G_BEGIN_DECLS

typedef struct _KioskTemplate KioskTemplate;

KioskTemplate *kiosk_template_new (void);
void kiosk_template_free (KioskTemplate *self);
void kiosk_template_add_words (KioskTemplate *self, const char *words);
gboolean kiosk_template_add_output (KioskTemplate *self, const char *expression, GError **error);
gboolean kiosk_template_is_empty (const KioskTemplate *self);
/* "Ends on {today()}": an expression in each pair of braces. */
KioskTemplate *kiosk_template_from_braces (const char *text, GError **error);
/* (transfer full) */
char *kiosk_template_render (const KioskTemplate *self, KioskXpathContext *context, xmlNode *node,
                             GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskTemplate, kiosk_template_free)

G_END_DECLS
