/* What the two halves of the reader share: pn532.c answers the host, pn532-target.c talks to
 * cards. */
#pragma once

#include "frame.h"
#include "picc.h"
#include "pn532.h"

G_BEGIN_DECLS

/* Command codes, UM0701-02 */
enum
{
  PN532_DIAGNOSE = 0x00,
  PN532_GET_FIRMWARE_VERSION = 0x02,
  PN532_GET_GENERAL_STATUS = 0x04,
  PN532_READ_REGISTER = 0x06,
  PN532_WRITE_REGISTER = 0x08,
  PN532_SET_SERIAL_BAUD_RATE = 0x10,
  PN532_SET_PARAMETERS = 0x12,
  PN532_SAM_CONFIGURATION = 0x14,
  PN532_POWER_DOWN = 0x16,
  PN532_RF_CONFIGURATION = 0x32,
  PN532_IN_DATA_EXCHANGE = 0x40,
  PN532_IN_COMMUNICATE_THRU = 0x42,
  PN532_IN_DESELECT = 0x44,
  PN532_IN_LIST_PASSIVE_TARGET = 0x4a,
  PN532_IN_PSL = 0x4e,
  PN532_IN_RELEASE = 0x52,
  PN532_IN_SELECT = 0x54,
  PN532_IN_AUTO_POLL = 0x60,
};

/* Status bytes, UM0701-02, 7.1 */
enum
{
  PN532_STATUS_OK = 0x00,
  PN532_STATUS_TIMEOUT = 0x01,
  PN532_STATUS_CRC = 0x02,
  PN532_STATUS_BUFFER = 0x0e,
  PN532_STATUS_CONTEXT = 0x27,
  PN532_STATUS_RELEASED = 0x29,
  PN532_STATUS_MORE = 0x40,
  PN532_STATUS_NAD = 0x80,
};

struct _KioskEmuPn532
{
  KioskEmuField *field;
  KioskEmuFramer *framer;
  KioskEmuPicc *picc;
  KioskClock *clock;
  KioskEmuLink link;
  KioskEmuSend send;
  gpointer data;
  KioskEmuFuzz *garble; /* where and how replies are damaged while that fault is armed */
  GByteArray *late;     /* (nullable): a reply that waits for the host to turn away */
  gint64 delay_us;      /* gathered since the last bytes were sent */
  guint8 *registers;    /* 64 Ki of them */
  gboolean auto_rats;
  guint8 retries;      /* of a passive activation; FF: for ever */
  GByteArray *waiting; /* (nullable): a listing that waits for a card */
  guint waiting_timer;
  GByteArray *command; /* towards the card, gathered from MI parts */
  GByteArray *answer;  /* from the card, handed over in parts */
  gsize delivered;
};

gboolean kiosk_emu_pn532_hit (KioskEmuPn532 *self, KioskEmuFault fault);
void kiosk_emu_pn532_reply (KioskEmuPn532 *self, guint8 command, const guint8 *data, gsize length);
void kiosk_emu_pn532_reply_byte (KioskEmuPn532 *self, guint8 command, guint8 byte);

/* pn532-target.c */
void kiosk_emu_pn532_list (KioskEmuPn532 *self, const guint8 *command, gsize length);
void kiosk_emu_pn532_exchange (KioskEmuPn532 *self, const guint8 *command, gsize length);
/* What a selection does to the registers of the radio's rates. */
void kiosk_emu_pn532_set_rates (KioskEmuPn532 *self, guint8 rate);
void kiosk_emu_pn532_thru (KioskEmuPn532 *self, const guint8 *command, gsize length);
/* The listing that waits is answered when a card has come, and forgotten on @abort. */
void kiosk_emu_pn532_resume (KioskEmuPn532 *self);
void kiosk_emu_pn532_abort (KioskEmuPn532 *self);

G_END_DECLS
