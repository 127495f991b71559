#include "licence.h"

#include "answers.h"

gboolean
licence_apply (Play *play, GError **error)
{
  return play_press_exactly (play, play_service_title (play, LICENCE_SERVICE), error)
         && play_see (play, "You can use this service", "eligibility", error)
         && play_press (play, "Continue", error)
         && play_fill_form (play, LICENCE_SERVICE, licence_answers, error)
         && play_see (play, "Check your answers", "review", error)
         && play_press (play, "Everything is right", error)
         && play_see (play, "Your declaration", "declaration", error)
         && play_press (play, "I declare this and hand it in", error)
         && play_see (play, "Received", "receipt", error);
}

/* The paper, as a picture at the printer's 203 dots an inch. */
char *
licence_draw_paper (Play *play, GError **error)
{
  g_autofree char *printed = stage_printed (play_stage (play));
  g_autofree char *base = stage_passing_path (play_stage (play), "paper");
  const char *const draw[]
    = { "pdftoppm", "-r", "203", "-png", "-singlefile", printed, base, NULL };
  g_autofree char *output = stage_run (draw, NULL, error);

  return output != NULL ? g_strconcat (base, ".png", NULL) : NULL;
}

/* QR alone is looked for: now and then zbarimg sees a bar code in the modules as well, and says
 * both.
 */
char *
licence_read_code (const char *picture, GError **error)
{
  const char *const read[]
    = { "zbarimg", "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", picture, NULL };
  char *text = stage_run (read, NULL, error);

  return text != NULL ? g_strchomp (text) : NULL;
}
