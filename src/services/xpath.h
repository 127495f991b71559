/* ODK's XPath on libxml2: expressions are checked and compiled once, evaluated with a bound on
 * work. Private to services. */
#pragma once

#include "services/catalogue.h"
#include <libxml/tree.h>

G_BEGIN_DECLS

#define KIOSK_XPATH_LENGTH_MAX 4096

typedef struct _KioskXpath KioskXpath;

/* Refuses syntax errors, functions that ODK or we do not have, wrong numbers of arguments. */
KioskXpath *kiosk_xpath_compile (const char *expression, GError **error);
void kiosk_xpath_free (KioskXpath *self);

/* What expressions may know besides the document. */
typedef struct
{
  const char *today; /* "YYYY-MM-DD" */
  /* The label of @value among the choices of @ref; (transfer full) (nullable). */
  char *(*choice_name) (gpointer data, const char *value, const char *ref);
  gpointer data;
} KioskXpathHost;

/* A document to evaluate in. Secondary instances are children of the document beside its root:
 * <kiosk-instance id="fees">. One thread. */
typedef struct _KioskXpathContext KioskXpathContext;

/* @doc and @host must outlive it. */
KioskXpathContext *kiosk_xpath_context_new (xmlDoc *doc, const KioskXpathHost *host);
void kiosk_xpath_context_free (KioskXpathContext *self);
const KioskXpathHost *kiosk_xpath_context_host (const KioskXpathContext *self);

/* @node is "."; NULL: the root element. %KIOSK_SERVICES_ERROR_MALFORMED when it cannot be computed.
 */
gboolean kiosk_xpath_boolean (KioskXpathContext *self, const KioskXpath *expression, xmlNode *node,
                              gboolean *ret_value, GError **error);
/* (transfer full) */
char *kiosk_xpath_string (KioskXpathContext *self, const KioskXpath *expression, xmlNode *node,
                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskXpath, kiosk_xpath_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskXpathContext, kiosk_xpath_context_free)

G_END_DECLS
