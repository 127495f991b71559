/* What a service is inside. Private to services. */
#pragma once

#include "template.h"
#include "xform.h"

G_BEGIN_DECLS

typedef KioskTemplate *KioskTemplates[KIOSK_LANGUAGES];

typedef struct
{
  char *code;
  KioskXpath *unmet; /* nullable, as are the next and all texts but the first */
  KioskXpath *met;
  KioskTemplates text;
  KioskTemplates detail;
  KioskTemplates unmet_text;
  KioskTemplates unmet_detail;
} KioskRule;

typedef struct
{
  KioskTexts title;
  KioskTexts text;
} KioskConsentPoint;

struct _KioskService
{
  char *id;
  char *department;
  char *form;
  gint64 form_version;
  KioskTexts title;
  KioskTexts summary;
  KioskTexts department_name;
  KioskTexts declaration;
  GHashTable *reasons; /* code → char *[KIOSK_LANGUAGES] */
  GPtrArray *rules;    /* (element-type KioskRule) */
  /* Of a service that enrols; 0 and NULL of any other. */
  gint64 consent_version;
  GPtrArray *consent; /* (element-type KioskConsentPoint) */
  const KioskXForm *xform;
};

/* (transfer full): the checks of one service, with each expression and text tried once. */
GPtrArray *kiosk_rules_read (JsonArray *checks, GError **error);

G_END_DECLS
