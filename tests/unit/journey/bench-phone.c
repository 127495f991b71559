/* The phone port of the bench: a phone, and the hub behind it, that do what a test says. */
#include "bench.h"

static Bench *
of_phone (KioskPhonePort *port)
{
  return (Bench *)((char *)port - G_STRUCT_OFFSET (Bench, phone));
}

static gboolean
fake_is_offered (KioskPhonePort *port)
{
  return !of_phone (port)->phone_off;
}

static void
fake_ask (KioskPhonePort *port, const char *language, KioskPhoneWatch watch, gpointer data)
{
  Bench *bench = of_phone (port);

  g_assert_null (bench->phone_watch);
  g_assert_cmpstr (language, ==, "en");
  bench->phone_watch = watch;
  bench->phone_data = data;
  bench->phone_starts++;
}

static void
fake_leave (KioskPhonePort *port)
{
  of_phone (port)->phone_watch = NULL;
}

static void
phone_event (Bench *bench, const KioskPhoneEvent *event)
{
  g_assert_nonnull (bench->phone_watch);
  bench->phone_watch (bench->phone_data, event);
  bench_settle ();
}

void
phone_wait (Bench *bench)
{
  phone_event (bench,
               &(KioskPhoneEvent){ .type = KIOSK_PHONE_WAITING,
                                   .code = "https://core/app?ticket=1",
                                   .identification = "4711",
                                   .expires_ms = kiosk_clock_wall_ms (bench->clock) + 18 * 60000 });
}

void
phone_open (Bench *bench)
{
  phone_event (bench,
               &(KioskPhoneEvent){ .type = KIOSK_PHONE_OPENED,
                                   .code = "https://core/app?ticket=1",
                                   .identification = "4711",
                                   .expires_ms = kiosk_clock_wall_ms (bench->clock) + 60000 });
}

void
phone_fail (Bench *bench, const char *reason)
{
  phone_event (bench, &(KioskPhoneEvent){ .type = KIOSK_PHONE_FAILED, .reason = reason });
}

void
phone_approve (Bench *bench, const char *number)
{
  const KioskPhoneProfile profile = { .number = (char *)number,
                                      .name_latin = (char *)"CHAN, TAI MAN",
                                      .name_chinese = (char *)"陳大文",
                                      .birth_date = (char *)"1986-05-17",
                                      .sex = (char *)"M" };

  phone_event (bench, &(KioskPhoneEvent){ .type = KIOSK_PHONE_KNOWN, .profile = &profile });
}

void
bench_plug_phone (Bench *bench)
{
  bench->phone = (KioskPhonePort){ fake_is_offered, fake_ask, fake_leave, NULL };
}
