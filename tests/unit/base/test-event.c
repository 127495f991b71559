#include "base/event.h"
#include "base/events.h"

static void
keep (const KioskEvent *event, gpointer data)
{
  char **line = data;

  g_free (*line);
  *line = kiosk_event_to_json (event);
}

static void
test_a_generated_event_is_one_line_of_json (void)
{
  g_autofree char *line = NULL;

  kiosk_event_set_sink (keep, &line);
  kiosk_event_program_started (KIOSK_EVENT_PROGRAM_STARTED_PROGRAM_KIOSKD);
  g_assert_cmpstr (line, ==,
                   "{\"event\":\"program-started\",\"level\":\"info\",\"program\":\"kioskd\"}");
  kiosk_event_flow_stray (3, 14);
  g_assert_cmpstr (line, ==,
                   "{\"event\":\"flow-stray\",\"level\":\"debug\",\"state\":3,\"stray\":14}");
  kiosk_event_set_sink (NULL, NULL);
}

static void
test_a_record_field_takes_nothing_but_a_record_id (void)
{
  g_assert_cmpstr (kiosk_event_record ("0123456789abcdefghjkmnpqrs").text, ==,
                   "0123456789abcdefghjkmnpqrs");
  g_assert_cmpstr (kiosk_event_record ("CHAN TAI MAN").text, ==, "invalid");
  g_assert_cmpstr (kiosk_event_record ("0123456789abcdefghjkmnpqrS").text, ==, "invalid");
  g_assert_cmpstr (kiosk_event_record (NULL).text, ==, "invalid");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event/a-generated-event-is-one-line-of-json",
                   test_a_generated_event_is_one_line_of_json);
  g_test_add_func ("/event/a-record-field-takes-nothing-but-a-record-id",
                   test_a_record_field_takes_nothing_but_a_record_id);
  return g_test_run ();
}
