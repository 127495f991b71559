/* What the reader is that stands open, in its library's own words. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Printable ASCII; what is longer is cut. */
typedef struct
{
  char driver[32];  /* "pn532_uart" */
  char name[128];   /* as the driver calls the device: "pn532_uart:/dev/ttyUSB0" */
  char library[32]; /* the version of the libnfc that opened it */
} KioskCardDevice;

/* @connstring: "driver:path…"; bytes that are not printable ASCII become question marks. */
void kiosk_card_device_init (KioskCardDevice *self, const char *connstring, const char *name,
                             const char *library);
/* (transfer floating): (sss), the payload of KIOSK_CARD_WIRE_OPENED. */
GVariant *kiosk_card_device_to_variant (const KioskCardDevice *self);
/* FALSE: a text that init() would not have left so, or no driver. */
gboolean kiosk_card_device_from_variant (GVariant *payload, KioskCardDevice *ret_device);

G_END_DECLS
