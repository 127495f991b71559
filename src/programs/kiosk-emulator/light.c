#include "light.h"

#include "base/secret.h"
#include "card.h"
#include "portrait.h"
#include "pose.h"

#define SCREEN_WHITE 225 /* shade of a phone's white */
#define FACE_WHITE   205 /* of a well lit face's */
#define FACE_SCALE   3
#define FACE_WIDTH   545 /* pixels of the frame: a little more than is kept of its middle */
#define PAPER_WHITE  180 /* of a sheet's, in the light of the hall */

typedef gboolean (*Run) (KioskEmuLight *self, char **words, GString *answer, GError **error);

struct _KioskEmuLight
{
  KioskEmuCamera *camera;
  KioskEmuPhone *phone;
  KioskEmuWallet *wallet; /* (nullable) */
  KioskEmuApp *app;       /* (nullable) */
  gboolean is_busy;       /* a hand is at it: the thread of run_apart() has the phone */
};

KioskEmuLight *
kiosk_emu_light_new (const char *fifo, GError **error)
{
  KioskEmuCamera *camera = kiosk_emu_camera_new (fifo, error);
  KioskEmuLight *self;

  if (camera == NULL)
    return NULL;
  self = g_new0 (KioskEmuLight, 1);
  self->camera = camera;
  self->phone = kiosk_emu_phone_new ();
  return self;
}

void
kiosk_emu_light_free (KioskEmuLight *self)
{
  if (self == NULL)
    return;
  kiosk_emu_camera_free (self->camera);
  kiosk_emu_phone_free (self->phone);
  kiosk_emu_wallet_free (self->wallet);
  kiosk_emu_app_free (self->app);
  g_free (self);
}

void
kiosk_emu_light_take_wallet (KioskEmuLight *self, KioskEmuWallet *wallet)
{
  g_clear_pointer (&self->wallet, kiosk_emu_wallet_free);
  self->wallet = wallet;
}

void
kiosk_emu_light_take_app (KioskEmuLight *self, KioskEmuApp *app)
{
  g_clear_pointer (&self->app, kiosk_emu_app_free);
  self->app = app;
}

KioskEmuCamera *
kiosk_emu_light_camera (KioskEmuLight *self)
{
  return self->camera;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, KIOSK_EMU_ERROR, KIOSK_EMU_ERROR_COMMAND, message);
  return FALSE;
}

gboolean
kiosk_emu_light_camera_run (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  static const char *const deeds[] = {
    [KIOSK_EMU_CAMERA_COVER] = "cover",   [KIOSK_EMU_CAMERA_UNCOVER] = "uncover",
    [KIOSK_EMU_CAMERA_STALL] = "stall",   [KIOSK_EMU_CAMERA_RESUME] = "resume",
    [KIOSK_EMU_CAMERA_UNPLUG] = "unplug", [KIOSK_EMU_CAMERA_PLUG] = "plug",
  };

  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (g_strcmp0 (words[1], deeds[i]) == 0)
      return kiosk_emu_camera_do (self->camera, (KioskEmuCameraDeed)i, error);
  return refuse (error, "camera cover, uncover, stall, resume, unplug or plug");
}

/* The rest of the line as it was. */
static gboolean
run_text (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  g_autofree char *text = g_strjoinv (" ", words);

  return kiosk_emu_phone_set_text (self->phone, text, error);
}

static gboolean
hold (KioskEmuLight *self, const KioskEmuPose *pose, const KioskEmuSheet *sheet, double white,
      GError **error)
{
  g_autoptr (KioskEmuScene) scene = kiosk_emu_pose_scene (pose, sheet, white, error);

  if (scene == NULL)
    return FALSE;
  kiosk_emu_camera_show (self->camera, scene);
  return TRUE;
}

static gboolean
run_show (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  g_auto (KioskEmuSheet) sheet = { 0 };
  KioskEmuPose pose;

  return kiosk_emu_pose_parse (words, &pose, error)
         && kiosk_emu_phone_draw (self->phone, pose.dark >= 0.5, &sheet, error)
         && hold (self, &pose, &sheet, SCREEN_WHITE, error);
}

static gboolean
run_away (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  g_autoptr (KioskEmuScene) hall = kiosk_emu_scene_new_hall ();

  kiosk_emu_camera_show (self->camera, hall);
  return TRUE;
}

static gboolean
run_picture (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  g_autofree char *path = g_strjoinv (" ", words);
  g_autoptr (cairo_surface_t) picture = kiosk_emu_surface_load (path, error);

  if (picture == NULL)
    return FALSE;
  kiosk_emu_phone_set_picture (self->phone, picture);
  return TRUE;
}

static gboolean
run_look (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  g_autofree char *path = g_strjoinv (" ", words);
  g_autoptr (cairo_surface_t) screen = kiosk_emu_surface_load (path, error);
  glong characters;

  if (screen == NULL || !kiosk_emu_phone_look (self->phone, screen, &characters, error))
    return FALSE;
  g_string_append_printf (answer, " %ld", characters);
  return TRUE;
}

static gboolean
require_wallet (KioskEmuLight *self, GError **error)
{
  return self->wallet != NULL || refuse (error, "no wallet: start the emulator with --wallet");
}

/* @text: (transfer full) (nullable): what the wallet made */
static gboolean
take_shown (KioskEmuLight *self, char *text, GError **error)
{
  gboolean taken = text != NULL && kiosk_emu_phone_set_text (self->phone, text, error);

  kiosk_wipe_string (text);
  return taken;
}

static gboolean
run_present (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  g_auto (KioskEmuManner) manner = { 0 };

  return require_wallet (self, error) && kiosk_emu_manner_parse (words, &manner, error)
         && take_shown (self,
                        kiosk_emu_wallet_present (self->wallet, kiosk_emu_phone_seen (self->phone),
                                                  &manner, error),
                        error);
}

static gboolean
run_again (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  guint64 nth = 1;

  if (words[0] != NULL && !g_ascii_string_to_unsigned (words[0], 10, 1, G_MAXUINT, &nth, NULL))
    return refuse (error, "phone again [N]");
  return require_wallet (self, error)
         && take_shown (self, kiosk_emu_wallet_again (self->wallet, (guint)nth, error), error);
}

static gboolean
run_credential (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  return require_wallet (self, error)
         && take_shown (self, kiosk_emu_wallet_credential (self->wallet, error), error);
}

static gboolean
run_key (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  g_auto (KioskEmuManner) manner = { 0 };

  return require_wallet (self, error) && kiosk_emu_manner_parse (words, &manner, error)
         && take_shown (
           self,
           kiosk_emu_wallet_bind (self->wallet, kiosk_emu_phone_seen (self->phone), &manner, error),
           error);
}

static gboolean
run_app (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  if (self->app == NULL)
    return refuse (error, "no application: start the emulator with --app");
  return kiosk_emu_app_run (self->app, words[0], words[0] != NULL ? words[1] : NULL,
                            kiosk_emu_phone_seen (self->phone), answer, error);
}

static const struct
{
  const char *name;
  Run run;
} phone_commands[] = {
  { "look", run_look },       { "text", run_text },
  { "picture", run_picture }, { "show", run_show },
  { "away", run_away },       { "present", run_present },
  { "again", run_again },     { "credential", run_credential },
  { "key", run_key },         { "app", run_app },
};

static gboolean
run_paper (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  g_autoptr (cairo_surface_t) surface = NULL;
  g_auto (KioskEmuSheet) sheet = { 0 };
  KioskEmuPose pose;

  if (words[0] == NULL)
    return refuse (error, "paper PNG [KEY=VALUE]…");
  if (!kiosk_emu_pose_parse (words + 1, &pose, error))
    return FALSE;
  surface = kiosk_emu_surface_load (words[0], error);
  if (surface == NULL)
    return FALSE;
  sheet = kiosk_emu_sheet_of (surface);
  return hold (self, &pose, &sheet, PAPER_WHITE, error);
}

/* A drawn face, as large as a person's at arm's length unless it is said otherwise. */
static gboolean
run_person (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  g_autoptr (cairo_surface_t) surface = NULL;
  g_auto (KioskEmuSheet) sheet = { 0 };
  KioskEmuPose pose;
  guint64 variety = 0;

  if (words[0] == NULL || !g_ascii_string_to_unsigned (words[0], 10, 0, 99, &variety, NULL))
    return refuse (error, "person NUMBER [KEY=VALUE]…");
  if (!kiosk_emu_pose_parse (words + 1, &pose, error))
    return FALSE;
  if (pose.width <= 0)
    pose.width = FACE_WIDTH;
  surface = kiosk_emu_portrait_surface ((guint)variety, FACE_SCALE);
  sheet = kiosk_emu_sheet_of (surface);
  return hold (self, &pose, &sheet, FACE_WHITE, error);
}

/* Cards answer meanwhile */

typedef struct
{
  KioskEmuLight *light;
  Run run;
  char **words;
  GString *answer;
  GError **error;
  gboolean result;
  gint is_done; /* atomic */
} Job;

static gpointer
work (gpointer data)
{
  Job *job = data;

  job->result = job->run (job->light, job->words, job->answer, job->error);
  g_atomic_int_set (&job->is_done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

/* To look and to draw takes up to seconds, and the reader must not stand still so long: the main
 * loop turns meanwhile, and whoever asks for another thing of this kind is told to wait. */
static gboolean
run_apart (KioskEmuLight *self, Run run, char **words, GString *answer, GError **error)
{
  Job job = { self, run, words, answer, error, FALSE, FALSE };
  GThread *thread;

  if (self->is_busy)
    return refuse (error, "another hand holds the phone: ask again");
  self->is_busy = TRUE;
  thread = g_thread_new ("phone", work, &job);
  while (!g_atomic_int_get (&job.is_done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  self->is_busy = FALSE;
  return job.result;
}

gboolean
kiosk_emu_light_phone_run (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (phone_commands); i++)
    if (g_strcmp0 (words[1], phone_commands[i].name) == 0)
      return run_apart (self, phone_commands[i].run, words + 2, answer, error);
  return refuse (error, "phone look, text, picture, present, again, credential, key, app, show or "
                        "away");
}

gboolean
kiosk_emu_light_person_run (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  return run_apart (self, run_person, words + 1, answer, error);
}

gboolean
kiosk_emu_light_paper_run (KioskEmuLight *self, char **words, GString *answer, GError **error)
{
  return run_apart (self, run_paper, words + 1, answer, error);
}

void
kiosk_emu_light_describe (KioskEmuLight *self, GString *answer)
{
  g_string_append_printf (answer, " camera=%s frames=%" G_GUINT64_FORMAT,
                          kiosk_emu_camera_state (self->camera),
                          kiosk_emu_camera_frames (self->camera));
}
