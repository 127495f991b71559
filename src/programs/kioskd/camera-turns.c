#include "programs/kioskd/camera-turns.h"

typedef struct
{
  KioskCameraPort port;
  KioskCameraPort *camera;
  KioskCameraGiveWay give_way;
  gpointer data;
} Turn;

static void
turn_start (KioskCameraPort *port, KioskCameraWatch watch, gpointer data)
{
  Turn *self = (Turn *)port;

  self->give_way (self->data);
  self->camera->start (self->camera, watch, data);
}

static void
turn_portrait (KioskCameraPort *port, KioskCameraWatch watch, gpointer data)
{
  Turn *self = (Turn *)port;

  self->give_way (self->data);
  self->camera->portrait (self->camera, watch, data);
}

static void
turn_take (KioskCameraPort *port)
{
  Turn *self = (Turn *)port;

  self->camera->take (self->camera);
}

static void
turn_again (KioskCameraPort *port)
{
  Turn *self = (Turn *)port;

  self->camera->again (self->camera);
}

static void
turn_stop (KioskCameraPort *port)
{
  Turn *self = (Turn *)port;

  self->camera->stop (self->camera);
}

static int
turn_preview (KioskCameraPort *port)
{
  Turn *self = (Turn *)port;

  return self->camera->preview (self->camera);
}

static void
turn_free (KioskCameraPort *port)
{
  g_free (port);
}

KioskCameraPort *
kiosk_camera_turn_new (KioskCameraPort *camera, KioskCameraGiveWay give_way, gpointer data)
{
  Turn *self = g_new (Turn, 1);

  *self = (Turn){
    { turn_start, turn_stop, turn_preview, turn_free, turn_portrait, turn_take, turn_again },
    camera,
    give_way,
    data,
  };
  return &self->port;
}
