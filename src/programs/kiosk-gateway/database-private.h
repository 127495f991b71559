/* What a driver is to database.c. */
#pragma once

#include "programs/kiosk-gateway/database.h"

G_BEGIN_DECLS

#define KIOSK_GATEWAY_VALUES_MAX 16

typedef struct
{
  char type; /* a letter of the format */
  gboolean is_null;
  gint64 number; /* i */
  gconstpointer data;
  gsize size; /* bytes; of text without its end */
} KioskGatewayValue;

typedef struct
{
  gboolean (*connect) (KioskGatewayDatabase *self, GError **error);
  void (*disconnect) (KioskGatewayDatabase *self);
  /* Whose database it is: *ret_tables none, *ret_ours ours, and of which version. */
  gboolean (*identify) (KioskGatewayDatabase *self, gboolean *ret_empty, gboolean *ret_ours,
                        gint64 *ret_version, GError **error);
  gboolean (*sign) (KioskGatewayDatabase *self, gint64 version, GError **error);
  gboolean (*check) (KioskGatewayDatabase *self, GError **error);  /* is it whole? */
  gboolean (*settle) (KioskGatewayDatabase *self, GError **error); /* how changes are kept */
  gboolean (*begin) (KioskGatewayDatabase *self, GError **error);
  void (*rollback) (KioskGatewayDatabase *self);
  /* Statements without placeholders or rows, in SQLite's words for types. */
  gboolean (*script) (KioskGatewayDatabase *self, const char *sql, GError **error);
  /* Fills in query->native. */
  gboolean (*start) (KioskGatewayQuery *query, const char *sql, const KioskGatewayValue *values,
                     guint n_values, GError **error);
  gboolean (*step) (KioskGatewayQuery *query, gboolean *ret_row, GError **error);
  void (*finish) (KioskGatewayQuery *query);
  gint64 (*changed) (KioskGatewayQuery *query);
  gint64 (*integer) (KioskGatewayQuery *query, guint column);
  gboolean (*is_null) (KioskGatewayQuery *query, guint column);
  /* Of text or bytes that are not NULL; good until the next step. */
  gconstpointer (*data) (KioskGatewayQuery *query, guint column, gsize *ret_size);
  gboolean (*notify) (KioskGatewayDatabase *self, const char *channel, const char *payload,
                      GError **error);
  KioskGatewayListener *(*listen) (const char *target, const char *channel, KioskGatewayHeard heard,
                                   gpointer data, GError **error);
} KioskGatewayDriver;

extern const KioskGatewayDriver kiosk_gateway_sqlite;
extern const KioskGatewayDriver kiosk_gateway_postgresql;

struct _KioskGatewayDatabase
{
  const KioskGatewayDriver *driver;
  char *target; /* a path, or what libpq connects to */
  char *name;
  gboolean reader;
  gpointer connection;    /* the driver's; NULL: not connected */
  GHashTable *statements; /* SQL literal → the driver's own */
  gint64 answer_ms;       /* PostgreSQL: how long to wait for one */
  GPtrArray *notices;     /* SQLite: to be told at the commit */
  GArray *marks;          /* of guint: how many notices there were at each */
  gint64 changed;
};

struct _KioskGatewayQuery
{
  KioskGatewayDatabase *database;
  gpointer native;
  int row;
};

/* The first bytes of a listener of either driver. */
struct _KioskGatewayListener
{
  void (*free) (KioskGatewayListener *self);
};

/* Notices of one process: see listen-local.c. */
typedef struct _KioskGatewayNotice KioskGatewayNotice;
KioskGatewayNotice *kiosk_gateway_notice_new (const char *channel, const char *payload);
void kiosk_gateway_notice_free (KioskGatewayNotice *self);
/* Tells it to everyone in this process who listens to the database @target. */
void kiosk_gateway_notice_tell (const KioskGatewayNotice *self, const char *target);
KioskGatewayListener *
kiosk_gateway_listen_local (const char *target, const char *channel, KioskGatewayHeard heard,
                            gpointer data, GError **error);
KioskGatewayListener *
kiosk_gateway_listen_postgresql (const char *target, const char *channel, KioskGatewayHeard heard,
                                 gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskGatewayNotice, kiosk_gateway_notice_free)

G_END_DECLS
