/* What hands do with light: a phone or a sheet before the terminal's camera, a phone's camera
 * before the terminal's screen. The commands of hand.h that begin with camera, phone, paper and
 * person. */
#pragma once

#include <glib.h>

#include "app.h"
#include "camera.h"
#include "phone.h"
#include "wallet.h"

G_BEGIN_DECLS

typedef struct _KioskEmuLight KioskEmuLight;

/* @fifo: where the camera's frames are read. */
KioskEmuLight *kiosk_emu_light_new (const char *fifo, GError **error);
/* What is in the phone. @wallet: (transfer full) */
void kiosk_emu_light_take_wallet (KioskEmuLight *self, KioskEmuWallet *wallet);
/* @app: (transfer full) */
void kiosk_emu_light_take_app (KioskEmuLight *self, KioskEmuApp *app);
void kiosk_emu_light_free (KioskEmuLight *self);
KioskEmuCamera *kiosk_emu_light_camera (KioskEmuLight *self);

/* @words: of the line, split at each space; @answer: more than "ok" is appended. */
gboolean
kiosk_emu_light_camera_run (KioskEmuLight *self, char **words, GString *answer, GError **error);
gboolean
kiosk_emu_light_phone_run (KioskEmuLight *self, char **words, GString *answer, GError **error);

gboolean
kiosk_emu_light_paper_run (KioskEmuLight *self, char **words, GString *answer, GError **error);

gboolean
kiosk_emu_light_person_run (KioskEmuLight *self, char **words, GString *answer, GError **error);

/* " camera=STATE frames=N" */
void kiosk_emu_light_describe (KioskEmuLight *self, GString *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuLight, kiosk_emu_light_free)

G_END_DECLS
