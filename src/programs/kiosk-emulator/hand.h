/* What a hand and bad luck do to the reader, one line a command.
 *
 *   place NAME [KEY=VALUE]…
 *       takes away what lies there and puts NAME down, so quickly that a reader that looks now and
 *       then may not see the change: remove first. Keys of radio.h say how it speaks this time:
 *       type=B frame=64 extended=false
 *       The name "vpcd" is the card that another program plays (vpcd.h)
 *   add NAME [KEY=VALUE]…
 *       puts NAME down beside what lies there
 *   remove
 *       takes everything away
 *   remove-after N
 *       takes everything away before the N-th command from now is answered; 0: never
 *   fault NAME COUNT, fault NAME at N
 *       arms a fault (faults.h) for the next COUNT times, or for the N-th command from now
 *   fuzz SEED, fuzz off
 *       mutates what reader and cards say (fuzz.h)
 *   status
 *       cards=A,B selected=yes|no commands=N faults=NAME:COUNT,NAME@N,…
 *       camera=plugged|covered|stalled|unplugged frames=N, where there is one
 *   list
 *       the cards that there are
 *   face NAME
 *       can=CAN or mrz=NUMBER,BIRTH,EXPIRY: what its holder would type
 *   reader unplug, reader plug
 *       pulls the reader's cable; puts it back: tty=PATH, another one, behind the same --link
 *   camera cover|uncover|stall|resume|unplug|plug
 *       what befalls the terminal's camera (camera.h)
 *   phone look PNG
 *       photographs the terminal's screen, of which that file is a picture, and keeps what it reads
 *       there: how many characters
 *
 *   phone text STRING, phone picture PNG
 *       the phone has this to show: the rest of the line, or a picture
 *
 *   phone present [kiosk=ID] [clock=SECONDS] [key=other]
 *       the phone has its holder's personal code to show, made now for the terminal whose code it
 *       looked at last; as if for another terminal, by a clock that is so far ahead (or behind: a
 *       minus), signed with another phone's key
 *   phone again [N]
 *       the same as last time, or the N-th time before: a picture of it
 *   phone credential
 *       what the issuer gave it, bare
 *   phone key [kiosk=ID] [clock=SECONDS] [key=other]
 *       its public key with proof of possession, for the ticket that it looked at last
 *
 *   phone app open|approve|refuse|cancel NAME
 *       the application of iAM Smart, simulated, on NAME's phone opens the code that the phone
 *       looked at last; says yes or no (app.h). To do nothing is to ignore it
 *
 *   phone show [KEY=VALUE]…
 *       holds its screen before the terminal's camera, as pose.h's keys say
 *
 *   phone away
 *       nothing is before the camera any more
 *
 *   paper PNG [KEY=VALUE]…
 *   person NUMBER [KEY=VALUE]…: a drawn face before the camera
 *       a sheet before the terminal's camera
 *
 *   quit
 *       ends the emulator
 */
#pragma once

#include "field.h"

G_BEGIN_DECLS

typedef struct
{
  const char *cards; /* (nullable): the folder that personalisation made */
  KioskEmuField *field;
  struct _KioskEmuVpcd *vpcd;   /* (nullable): what "place vpcd" puts down */
  struct _KioskEmuLight *light; /* (nullable): the camera, and what is held before it */
  /* (transfer none): the terminal's path, NULL when unplugged or with an error. */
  const char *(*cable) (gpointer data, gboolean plugged, GError **error);
  void (*quit) (gpointer data);
  gpointer data;
} KioskEmuHand;

/* (transfer full): "ok …" once it has taken effect, or "error …"; without the newline. */
char *kiosk_emu_hand_run (const KioskEmuHand *self, const char *line);

G_END_DECLS
