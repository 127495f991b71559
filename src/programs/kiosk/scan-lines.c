#include "scan-lines.h"
#include "text.h"

/* --- whatever is wanted --- */

static const KioskScanLine guidances[] = {
  { "nothing", N_ ("We do not see a code yet."), N_ ("Hold it up inside the frame."),
    "kiosk-qr-symbolic" },
  { "too-far", N_ ("The code is too far away."), N_ ("Bring it closer."), "kiosk-closer-symbolic" },
  { "too-close", N_ ("The code is too close."), N_ ("Move it back a little."),
    "kiosk-away-symbolic" },
  { "glare", N_ ("Light is shining on the code."),
    N_ ("Tilt it a little, until the light is gone."), "kiosk-glare-symbolic" },
  { "hold-still", N_ ("We see the code."), N_ ("Hold it still for a moment."),
    "kiosk-still-symbolic" },
  { 0 },
};

/* --- a receipt --- */

static const KioskScanLine receipt_troubles[] = {
  { "starting", N_ ("The camera is starting."), N_ ("One moment, please."), "kiosk-qr-symbolic" },
  { "missing", N_ ("The camera is not connected."),
    N_ ("Please use another terminal, or show your receipt to staff."), "kiosk-notice-symbolic" },
  { "source", N_ ("The camera is not set up."),
    N_ ("Please use another terminal, or show your receipt to staff."), "kiosk-notice-symbolic" },
  { 0 },
};

static const KioskScanLine receipt_guidances[] = {
  { "", N_ ("Hold the code inside the frame."), N_ ("On paper or on your phone: either will do."),
    "kiosk-qr-symbolic" },
  { "part", N_ ("This code is empty, or one of several."), N_ ("Show the code of a receipt."),
    KIOSK_SCAN_WRONG },
  { 0 },
};

static const KioskScanLine receipt_problems[] = {
  { "empty", N_ ("There is nothing in this code."), N_ ("Show the code of a receipt."),
    KIOSK_SCAN_WRONG },
  { "partial", N_ ("This is one code of several."), N_ ("We can only read a receipt in one code."),
    KIOSK_SCAN_WRONG },
  { "damaged", N_ ("This code is damaged."),
    N_ ("Part of it is missing or was changed. Show the receipt itself, if you have it."),
    KIOSK_SCAN_WRONG },
  { "too-big", N_ ("There is too much in this code."),
    N_ ("It cannot be a receipt. Show the code of a receipt."), KIOSK_SCAN_WRONG },
  { "version", N_ ("This receipt is newer than this terminal."),
    N_ ("Please use another terminal, or show your receipt to staff."), KIOSK_SCAN_WRONG },
  { "encrypted", N_ ("This code is meant for another reader."),
    N_ ("It is locked. Show the code of a receipt."), KIOSK_SCAN_WRONG },
  { "other-kind", NULL, N_ ("Show the code of a receipt."), KIOSK_SCAN_WRONG },
  { "not-genuine", N_ ("We cannot vouch for this receipt."),
    N_ ("No terminal of ours has signed it. Ask staff if you are in doubt."), KIOSK_SCAN_WRONG },
  { "other-kiosk", NULL, N_ ("Please ask there, or show your receipt to staff."),
    "kiosk-notice-symbolic" },
  { "unknown", N_ ("This application is no longer kept here."),
    N_ ("Staff can look it up by its reference."), "kiosk-notice-symbolic" },
  { "fault", N_ ("We could not look it up."), N_ ("Nothing is lost. Show the code once more."),
    "kiosk-notice-symbolic" },
  { 0 },
};

/* --- a personal code from a phone --- */

static const KioskScanLine phone_troubles[] = {
  { "starting", N_ ("The camera is starting."), N_ ("One moment, please."), "kiosk-qr-symbolic" },
  { "missing", N_ ("The camera is not connected."),
    N_ ("Please lay your identity card on the reader instead."), "kiosk-notice-symbolic" },
  { "source", N_ ("The camera is not set up."),
    N_ ("Please lay your identity card on the reader instead."), "kiosk-notice-symbolic" },
  { 0 },
};

static const KioskScanLine phone_guidances[] = {
  { "", N_ ("Hold your phone’s code inside the frame."), N_ ("If the screen is dim, turn it up."),
    "kiosk-qr-symbolic" },
  { "part", N_ ("This code is empty, or one of several."),
    N_ ("Show the personal code from your phone."), KIOSK_SCAN_WRONG },
  { 0 },
};

static const KioskScanLine phone_problems[] = {
  { "empty", N_ ("There is nothing in this code."), N_ ("Show the personal code from your phone."),
    KIOSK_SCAN_WRONG },
  { "partial", N_ ("This is one code of several."), N_ ("Show the personal code from your phone."),
    KIOSK_SCAN_WRONG },
  { "damaged", N_ ("We cannot read the whole of this code."),
    N_ ("Make a new one on your phone, and show that."), KIOSK_SCAN_WRONG },
  { "too-big", N_ ("There is too much in this code."),
    N_ ("Show the personal code from your phone."), KIOSK_SCAN_WRONG },
  { "version", N_ ("Your phone’s code is newer than this terminal."),
    N_ ("Please lay your identity card on the reader instead."), KIOSK_SCAN_WRONG },
  { "encrypted", N_ ("This code is meant for another reader."),
    N_ ("It is locked. Show the personal code from your phone."), KIOSK_SCAN_WRONG },
  { "other-kind", NULL, N_ ("Show the personal code from your phone."), KIOSK_SCAN_WRONG },
  { "bare", N_ ("This code does not show who holds it."),
    N_ ("It is a copy. Open it on your phone, and choose to show it to this terminal."),
    KIOSK_SCAN_WRONG },
  { "issuer", N_ ("We cannot vouch for this code."),
    N_ ("No issuer that we recognise has signed it. Please use your identity card."),
    KIOSK_SCAN_WRONG },
  { "unbound", N_ ("This code was given to no phone."),
    N_ ("Ask whoever issued it for one that is tied to your phone."), KIOSK_SCAN_WRONG },
  { "not-holder", N_ ("This code was given to another phone."),
    N_ ("Show it on the phone that it was given to."), KIOSK_SCAN_WRONG },
  { "other-kiosk", N_ ("This code was made for another terminal."),
    N_ ("Point your phone at the code on this screen, and make a new one."), KIOSK_SCAN_WRONG },
  { "clock", N_ ("This terminal is not sure what time it is."),
    N_ ("Please use your identity card, and tell a member of staff."), "kiosk-notice-symbolic" },
  { "too-old", N_ ("This code is more than a minute old."),
    N_ ("A picture of an earlier code does not count. Make a new one now."), KIOSK_SCAN_WRONG },
  { "ahead", N_ ("Your phone’s clock is ahead of ours."),
    N_ ("Let the network set your phone’s time, or use your identity card."), KIOSK_SCAN_WRONG },
  { "expired", N_ ("What your phone holds is not valid today."),
    N_ ("It has ended, or has not begun. Please renew it with whoever issued it."),
    KIOSK_SCAN_WRONG },
  { "incomplete", N_ ("This code does not say enough about you."),
    N_ ("A name, a birth date or a number is missing. Please use your identity card."),
    KIOSK_SCAN_WRONG },
  { "used", N_ ("This code was used before."),
    N_ ("Each code is good once. Make a new one on your phone."), KIOSK_SCAN_WRONG },
  { "not-kept", N_ ("We could not take this code."),
    N_ ("It is not your mistake. Please use your identity card."), "kiosk-notice-symbolic" },
  { 0 },
};

static const KioskScanTexts texts[] = {
  { "receipt",
    N_ ("Hold your receipt’s code up to the camera"),
    N_ ("The code on the paper, or your photograph of it on your phone."),
    { N_ ("Take out the receipt, or open your photograph of it."),
      N_ ("Hold it up flat, with the whole code inside the frame."),
      N_ ("Keep it there until you see the tick.") },
    { "", N_ ("This is your receipt."), N_ ("One moment: here is how it stands."),
      "kiosk-check-symbolic" },
    receipt_troubles,
    receipt_guidances,
    receipt_problems },
  { "presentation",
    N_ ("Show the code from your phone"),
    N_ ("Good at this terminal only, for one minute."),
    { N_ ("Open the wallet on your phone."), N_ ("Point your phone at the code on this screen."),
      N_ ("Then hold your phone’s screen up to the camera.") },
    { "", N_ ("Thank you. Your code is good."), N_ ("One moment: here are the services."),
      "kiosk-check-symbolic" },
    phone_troubles,
    phone_guidances,
    phone_problems },
};

/* In our words, by the names of formats/code.h. */
static const struct
{
  const char *name;
  const char *sentence;
} kinds[] = {
  { "receipt", N_ ("This code is for something else: a receipt.") },
  { "ticket", N_ ("This code is for something else: a ticket for linking a phone.") },
  { "personal", N_ ("This code is for something else: a personal code.") },
  { "presentation", N_ ("This code is for something else: a personal code.") },
  { "binding", N_ ("This code is for something else: a code that links a phone.") },
  { "health", N_ ("This code is for something else: a health certificate.") },
  { "vaccination", N_ ("This code is for something else: a vaccination record.") },
  { "exemption", N_ ("This code is for something else: a vaccination exemption.") },
  { "bill", N_ ("This code is for something else: a bill.") },
  { "payment", N_ ("This code is for something else: a payment.") },
  { "link", N_ ("This code is a web address, which we do not open.") },
};

const KioskScanTexts *
kiosk_scan_texts (const char *wanted)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (texts[i].wanted, wanted))
      return &texts[i];
  return &texts[0];
}

static const KioskScanLine *
find (const KioskScanLine *table, const char *code)
{
  for (; table->code != NULL; table++)
    if (g_str_equal (table->code, code))
      return table;
  return NULL;
}

const KioskScanLine *
kiosk_scan_trouble (const KioskScanTexts *wanted, const char *code)
{
  const KioskScanLine *own = find (wanted->troubles, code);

  return own != NULL ? own : kiosk_camera_line_trouble (code);
}

const KioskScanLine *
kiosk_scan_guidance (const KioskScanTexts *wanted, const char *code)
{
  const KioskScanLine *own = find (wanted->guidances, code);

  return own != NULL ? own : find (guidances, code);
}

const KioskScanLine *
kiosk_scan_problem (const KioskScanTexts *wanted, const char *code)
{
  return find (wanted->problems, code);
}

const char *
kiosk_scan_kind (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].name, name))
      return kiosk_text (kinds[i].sentence);
  return _ ("This code is for something else.");
}
