/* A receipt, judged with nothing but the public trust bundle: no kioskd, no network. */
#include "base/file.h"
#include "programs/kioskctl/client.h"
#include "trust/bundle.h"
#include "trust/receipt-verify.h"

#include <stdio.h>
#include <string.h>

/* (transfer full) (nullable): @word, or standard input for "-"; without the newline at its end. */
static char *
read_text (const char *word)
{
  char buffer[KIOSK_RECEIPT_TEXT_MAX + 2];
  gsize length;

  if (strcmp (word, "-") != 0)
    return g_strdup (word);
  length = fread (buffer, 1, sizeof buffer, stdin);
  while (length > 0 && (buffer[length - 1] == '\n' || buffer[length - 1] == '\r'))
    length--;
  return length <= KIOSK_RECEIPT_TEXT_MAX ? g_strndup (buffer, length) : NULL;
}

static GPtrArray *
load_anchors (const char *path, GError **error)
{
  g_autoptr (GBytes) cms = kiosk_file_read (path, KIOSK_BUNDLE_MAX, error);
  g_autoptr (KioskBundle) trust = NULL;
  g_autoptr (GError) problem = NULL;

  if (cms == NULL)
    return NULL;
  trust = kiosk_bundle_open_as_anchor (cms, "trust", &problem);
  if (trust == NULL)
    {
      g_set_error (error, problem->domain, problem->code,
                   "%s: %s; get the public trust bundle again", path, problem->message);
      return NULL;
    }
  return kiosk_bundle_certs (trust, "kiosk-ca", error);
}

static KioskReceipt *
judge (const char *text, GPtrArray *anchors, GError **error)
{
  g_autoptr (GBytes) cose = kiosk_receipt_untext (text, -1, error);

  return cose == NULL ? NULL : kiosk_receipt_verify (cose, anchors, error);
}

static void
print_receipt (const KioskReceipt *receipt)
{
  g_autofree char *moment = kioskctl_moment (receipt->sealed_ms);

  g_print ("This receipt is genuine: kiosk %s received %s on %s, reference %s, record %s",
           receipt->kiosk, receipt->service, moment, receipt->reference, receipt->txid);
  if (receipt->fee_cents > 0)
    g_print (", fee HK$%" G_GINT64_FORMAT ".%02d", receipt->fee_cents / 100,
             (int)(receipt->fee_cents % 100));
  g_print (".\n");
}

int
kioskctl_verify (const KioskctlContext *context, int argc, char **argv)
{
  g_autofree char *path = NULL;
  const GOptionEntry entries[]
    = { { "trust", 0, 0, G_OPTION_ARG_FILENAME, &path, NULL, NULL }, G_OPTION_ENTRY_NULL };
  g_autoptr (GPtrArray) anchors = NULL;
  g_autoptr (KioskReceipt) receipt = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!kioskctl_parse (&argc, &argv, entries, "verify --trust FILE TEXT|-", 1))
    return 2;
  if (path == NULL)
    {
      g_printerr ("kioskctl: say --trust FILE: the public trust bundle\n");
      return 2;
    }
  anchors = load_anchors (path, &error);
  if (anchors == NULL)
    return kioskctl_fail (error);
  text = read_text (argv[1]);
  if (text != NULL)
    receipt = judge (text, anchors, &error);
  if (receipt == NULL)
    {
      g_print ("This is not a genuine receipt: %s\n",
               error == NULL ? "it is longer than any receipt" : error->message);
      return 1;
    }
  print_receipt (receipt);
  return 0;
}
