#include "programs/kiosk-gateway/iam-errand.h"
#include "formats/json.h"

#define QUEUED_MAX_US (10 * G_USEC_PER_SEC) /* who waited longer has given up */
#define TEXT_MAX      512
#define TOKEN_MAX     2048

KioskGatewayIamErrand *
kiosk_gateway_iam_errand_new (KioskGatewayIamErrandKind kind, const char *session)
{
  KioskGatewayIamErrand *self = g_new0 (KioskGatewayIamErrand, 1);
  self->kind = kind;
  self->session = g_strdup (session);
  self->pushed_us = g_get_monotonic_time ();
  return self;
}

void
kiosk_gateway_iam_errand_free (gpointer errand)
{
  KioskGatewayIamErrand *self = errand;
  char *const secrets[]
    = { self->state,  self->business, self->code,      self->token, self->open_id,
        self->ticket, self->digest,   self->hkic_hash, self->text,  self->user_type };
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    kiosk_wipe_string (secrets[i]);
  g_free (self->session);
  g_free (self->language);
  g_free (self->department);
  g_free (self->service);
  g_free (self->document);
  g_free (self->identification);
  g_clear_pointer (&self->content, json_object_unref);
  g_free (self);
}

gboolean
kiosk_gateway_iam_errand_is_signed (const KioskGatewayIamErrand *self)
{
  return self->kind != KIOSK_GATEWAY_IAM_START_LOGIN;
}

static void
member_set (JsonObject *content, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (content, name, value);
}

/* The link that a phone opens, for a ticket of the core's. */
static char *
ticket_link (const KioskGatewayIamSettings *settings, const char *ticket)
{
  g_autofree char *escaped = g_uri_escape_string (ticket, NULL, FALSE);
  return g_strdup_printf ("%s/app?ticket=%s", settings->core, escaped);
}

static gboolean
start_login (KioskGatewayIamErrand *self, KioskGatewayIamClient *client, GError **error)
{
  self->text
    = kiosk_gateway_iam_client_get_qr (client, self->language, self->state, &self->reason, error);
  return self->text != NULL;
}

/* Adds where a window of the core's would lead back to. */
static void
way_back_add (JsonObject *content, const KioskGatewayIamErrand *self,
              const KioskGatewayIamSettings *settings)
{
  g_autofree char *callback = g_strconcat (settings->public_base, "/v1/iam/callback", NULL);
  member_set (content, "state", self->state);
  member_set (content, "source", "App_Link");
  member_set (content, "redirectURI", callback);
  member_set (content, "lang", self->language);
}

static gboolean
start_sign (KioskGatewayIamErrand *self, const KioskGatewayIamSettings *settings,
            KioskGatewayIamClient *client, GError **error)
{
  g_autoptr (JsonObject) content = json_object_new ();
  member_set (content, "businessID", self->business);
  member_set (content, "hashCode", self->digest);
  member_set (content, "sigAlgo", "SHA256withRSA");
  member_set (content, "HKICHash", self->hkic_hash);
  member_set (content, "department", self->department);
  member_set (content, "serviceName", self->service);
  member_set (content, "documentName", self->document);
  way_back_add (content, self, settings);
  g_autoptr (JsonObject) answer = kiosk_gateway_iam_client_ask (
    client, KIOSK_IAMSMART_ANONYMOUS_SIGNING, content, &self->reason, error);
  if (answer == NULL)
    return FALSE;
  const char *ticket = kiosk_json_string (answer, "ticketID", TEXT_MAX / 2, error);
  if (ticket == NULL)
    return FALSE;
  self->ticket = g_strdup (ticket);
  self->text = ticket_link (settings, ticket);
  self->identification
    = g_strdup (kiosk_json_optional_string (answer, "identificationCode", 16, NULL));
  return TRUE;
}

static gboolean
exchange_code (KioskGatewayIamErrand *self, KioskGatewayIamClient *client, GError **error)
{
  g_autoptr (JsonObject) content = json_object_new ();
  member_set (content, "code", self->code);
  member_set (content, "grantType", "authorization_code");
  g_autoptr (JsonObject) answer = kiosk_gateway_iam_client_ask (client, KIOSK_IAMSMART_GET_TOKEN,
                                                                content, &self->reason, error);
  if (answer == NULL)
    return FALSE;
  const char *token = kiosk_json_string (answer, "accessToken", TOKEN_MAX, error);
  const char *type = token != NULL ? kiosk_json_string (answer, "userType", 32, error) : NULL;
  if (type == NULL)
    return FALSE;
  self->token = g_strdup (token);
  self->open_id = g_strdup (kiosk_json_optional_string (answer, "openID", 256, NULL));
  /* A sample shows "sign"; whatever else it may be called, it may not sign. */
  self->user_type = g_strdup (g_ascii_strcasecmp (type, "sign") == 0 ? "sign" : "basic");
  return TRUE;
}

static gboolean
ask_profile (KioskGatewayIamErrand *self, const KioskGatewayIamSettings *settings,
             KioskGatewayIamClient *client, GError **error)
{
  static const char *const names[] = { "idNo", "enName", "chName", "birthDate", "gender" };
  g_autoptr (JsonObject) content = json_object_new ();
  JsonArray *fields = json_array_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    json_array_add_string_element (fields, names[i]);
  member_set (content, "accessToken", self->token);
  member_set (content, "openID", self->open_id);
  member_set (content, "businessID", self->business);
  json_object_set_array_member (content, "profileFields", fields);
  way_back_add (content, self, settings);
  g_autoptr (JsonObject) answer
    = kiosk_gateway_iam_client_ask (client, KIOSK_IAMSMART_PROFILE, content, &self->reason, error);
  return answer != NULL;
}

static JsonObject *
ask_about (KioskGatewayIamErrand *self, KioskIamsmartPath path, KioskGatewayIamClient *client,
           GError **error)
{
  g_autoptr (JsonObject) content = json_object_new ();
  member_set (content, "businessID", self->business);
  member_set (content, "ticketID", self->ticket);
  return kiosk_gateway_iam_client_ask (client, path, content, &self->reason, error);
}

static gboolean
run (KioskGatewayIamErrand *self, const KioskGatewayIamSettings *settings,
     KioskGatewayIamClient *client, GError **error)
{
  switch (self->kind)
    {
    case KIOSK_GATEWAY_IAM_START_LOGIN:
      return start_login (self, client, error);
    case KIOSK_GATEWAY_IAM_START_SIGN:
      return start_sign (self, settings, client, error);
    case KIOSK_GATEWAY_IAM_TOKEN:
      return exchange_code (self, client, error);
    case KIOSK_GATEWAY_IAM_PROFILE:
      return ask_profile (self, settings, client, error);
    case KIOSK_GATEWAY_IAM_RESULT:
      self->content = ask_about (self, KIOSK_IAMSMART_ANONYMOUS_SIGNING_RESULT, client, error);
      return self->content != NULL;
    case KIOSK_GATEWAY_IAM_ACKNOWLEDGE:
      {
        g_autoptr (JsonObject) answer
          = ask_about (self, KIOSK_IAMSMART_SIGNING_ACKNOWLEDGE, client, error);
        return answer != NULL;
      }
    }
  g_assert_not_reached ();
}

void
kiosk_gateway_iam_errand_run (KioskGatewayIamErrand *self, const KioskGatewayIamSettings *settings,
                              KioskGatewayIamClient *client)
{
  static const char *const names[]
    = { "getQR", "signing", "getToken", "profile", "result", "acknowledgement" };
  g_autoptr (GError) error = NULL;
  self->reason = KIOSK_GATEWAY_IAM_UNAVAILABLE;
  if (g_get_monotonic_time () - self->pushed_us > QUEUED_MAX_US
      && self->kind <= KIOSK_GATEWAY_IAM_TOKEN)
    return;
  self->reason = NULL;
  if (run (self, settings, client, &error))
    return;
  if (self->reason == NULL)
    self->reason = KIOSK_GATEWAY_IAM_FAULT; /* an answer without what it must hold */
  g_printerr ("kiosk-gateway: iAM Smart: %s: %s\n", names[self->kind],
              error != NULL ? error->message : self->reason);
}
