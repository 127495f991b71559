/* The simulated application of iAM Smart in the phone: opens what the phone's camera read, and says
 * yes or no to the simulated core. It keeps nothing: who holds the phone is told with each deed. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _KioskEmuApp KioskEmuApp;

/* @folder: core-ca.pem and NAME.token, as a sandbox's setup left them in phone/; read anew each
 * time. @core: (nullable): the one address whose codes it opens; NULL: of any that core-ca.pem
 * speaks for. %KIOSK_EMU_ERROR_COMMAND: not an https address. */
KioskEmuApp *kiosk_emu_app_new (const char *folder, const char *core, GError **error);
void kiosk_emu_app_free (KioskEmuApp *self);

/**
 * kiosk_emu_app_run:
 * @deed: "open", "approve", "refuse" or "cancel"
 * @name: whose phone it is
 * @seen: (nullable): what its camera read last
 * @answer: what the core said is appended: " kind=… identification=… client=… service=…
 *   document=…", or " code=…"; values percent-encoded
 *
 * Blocks, ten seconds at most: for a thread of its own. %KIOSK_EMU_ERROR_COMMAND: the core refuses,
 * or there is nothing to open.
 */
gboolean kiosk_emu_app_run (KioskEmuApp *self, const char *deed, const char *name, const char *seen,
                            GString *answer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuApp, kiosk_emu_app_free)

G_END_DECLS
