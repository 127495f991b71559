#include <math.h>

#include "lens-private.h"

#define DEGREES   (G_PI / 180)
#define HORIZON   0.02 /* of its distance: nearer to the eye than that nothing is drawn */
#define DRIFT_HZ  0.7  /* an arm */
#define TREMOR_HZ 9.0  /* fingers */
#define ROLL_DEG  0.08 /* a pixel of trembling turns it so far */

typedef struct
{
  double x, y, roll_deg;
} Pose;

/* An arm that drifts and fingers that tremble, each way on its own. */
static double
sway (double time_s, const double phases[2], gboolean is_velocity)
{
  double drift = 2 * G_PI * DRIFT_HZ, tremor = 2 * G_PI * TREMOR_HZ;

  if (is_velocity)
    return 0.8 * drift * cos (drift * time_s + phases[0])
           + 0.3 * tremor * cos (tremor * time_s + phases[1]);
  return 0.8 * sin (drift * time_s + phases[0]) + 0.3 * sin (tremor * time_s + phases[1]);
}

static Pose
sway_of (const KioskEmuLens *self, double time_s, gboolean is_velocity)
{
  g_autoptr (GRand) dice = NULL;
  double phases[6];

  if (self->hand_px <= 0)
    return (Pose){ 0 };
  dice = g_rand_new_with_seed (self->seed);
  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    phases[i] = g_rand_double_range (dice, 0, 2 * G_PI);
  return (Pose){ .x = self->hand_px * sway (time_s, phases, is_velocity),
                 .y = self->hand_px * sway (time_s, phases + 2, is_velocity),
                 .roll_deg = ROLL_DEG * self->hand_px * sway (time_s, phases + 4, is_velocity) };
}

void
kiosk_emu_lens_velocity (const KioskEmuLens *self, double time_s, double *ret_x, double *ret_y)
{
  Pose velocity = sway_of (self, time_s, TRUE);

  *ret_x = velocity.x;
  *ret_y = velocity.y;
}

/* A pinhole: the point that is looked at lies focal_px pixels away, so a pixel there is a pixel. */
KioskEmuMap
kiosk_emu_lens_map (const KioskEmuLens *self, double time_s)
{
  Pose pose = sway_of (self, time_s, FALSE);
  double turn = (self->turn_deg + pose.roll_deg) * DEGREES, tilt = self->tilt_deg * DEGREES;
  double x = self->at_x + pose.x, y = self->at_y + pose.y;
  /* Right and down in the picture's plane, turned, of a step in u and of one in v. */
  const double right[2] = { cos (turn) * self->width_px, -sin (turn) * self->height_px };
  const double down[2] = { sin (turn) * self->width_px, cos (turn) * self->height_px };
  KioskEmuMap map;

  for (guint i = 0; i < 2; i++)
    {
      map.row[2][i] = -down[i] * sin (tilt) / self->focal_px;
      map.row[0][i] = right[i] + x * map.row[2][i];
      map.row[1][i] = down[i] * cos (tilt) + y * map.row[2][i];
    }
  map.row[2][2] = 1;
  map.row[0][2] = x;
  map.row[1][2] = y;
  for (guint r = 0; r < 3; r++)
    map.row[r][2] -= self->at_u * map.row[r][0] + self->at_v * map.row[r][1];
  return map;
}

KioskEmuMap
kiosk_emu_map_invert (const KioskEmuMap *self)
{
  const double (*m)[3] = self->row;
  KioskEmuMap out;
  double determinant = 0;

  for (guint r = 0; r < 3; r++)
    for (guint c = 0; c < 3; c++)
      {
        guint a = (c + 1) % 3, b = (c + 2) % 3, d = (r + 1) % 3, e = (r + 2) % 3;

        out.row[r][c] = m[a][d] * m[b][e] - m[a][e] * m[b][d];
      }
  for (guint i = 0; i < 3; i++)
    determinant += m[0][i] * out.row[i][0];
  for (guint r = 0; r < 3; r++)
    for (guint c = 0; c < 3; c++)
      out.row[r][c] /= determinant;
  return out;
}

gboolean
kiosk_emu_map_apply (const KioskEmuMap *self, double x, double y, double *ret_x, double *ret_y)
{
  const double (*m)[3] = self->row;
  double depth = m[2][0] * x + m[2][1] * y + m[2][2];

  if (depth < HORIZON)
    return FALSE;
  *ret_x = (m[0][0] * x + m[0][1] * y + m[0][2]) / depth;
  *ret_y = (m[1][0] * x + m[1][1] * y + m[1][2]) / depth;
  return TRUE;
}
