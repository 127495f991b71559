/* The stage: the whole terminal and everything around it, as real programs on this machine.
 *
 *   kiosk ── kioskd ── kiosk-reader ── libnfc ── tty of kiosk-emulator (cards in it)
 *              └── kiosk-scanner ── GStreamer ── pipe of kiosk-emulator (a phone, paper)
 *              └── cable (a relay) ── kiosk-gateway ── kiosk-sandbox (the department)
 *                                          └── kiosk-sandbox (iAM Smart's core, simulated)
 *              └── CUPS client ── ippeveprinter
 *
 * What persons and keys there are is made on the spot, in a folder that goes when the stage goes;
 * STATE keeps the vault, the gateway's database, the trust bundle and the logs. */
#pragma once

#include "cable.h"
#include "display.h"
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *build;  /* build folder that holds the programs */
  const char *source; /* the project's root */
  const char *state;  /* kept; NULL: goes with the stage */
  gboolean headless;  /* a screen of its own, else the one that is there */
  gboolean window;    /* FALSE: no kiosk, for tests that speak to kioskd themselves */
  int width, height;  /* of the terminal's screen, in pixels */
  double scale;       /* 1 at a panel's true size; less to fit a window on a desk */
  int poll_ms;        /* how often kioskd asks for news; the department twice as often; 0: 500 */
} StageOptions;

typedef struct _Stage Stage;

/* Raises everything, in order; an error names the program and its own last words. */
Stage *stage_new (const StageOptions *options, GError **error);
/* Ends everything, the last started first. */
void stage_free (Stage *self);
/* Ends the session-side programs one by one and tells when one did not end well. */
gboolean stage_strike (Stage *self, GError **error);

StageCable *stage_cable (Stage *self);
StageDisplay *stage_display (Stage *self);
const char *stage_state (Stage *self);
/* (transfer full): below the folder that goes with the stage. */
char *stage_passing_path (Stage *self, const char *name);
/* (transfer full): the build's message catalogue of a language. */
char *stage_texts_path (Stage *self, const char *language);
/* (transfer full): the reader's, wherever it is plugged in. */
char *stage_tty (Stage *self);
/* A program by name: "kioskd", "kiosk", "kiosk-gateway" …; NULL if not on the stage. */
StageProcess *stage_program (Stage *self, const char *name);
/* What kioskd's environment has besides, from its next start on: "NAME=value", NULL-terminated;
 * NULL: nothing. */
void stage_set_kioskd_environ (Stage *self, const char *const *variables);
/* What whoever is at the control socket may do, from kioskd's next start on. @role: static. */
void stage_set_control_role (Stage *self, const char *role);
/* Starts kioskd again with a wall clock that is @ahead_ms ahead of the machine's; negative: behind;
 * 0: the machine's. Forgets what else its environment had. */
gboolean stage_set_clock (Stage *self, gint64 ahead_ms, GError **error);
/* Starts kioskd, kiosk-gateway (on its old port) or kiosk again after it was ended or killed. */
gboolean stage_restart (Stage *self, const char *name, GError **error);

/* The bench window beside the terminal; @closed is called when a person closes it. */
gboolean stage_raise_bench (Stage *self, GAsyncReadyCallback closed, gpointer data, GError **error);

/* Pulls the cable and waits until kioskd has noticed. */
gboolean stage_go_offline (Stage *self, GError **error);

/* What a hand does around the terminal, one line to the emulator's control socket: "place good",
 * "remove-after 12", "phone show tilt=20". */
gboolean stage_hand (Stage *self, const char *command, GError **error);
/* The issuer gives the emulator's phone a credential for the person of cards/NAME. @days: how long
 * it is good; 0: it ends at once. */
gboolean stage_give_credential (Stage *self, const char *card, int days, GError **error);
/* The registry's officer comes to the office: from now on enrolments are decided. @refuse:
 * (nullable): the reason that every one of them is refused with. */
gboolean stage_raise_registry (Stage *self, const char *refuse, GError **error);
/* The officer goes home: whatever comes next waits. */
void stage_dismiss_registry (Stage *self);
/* The phone fetches what the registry issued for the record @txid. */
gboolean stage_take_credential (Stage *self, const char *txid, GError **error);
/* A value of cards/NAME/card.ini. (transfer full) */
char *stage_card_value (Stage *self, const char *card, const char *group, const char *key);

/* kioskctl with these words, NULL-terminated. (transfer full): what it printed. */
char *stage_ctl (Stage *self, GError **error, ...) G_GNUC_NULL_TERMINATED;
/* Likewise, reading @input. */
char *
stage_ctl_reading (Stage *self, const char *input, GError **error, ...) G_GNUC_NULL_TERMINATED;
/* (transfer full): kioskctl's or kiosk-gateway's JSON. */
JsonNode *stage_ctl_json (Stage *self, GError **error, ...) G_GNUC_NULL_TERMINATED;
JsonObject *stage_gateway_report (Stage *self, GError **error);
/* The newest file the printer was given; NULL if none. (transfer full) */
char *stage_printed (Stage *self);

/* For test programs: g_test_init(), then a headless stage with a window, 1080×1920, in a state
 * folder that goes with it. Fails the program with a message when the stage cannot be raised. */
Stage *stage_new_for_test (int *argc, char ***argv);
/* Likewise without screen and window: the test speaks to kioskd itself. */
Stage *stage_new_for_test_without_window (int *argc, char ***argv);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stage, stage_free)

G_END_DECLS
