/* A citizen's phone, asked through the gateway's hub: who they are, or their signature. One session
 * at a time, on a thread of its own, so that no upload waits for a person. The kiosk holds no
 * secret of iAM Smart's: what comes back is sealed to its own key. */
#pragma once

#include "formats/phone-answer.h"
#include "sync/sync.h"

G_BEGIN_DECLS

#define KIOSK_IAM_ERROR (kiosk_iam_error_quark ())
GQuark kiosk_iam_error_quark (void);

typedef enum
{
  /* of the person and their phone */
  KIOSK_IAM_ERROR_CANCELLED,   /* stopped on the phone: a new code, if they still want to */
  KIOSK_IAM_ERROR_REFUSED,     /* said no on the phone: a new code, or the card */
  KIOSK_IAM_ERROR_NO_ANSWER,   /* opened, and nothing decided in time: a new code */
  KIOSK_IAM_ERROR_EXPIRED,     /* the code was not opened in time: a new code */
  KIOSK_IAM_ERROR_NOT_ALLOWED, /* the account is one that cannot sign: upgrade it, or another way */
  KIOSK_IAM_ERROR_OTHER_CARD,  /* the phone is of another person: use one's own */
  /* of the way there */
  KIOSK_IAM_ERROR_UNAVAILABLE, /* iAM Smart does not answer the gateway: later, or the card */
  KIOSK_IAM_ERROR_MANY,        /* too many sessions of this kiosk are open: in a moment */
  KIOSK_IAM_ERROR_OFF,         /* the gateway is not one that iAM Smart knows: the card */
  KIOSK_IAM_ERROR_OFFLINE,     /* no answer of the gateway: the card, which needs no network */
  KIOSK_IAM_ERROR_FAULT,       /* an answer that is not what the contract says: once more */
} KioskIamError;
/* "no-answer": as the wire and the page "phone" name it. */
const char *kiosk_iam_error_name (KioskIamError code);

typedef struct
{
  const char *language; /* "en", "zh_HK", "zh_CN" */
  /* To sign; all NULL to log in. */
  const guint8 *digest;  /* 32 bytes, SHA-256 */
  const char *hkic_hash; /* Base64, kiosk_iamsmart_hkic_hash() */
  const char *service;   /* what the phone shows */
  const char *document;
  const char *department;
} KioskIamRequest;

typedef enum
{
  KIOSK_IAM_WAITING, /* @code is to be shown */
  KIOSK_IAM_OPENED,  /* on a phone */
  KIOSK_IAM_DONE,    /* @profile or @signature */
  KIOSK_IAM_FAILED,  /* @reason; the session is over */
} KioskIamState;

/* Lives during the call. */
typedef struct
{
  KioskIamState state;
  const char *code;           /* text of the QR code; WAITING, OPENED */
  const char *identification; /* digits that both screens show; "" for none */
  gint64 expires_ms;          /* Unix milliseconds */
  const KioskPhoneProfile *profile;
  const KioskPhoneSignature *signature;
  KioskIamError reason;
} KioskIamNews;

/* In the main context of the caller of kiosk_iam_new(). */
typedef void (*KioskIamWatch) (gpointer data, const KioskIamNews *news);

typedef struct _KioskIam KioskIam;

/* @sync must outlive it. */
KioskIam *kiosk_iam_new (KioskSync *sync);
/* Whatever is open at the gateway is closed there, if it answers within three seconds. */
void kiosk_iam_free (KioskIam *self);

/* The gateway said lately that it cannot do this. */
gboolean kiosk_iam_is_off (KioskIam *self);
/* Everything of @request is copied. A session under way is stopped first. */
void kiosk_iam_start (KioskIam *self, const KioskIamRequest *request, KioskIamWatch watch,
                      gpointer data);
/* The watch is not called again, and the gateway is told that the person left: until it has heard
 * that, or the session has ended by itself. */
void kiosk_iam_stop (KioskIam *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIam, kiosk_iam_free)

G_END_DECLS
