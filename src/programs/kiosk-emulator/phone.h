/* A phone: a screen that is drawn, and a camera of its own. It knows what it was told by hand or
 * has seen, nothing else. */
#pragma once

#include "raster.h"

G_BEGIN_DECLS

typedef struct _KioskEmuPhone KioskEmuPhone;

/* What can be held before a camera: kiosk_emu_sheet_clear() ends it. */
typedef struct
{
  cairo_surface_t *surface;
  double code_x, code_y; /* the middle of the code on it, in pixels; else its own middle */
  double module_px;      /* of a module of that code; 0: it has none */
} KioskEmuSheet;

KioskEmuPhone *kiosk_emu_phone_new (void);
void kiosk_emu_phone_free (KioskEmuPhone *self);

/* The phone has this to show from now on. %KIOSK_EMU_ERROR_COMMAND: it fits into no code. */
gboolean kiosk_emu_phone_set_text (KioskEmuPhone *self, const char *text, GError **error);

/* The phone has this picture to show from now on. */
void kiosk_emu_phone_set_picture (KioskEmuPhone *self, cairo_surface_t *picture);
/* Photographs @screen, the terminal's, and keeps what the code on it says. @ret_characters: how
 * long that is. %KIOSK_EMU_ERROR_COMMAND: it sees none; what it had it still has. */
gboolean kiosk_emu_phone_look (KioskEmuPhone *self, cairo_surface_t *screen, glong *ret_characters,
                               GError **error);

/* (nullable): what it read on the terminal's screen last, whatever it shows now. */
const char *kiosk_emu_phone_seen (const KioskEmuPhone *self);

/* What the phone's screen looks like now. %KIOSK_EMU_ERROR_COMMAND: it has nothing to show. */
gboolean kiosk_emu_phone_draw (KioskEmuPhone *self, gboolean is_dark, KioskEmuSheet *ret_sheet,
                               GError **error);
/* A sheet of paper, or anything else flat, that looks like @surface. */
KioskEmuSheet kiosk_emu_sheet_of (cairo_surface_t *surface);
void kiosk_emu_sheet_clear (KioskEmuSheet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskEmuPhone, kiosk_emu_phone_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskEmuSheet, kiosk_emu_sheet_clear)

G_END_DECLS
