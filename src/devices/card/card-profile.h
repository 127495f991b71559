/* Card profiles: what selects a document, how it opens, what must be typed, which data groups fill
 * which field. Data in data/cards; its README is the description of the format. */
#pragma once

#include "devices/card/card-channel.h"
#include "formats/lds.h"

G_BEGIN_DECLS

#define KIOSK_CARD_PROFILES_MAX 32

typedef enum
{
  KIOSK_CARD_ACCESS_ANY,
  KIOSK_CARD_ACCESS_PRESENT, /* EF.CardAccess advertises PACE */
  KIOSK_CARD_ACCESS_ABSENT,
} KioskCardAccessRule;

typedef enum
{
  KIOSK_CARD_SOURCE_NONE,
  KIOSK_CARD_SOURCE_OPTIONAL_1, /* of the zone */
  KIOSK_CARD_SOURCE_OPTIONAL_2,
  KIOSK_CARD_SOURCE_GROUP, /* @tag of data group @group */
} KioskCardSourceKind;

typedef struct
{
  KioskCardSourceKind kind;
  guint group;
  guint32 tag;
} KioskCardSource;

typedef struct
{
  char *name;
  gboolean simulated;
  GBytes *historical; /* the ATS's historical bytes begin so; empty: any */
  KioskCardAccessRule card_access;
  gboolean pace, bac;
  gboolean bac_after_pace; /* BAC where PACE is advertised and breaks down */
  KioskCardKey keys[2];    /* the first is asked for, each is taken */
  guint n_keys;
  KioskMrzForm form;
  char *issuer;               /* "" for any */
  guint16 required, optional; /* bit n − 1 for data group n */
  guint16 details;            /* read only when a reading is asked for them */
  KioskCardSource national_number, name_chinese, symbols;
} KioskCardProfile;

void kiosk_card_profile_free (KioskCardProfile *self);
/* @error: %KIOSK_SETTINGS_ERROR, one line: which file, where and what to do */
KioskCardProfile *kiosk_card_profile_load (const char *path, GError **error);
/* (transfer container) (element-type KioskCardProfile): every *.ini in @folder by name, 1 … 32. */
GPtrArray *kiosk_card_profiles_load (const char *folder, GError **error);

/* The first that fits what is known before the card opens; NULL: not a document we read. */
const KioskCardProfile *
kiosk_card_profile_before (GPtrArray *profiles, const KioskCardTarget *target,
                           gboolean offers_pace);
/* The first that also fits what the zone says, and opens in the way that was used. */
const KioskCardProfile *
kiosk_card_profile_after (GPtrArray *profiles, const KioskCardTarget *target, gboolean offers_pace,
                          const KioskMrz *mrz);
gboolean kiosk_card_profile_takes (const KioskCardProfile *self, KioskCardKey key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCardProfile, kiosk_card_profile_free)

G_END_DECLS
