/* Bad input, tried on the real programs: a file is given a defect, a program is run on it, and what
 * it said, how it ended and what it left behind are looked at. */
#pragma once

#include "process.h"
#include "trust/cms.h"

G_BEGIN_DECLS

typedef enum
{
  BAD_MISSING,
  BAD_EMPTY,
  BAD_TRUNCATED,
  BAD_GARBAGE,
  BAD_FOLDER,   /* a folder of that name */
  BAD_HUGE,     /* three megabytes: more than any of these files may have */
  BAD_STRANGER, /* the same kind of file, made by somebody else */
} BadDefect;
const char *bad_defect_name (BadDefect defect);

typedef struct
{
  char *folder; /* goes with the world */
  StageProcess *kioskd;
  StageProcess *gateway;
  KioskSigner stranger;
} BadWorld;

/* A government and what a kiosk starts from, made on the spot by kiosk-sandbox: "a/…". */
BadWorld *bad_world_new (void);
void bad_world_free (BadWorld *self);
/* (transfer full): of something in the world's folder. */
char *bad_path (const BadWorld *self, const char *name);
/* (transfer full): of a program of the build; of a file of the source. */
char *bad_program (const char *name);
char *bad_source (const char *name);
GBytes *bad_read (const char *path);
void bad_write (const char *path, const char *text, gssize length);
/* The file at @path gets the defect. */
void bad_damage (const BadWorld *self, const char *path, BadDefect defect);
void bad_restore (const char *path, GBytes *content);
/* (transfer full): over names, modes and contents of all that is below @path, sockets left out. */
char *bad_fingerprint (const char *path);
void bad_run_sql (const char *database, const char *sql);
/* (transfer full): what sqlite3 prints. */
char *bad_ask_sql (const char *database, const char *sql);

/* Runs a command that must end with @status, without having said that it is ready, and with one
 * line on standard error that begins with its name and holds @names and what to do. (transfer
 * full): the line. */
char *bad_refused (const char *const *argv, int status, const char *names);

/* kioskd with @url as its gateway; it must become ready. */
void bad_kioskd_start (BadWorld *self, const char *url);
void bad_kioskd_stop (BadWorld *self);
/* (transfer full): its own lines on standard error ("kioskd: …"). */
char **bad_kioskd_words (const BadWorld *self);
/* As bad_refused(), for kioskd itself. */
char *bad_kioskd_refused (BadWorld *self, const char *names);
/* kioskctl with @words, which end with NULL; exit status 0. (transfer full): what it printed. */
char *bad_ctl (BadWorld *self, const char *const *words);
/* As bad_refused(), for kioskctl. */
char *bad_ctl_refused (BadWorld *self, const char *const *words, const char *names);
/* A gateway of the world's pki; (transfer full): its address. */
char *bad_gateway_start (BadWorld *self);
/* With the three good bundles and a one-time code of the gateway. */
void bad_enrol (BadWorld *self);
void bad_install_good (BadWorld *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BadWorld, bad_world_free)

G_END_DECLS
