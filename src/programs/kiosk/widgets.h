/* The small widgets that templates are made of. Each is one file; this names their types. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The five-petalled mark of the header. */
#define KIOSK_TYPE_MARK (kiosk_mark_get_type ())
G_DECLARE_FINAL_TYPE (KioskMark, kiosk_mark, KIOSK, MARK, GtkWidget)

/* Identify, service, details, declare, receipt: how far the person is. */
#define KIOSK_TYPE_STEPS (kiosk_steps_get_type ())
G_DECLARE_FINAL_TYPE (KioskSteps, kiosk_steps, KIOSK, STEPS, GtkBox)
/* 0 shows nothing. */
void kiosk_steps_set_step (KioskSteps *self, guint step);

/* Rows that fit the height they are given; the others a button away. Nothing scrolls. */
#define KIOSK_TYPE_PAGER (kiosk_pager_get_type ())
G_DECLARE_FINAL_TYPE (KioskPager, kiosk_pager, KIOSK, PAGER, GtkWidget)
void kiosk_pager_clear (KioskPager *self);
void kiosk_pager_append (KioskPager *self, GtkWidget *row);

/* What is being typed: a line, or one box a sign when the number of signs is known. */
#define KIOSK_TYPE_FIELD (kiosk_field_get_type ())
G_DECLARE_FINAL_TYPE (KioskField, kiosk_field, KIOSK, FIELD, GtkWidget)
typedef enum
{
  KIOSK_FIELD_DIGITS, /* at most @length digits */
  KIOSK_FIELD_SLOTS,  /* @length digits, a box each */
  KIOSK_FIELD_DATE,   /* DD MM YYYY, a box each */
  KIOSK_FIELD_SECRET, /* 6 to @length digits, of which only their number is shown */
  KIOSK_FIELD_TEXT,   /* at most @length signs of the alphabet */
} KioskFieldKind;
/* @name: what it asks for, said by assistive technology. @alphabet: "A-Z0-9 ", TEXT only, nullable.
 */
void kiosk_field_set_kind (KioskField *self, KioskFieldKind kind, guint length,
                           const char *alphabet, const char *name);
/* (transfer full): wiped by the caller. A date is "YYYY-MM-DD", or what there is of it in digits.
 */
char *kiosk_field_value (KioskField *self);
void kiosk_field_set_value (KioskField *self, const char *value);
/* (transfer full): what was typed, as it was typed; wiped by the caller. */
char *kiosk_field_typed (KioskField *self);
void kiosk_field_set_typed (KioskField *self, const char *typed);
gboolean kiosk_field_is_whole (KioskField *self);
void kiosk_field_set_error (KioskField *self, gboolean error);
void kiosk_field_type (KioskField *self, char sign);
void kiosk_field_delete (KioskField *self);
void kiosk_field_clear (KioskField *self);

/* Keys for a field: digits, or the signs of an alphabet. */
#define KIOSK_TYPE_KEYPAD (kiosk_keypad_get_type ())
G_DECLARE_FINAL_TYPE (KioskKeypad, kiosk_keypad, KIOSK, KEYPAD, GtkWidget)
/* @alphabet: NULL gives the numeric pad. */
void kiosk_keypad_set_field (KioskKeypad *self, KioskField *field, const char *alphabet);

/* A drawing of data/art on its own panel; property "art" names it, "layers" those shown besides
 * "base". */
#define KIOSK_TYPE_DRAWING (kiosk_drawing_get_type ())
G_DECLARE_FINAL_TYPE (KioskDrawing, kiosk_drawing, KIOSK, DRAWING, GtkWidget)
void kiosk_drawing_set_art (KioskDrawing *self, const char *art, const char *layers);

/* The card that comes down on the reader; property "moving". */
#define KIOSK_TYPE_TAP (kiosk_tap_get_type ())
G_DECLARE_FINAL_TYPE (KioskTap, kiosk_tap, KIOSK, TAP, GtkWidget)

/* What the camera sees, mirrored, and a frame to hold a code in; property "has-picture". Nothing of
 * a picture outlives the widget or the page. */
#define KIOSK_TYPE_CAMERA (kiosk_camera_get_type ())
G_DECLARE_FINAL_TYPE (KioskCamera, kiosk_camera, KIOSK, CAMERA, GtkWidget)
/* @memory: of devices/camera/camera-preview.h; stays the caller's. FALSE: it is none. */
gboolean kiosk_camera_set_preview (KioskCamera *self, int memory);
/* FALSE: the camera is in trouble, and what it saw last is not shown. */
void kiosk_camera_set_live (KioskCamera *self, gboolean live);
/* A portrait: the whole picture, and an oval to put the face in; taken, it is framed without a tick
 * on it. */
void kiosk_camera_set_oval (KioskCamera *self, gboolean oval);
/* Closes the frame and puts a large tick over the picture. */
void kiosk_camera_set_taken (KioskCamera *self, gboolean taken);
/* Pictures taken over so far, for tests. */
guint kiosk_camera_n_pictures (KioskCamera *self);

/* The harbour at dusk. */
#define KIOSK_TYPE_HARBOUR (kiosk_harbour_get_type ())
G_DECLARE_FINAL_TYPE (KioskHarbour, kiosk_harbour, KIOSK, HARBOUR, GtkWidget)

/* What is so, and what to do: one thing at a time, always in the same place; a status. */
#define KIOSK_TYPE_STRIP (kiosk_strip_get_type ())
G_DECLARE_FINAL_TYPE (KioskStrip, kiosk_strip, KIOSK, STRIP, GtkWidget)
/* @style: "", "good", "warn" or "error". */
void kiosk_strip_say (KioskStrip *self, const char *sentence, const char *next, const char *icon,
                      const char *style);

/* A QR code in whole device pixels, four modules of quiet zone around it. */
#define KIOSK_TYPE_QR (kiosk_qr_get_type ())
G_DECLARE_FINAL_TYPE (KioskQr, kiosk_qr, KIOSK, QR, GtkWidget)
/* FALSE: too long for a code. */
gboolean kiosk_qr_set_text (KioskQr *self, const char *text);

/* A text with an identity number in it, hidden until its button is held. */
#define KIOSK_TYPE_MASKED (kiosk_masked_get_type ())
G_DECLARE_FINAL_TYPE (KioskMasked, kiosk_masked, KIOSK, MASKED, GtkBox)
void kiosk_masked_set_text (KioskMasked *self, const char *text);

/* Shows one page; the next slides in. */
#define KIOSK_TYPE_SLIDE (kiosk_slide_get_type ())
G_DECLARE_FINAL_TYPE (KioskSlide, kiosk_slide, KIOSK, SLIDE, GtkWidget)
/* @page: (transfer floating). @direction: 1 from the right, -1 from the left, 0 at once. */
void kiosk_slide_set_page (KioskSlide *self, GtkWidget *page, int direction);
gboolean kiosk_slide_is_moving (KioskSlide *self);
/* FALSE while moving and while getting ready to. */
gboolean kiosk_slide_is_still (KioskSlide *self);

void kiosk_widgets_ensure_types (void);

G_END_DECLS
