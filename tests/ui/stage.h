/* Puts fixture pages in a real window, in every way they can be shown. */
#pragma once

#include "fixture.h"
#include "shell.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name; /* "zh_HK-large-contrast-wide" */
  const char *language;
  gboolean large;
  gboolean contrast;
  gboolean wide;
} StageCombination;

extern const StageCombination stage_combinations[];
extern const guint stage_n_combinations;

void stage_init (int *argc, char ***argv);
/* Shown at 1080 by 1920, or the other way round. */
KioskShell *stage_window_new (gboolean wide);
/* Returns when the page has been laid out and painted. */
void stage_show (KioskShell *shell, const Fixture *fixture, const StageCombination *combination);
/* Waits for the next frame. */
void stage_next_frame (KioskShell *shell);
/* (transfer full): the window as it is painted, pixel for pixel. */
GdkTexture *stage_texture (KioskShell *shell);

G_END_DECLS
