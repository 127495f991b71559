#include "sound.h"

#include <alsa/asoundlib.h>

#define LATENCY_US  100000
#define WAITING_MAX 2

static GThreadPool *player; /* one thread: opening a device and playing may take their time */
static guint asked[KIOSK_N_TONES];
static guint done; /* atomic */

/* ALSA would write to stderr that there is no device. */
static void
hush (const char *file, int line, const char *function, int number, const char *format, ...)
{
}

static int
write_all (snd_pcm_t *device, const gint16 *samples, gsize length)
{
  while (length > 0)
    {
      snd_pcm_sframes_t written = snd_pcm_writei (device, samples, length);
      if (written < 0)
        written = snd_pcm_recover (device, (int)written, 1);
      if (written < 0)
        return (int)written;
      samples += written;
      length -= (gsize)written;
    }
  return snd_pcm_drain (device);
}

static int
play_on (snd_pcm_t *device, KioskTone tone)
{
  gint16 samples[KIOSK_TONE_MAX];
  int number = snd_pcm_set_params (device, SND_PCM_FORMAT_S16, SND_PCM_ACCESS_RW_INTERLEAVED, 1,
                                   KIOSK_TONE_RATE_HZ, 1, LATENCY_US);
  return number < 0 ? number : write_all (device, samples, kiosk_tone_render (tone, samples));
}

/* The device is opened for each tone: it may be plugged in at any time, and others may want it. */
static void
play (gpointer data, gpointer unused)
{
  snd_pcm_t *device;
  int number = snd_pcm_open (&device, "default", SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
  if (number >= 0)
    {
      snd_pcm_nonblock (device, 0); /* only a device that is taken is not waited for */
      number = play_on (device, GPOINTER_TO_UINT (data) - 1);
      snd_pcm_close (device);
    }
  if (number < 0)
    g_info ("no sound: %s", snd_strerror (number));
  snd_config_update_free_global ();
  g_atomic_int_inc (&done);
}

void
kiosk_sound_play (KioskTone tone)
{
  asked[tone]++;
  if (player == NULL)
    {
      snd_lib_error_set_handler (hush);
      player = g_thread_pool_new (play, NULL, 1, FALSE, NULL);
    }
  if (g_thread_pool_unprocessed (player) < WAITING_MAX)
    g_thread_pool_push (player, GUINT_TO_POINTER (tone + 1), NULL);
}

guint
kiosk_sound_n_asked (KioskTone tone)
{
  return asked[tone];
}

guint
kiosk_sound_n_done (void)
{
  return (guint)g_atomic_int_get (&done);
}
