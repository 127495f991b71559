/* The control socket's inside, shared by its files. */
#pragma once

#include "bus-control1.h"
#include "identity/staff-roles.h"
#include "programs/kioskd/control-camera.h"
#include "programs/kioskd/control.h"
#include "programs/kioskd/socket.h"

G_BEGIN_DECLS

struct _KioskControl
{
  KioskHouse *house;
  KioskSocket *socket;
  KioskBusControl1 *skeleton;
  GPtrArray *peers; /* GDBusConnection */
  GCancellable *cancellable;
  KioskControlCamera *camera;
  KioskRoleSet roles; /* of whoever connects */
};

/* A call that is answered by an errand. */
typedef struct
{
  KioskControl *control;
  GDBusMethodInvocation *invocation;
  char *name; /* of a bundle, or a record's key */
  GBytes *cms;
} KioskControlCall;

/* control-calls.c */
void kiosk_control_call_free (KioskControlCall *call);
/* Answers with @error. */
void kiosk_control_refuse (GDBusMethodInvocation *invocation, const GError *error);
/* FALSE: there is none, and @invocation is answered. */
gboolean kiosk_control_needs_vault (KioskControl *self, GDBusMethodInvocation *invocation);
/* TRUE: empty or longer than @most bytes, and @invocation is answered. */
gboolean
kiosk_control_is_too_long (GDBusMethodInvocation *invocation, const char *text, gsize most);
/* Both get a KioskControlCall: @errand as task data, off the main thread; @answer as its data. */
void
kiosk_control_run_errand (KioskControl *self, GDBusMethodInvocation *invocation, const char *name,
                          GBytes *cms, GTaskThreadFunc errand, GAsyncReadyCallback answer);

/* Handlers of the skeleton's signals; @data: the KioskControl. */
/* control-records.c */
gboolean kiosk_control_handle_audit_verify (KioskBusControl1 *skeleton,
                                            GDBusMethodInvocation *invocation, gpointer data);
gboolean kiosk_control_handle_outbox (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation,
                                      gpointer data);
gboolean kiosk_control_handle_find (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation,
                                    const char *key, gpointer data);
/* control-install.c */
gboolean
kiosk_control_handle_install_bundle (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation,
                                     const char *name, GVariant *bytes, gpointer data);
gboolean kiosk_control_handle_enrol (KioskBusControl1 *skeleton, GDBusMethodInvocation *invocation,
                                     const char *code, gpointer data);

G_END_DECLS
