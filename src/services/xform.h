/* An ODK XForm, read once and never changed: fields, questions, texts. Private to services. */
#pragma once

#include "languages.h"
#include "template.h"

G_BEGIN_DECLS

#define KIOSK_XFORM_MAX (256 * 1024)

/* One element of the primary instance, with what its bind and its control say. */
typedef struct
{
  char *ref;
  int parent; /* index; −1 for the root */
  gboolean leaf;

  char *type; /* "string", "int", "date", "select1"; NULL for a group */
  KioskXpath *required;
  KioskXpath *relevant;
  KioskXpath *constraint;
  KioskXpath *calculate;
  gboolean read_only;
  char *constraint_text; /* text id */
  char *fact;
  char *alphabet;
  guint length; /* characters */
  gboolean fee;

  gboolean shown;   /* has a control */
  gboolean numbers; /* a text of digits */
  char *label;      /* text ids */
  char *hint;
  char *section;
  GPtrArray *options; /* (element-type KioskXOption) (nullable) */
} KioskField;

typedef struct
{
  char *value;
  char *label; /* text id */
} KioskXOption;

typedef struct
{
  KioskTemplate *text;
  KioskTemplate *brief; /* form="short"; NULL if none */
} KioskXText;

typedef struct
{
  char *id;
  gint64 version;
  xmlDoc *template;  /* the primary instance, and kiosk-instance elements beside it */
  GPtrArray *fields; /* (element-type KioskField), in document order; the root first */
  GArray *controls;  /* indices of the fields that the body shows, in its order */
  GHashTable *texts[KIOSK_LANGUAGES]; /* id → KioskXText */
  int fee;                            /* index; −1 if none */
} KioskXForm;

/* Finds the table that src="jr://file/NAME.xml" asks for; NULL: there is none. */
typedef JsonArray *(*KioskXFormTables) (gpointer data, const char *name);

/* @text: the XForm's source. Errors say which line, bind or text is wrong. */
KioskXForm *
kiosk_xform_new (const char *text, KioskXFormTables tables, gpointer tables_data, GError **error);
void kiosk_xform_free (KioskXForm *self);
/* −1: none. */
int kiosk_xform_find (const KioskXForm *self, const char *ref);
KioskField *kiosk_xform_field (const KioskXForm *self, int index);

/* What a person is asked: shown, not computed, not known. */
gboolean kiosk_field_is_asked (const KioskField *self);
/* Whether @value, not empty, is of the field's type, alphabet and length. */
gboolean kiosk_field_accepts (const KioskField *self, const char *value);

/* Parts of loading: each a file. */
gboolean kiosk_xform_load_instances (KioskXForm *self, xmlNode *model, KioskXFormTables tables,
                                     gpointer tables_data, GError **error);
gboolean kiosk_xform_load_binds (KioskXForm *self, xmlNode *model, GError **error);
gboolean kiosk_xform_load_body (KioskXForm *self, xmlNode *body, GError **error);
gboolean kiosk_xform_load_texts (KioskXForm *self, xmlNode *model, GError **error);

/* "jr:itext('id')" → "id"; NULL for anything else. (transfer full). */
char *kiosk_xform_text_id (const char *value);

/* (transfer full): NULL, an error, when the text has no such id in @language or an output fails. */
char *kiosk_xform_text (const KioskXForm *self, const char *id, int language, gboolean brief,
                        KioskXpathContext *context, xmlNode *node, GError **error);

#define KIOSK_XFORMS_NS   "http://www.w3.org/2002/xforms"
#define KIOSK_XHTML_NS    "http://www.w3.org/1999/xhtml"
#define KIOSK_JAVAROSA_NS "http://openrosa.org/javarosa"
#define KIOSK_FORMS_NS    "urn:hk:kiosk:forms:1"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskXForm, kiosk_xform_free)

G_END_DECLS
