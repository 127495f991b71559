/* kioskd's front socket, played from fixtures: for the window's tests and its bench. */
#pragma once

#include "fixture.h"

G_BEGIN_DECLS

typedef struct _FakeKioskd FakeKioskd;

/* Listens on @socket_path; clients get @first. The language is English until a client changes it.
 */
FakeKioskd *fake_kioskd_new (const char *socket_path, const Fixture *first);
void fake_kioskd_free (FakeKioskd *self);

/* Shows @fixture under a new serial. */
void fake_kioskd_show (FakeKioskd *self, const Fixture *fixture);
/* The page that stays, with other contents: the serial is kept. */
void fake_kioskd_update (FakeKioskd *self, const Fixture *fixture);
/* What Preview answers with from now on; −1: an error. Stays the caller's. */
void fake_kioskd_set_preview (FakeKioskd *self, int memory);
/* Times that it was asked for. */
guint fake_kioskd_n_previews (FakeKioskd *self);
void fake_kioskd_warn (FakeKioskd *self, guint seconds);
/* A model of our own, sound or not, under a new serial. */
void fake_kioskd_show_model (FakeKioskd *self, const char *page, GVariant *model);

const char *fake_kioskd_language (FakeKioskd *self);
guint fake_kioskd_n_touches (FakeKioskd *self);
/* "choose service=td-…" of the last Act on the page shown; NULL before the first. */
const char *fake_kioskd_last_act (FakeKioskd *self);
/* The next fixture of a list is shown after each accepted act; wraps around. */
void fake_kioskd_play (FakeKioskd *self, GPtrArray *fixtures);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeKioskd, fake_kioskd_free)

G_END_DECLS
