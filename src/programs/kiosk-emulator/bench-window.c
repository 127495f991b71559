#include "bench-window.h"

#include <glib-unix.h>
#include <gtk/gtk.h>
#include <stdio.h>

#include "line-client.h"

#define REFRESH_SECONDS 1
#define HAND_MS         600

typedef struct
{
  const char *control;
  const char *cable;
  GMainLoop *loop;
  GCancellable *cancellable;
  GtkWidget *window;
  GtkWidget *cards; /* one button a card */
  GtkWidget *remove;
  GtkWidget *plug;   /* a switch; NULL without a relay */
  GtkWidget *phone;  /* two buttons; grey without a camera */
  GtkWidget *status; /* what lies on the reader, or what went wrong */
  GtkWidget *face;   /* what is printed on it */
  guint timer;
  guint hand;    /* on its way with a card */
  char *carried; /* which */
} Bench;

/* What each card is for, in a few words. */
static const struct
{
  const char *card;
  const char *caption;
} captions[] = {
  { "good", "Good identity card" },
  { "expired", "Expired" },
  { "lost", "Reported lost" },
  { "cloned", "Cloned chip" },
  { "altered-dg1", "Altered data" },
  { "altered-sod", "Altered signature" },
  { "unknown-country", "Unknown country" },
  { "passport", "Passport" },
};

static const char *
caption_of (const char *card)
{
  for (gsize i = 0; i < G_N_ELEMENTS (captions); i++)
    if (g_str_equal (captions[i].card, card))
      return captions[i].caption;
  return card;
}

static void
say (Bench *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->status), text);
}

/* What its holder would type, so that whoever plays with the bench can. */
static void
face_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Bench *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = kiosk_emu_line_ask_finish (result, &error);
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (answer == NULL)
    text = g_strdup (error->message);
  else if (g_str_has_prefix (answer, "can="))
    text = g_strdup_printf ("Number printed on it: %s", answer + 4);
  else if (g_str_has_prefix (answer, "mrz="))
    text = g_strdup_printf ("Number, birth, expiry: %s", answer + 4);
  gtk_label_set_text (GTK_LABEL (self->face), text == NULL ? "" : text);
}

static void
show_card (Bench *self, const char *card)
{
  g_autofree char *text = g_strdup_printf ("On the reader: %s", caption_of (card));
  g_autofree char *line = g_strconcat ("face ", card, NULL);

  say (self, text);
  kiosk_emu_line_ask_async (self->control, line, self->cancellable, face_answered, self);
}

/* (transfer full) (nullable): NULL once it has said why there is none, or when the window went. */
static char *
answer_of (Bench *self, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  char *answer = kiosk_emu_line_ask_finish (result, &error);

  if (answer == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, error->message);
  return answer;
}

/* "cards=good selected=no …" */
static void
status_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Bench *self = data;
  g_autofree char *answer = answer_of (self, result);
  g_auto (GStrv) words = NULL;
  const char *card = NULL;

  if (answer == NULL)
    return;
  words = g_strsplit (answer, " ", 2);
  if (words[0] != NULL && g_str_has_prefix (words[0], "cards="))
    card = words[0] + strlen ("cards=");
  gtk_widget_set_sensitive (self->phone, words[1] != NULL && strstr (words[1], " camera=") != NULL);
  gtk_widget_set_sensitive (self->remove, card != NULL && card[0] != '\0');
  if (card != NULL && card[0] != '\0')
    show_card (self, card);
  else
    {
      say (self, "The reader is empty.");
      gtk_label_set_text (GTK_LABEL (self->face), "");
    }
}

static void
refresh (Bench *self)
{
  kiosk_emu_line_ask_async (self->control, "status", self->cancellable, status_answered, self);
}

static gboolean
tick (gpointer data)
{
  refresh (data);
  return G_SOURCE_CONTINUE;
}

static void
hand_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Bench *self = data;
  g_autofree char *answer = answer_of (self, result);

  if (answer != NULL)
    refresh (self);
}

static void
place (Bench *self, const char *card)
{
  g_autofree char *line = g_strconcat ("place ", card, NULL);

  kiosk_emu_line_ask_async (self->control, line, self->cancellable, hand_answered, self);
}

static void
hand_arrives (gpointer data)
{
  Bench *self = data;
  g_autofree char *card = g_steal_pointer (&self->carried);

  self->hand = 0;
  place (self, card);
}

/* A hand takes the old card away before it puts the new one down, and a reader sees that. */
static void
place_clicked (GtkButton *button, gpointer data)
{
  Bench *self = data;

  g_free (self->carried);
  self->carried = g_strdup (g_object_get_data (G_OBJECT (button), "card"));
  kiosk_emu_line_ask_async (self->control, "remove", self->cancellable, hand_answered, self);
  g_clear_handle_id (&self->hand, g_source_remove);
  self->hand = g_timeout_add_once (HAND_MS, hand_arrives, self);
}

static void
remove_clicked (GtkButton *button, gpointer data)
{
  Bench *self = data;

  kiosk_emu_line_ask_async (self->control, "remove", self->cancellable, hand_answered, self);
}

/* The switch shows the cable's true state only once the relay has said so. */
static void
cable_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Bench *self = data;
  g_autofree char *answer = answer_of (self, result);

  if (answer != NULL)
    gtk_switch_set_state (GTK_SWITCH (self->plug), gtk_switch_get_active (GTK_SWITCH (self->plug)));
}

static gboolean
plug_moved (GtkSwitch *plug, gboolean in, gpointer data)
{
  Bench *self = data;

  kiosk_emu_line_ask_async (self->cable, in ? "cable in" : "cable out", self->cancellable,
                            cable_answered, self);
  return TRUE;
}

static void
phone_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_free (answer_of (data, result)); /* which says why it cannot show anything */
}

static void
show_clicked (GtkButton *button, gpointer data)
{
  Bench *self = data;

  kiosk_emu_line_ask_async (self->control, "phone show hand=2", self->cancellable, phone_answered,
                            self);
}

static void
away_clicked (GtkButton *button, gpointer data)
{
  Bench *self = data;

  kiosk_emu_line_ask_async (self->control, "phone away", self->cancellable, phone_answered, self);
}

static GtkWidget *
make_phone (Bench *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *show = gtk_button_new_with_label ("Show the phone");
  GtkWidget *away = gtk_button_new_with_label ("Take the phone away");

  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  g_signal_connect (show, "clicked", G_CALLBACK (show_clicked), self);
  g_signal_connect (away, "clicked", G_CALLBACK (away_clicked), self);
  gtk_box_append (GTK_BOX (row), show);
  gtk_box_append (GTK_BOX (row), away);
  gtk_widget_set_sensitive (row, FALSE); /* until the reader says that it has a camera */
  return row;
}

static void
add_card (Bench *self, const char *card)
{
  GtkWidget *button = gtk_button_new_with_label (caption_of (card));

  g_object_set_data_full (G_OBJECT (button), "card", g_strdup (card), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (place_clicked), self);
  gtk_flow_box_insert (GTK_FLOW_BOX (self->cards), button, -1);
}

static void
cards_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Bench *self = data;
  g_autofree char *answer = answer_of (self, result);
  g_auto (GStrv) names = NULL;

  if (answer == NULL)
    return;
  names = g_strsplit (answer, " ", -1);
  for (gsize i = 0; i < G_N_ELEMENTS (captions); i++)
    if (g_strv_contains ((const char *const *)names, captions[i].card))
      add_card (self, captions[i].card);
  for (guint i = 0; names[i] != NULL; i++)
    if (caption_of (names[i]) == names[i]) /* one of somebody else's making */
      add_card (self, names[i]);
  refresh (self);
}

static GtkWidget *
make_cable (Bench *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new ("Network cable");

  self->plug = gtk_switch_new ();
  gtk_switch_set_active (GTK_SWITCH (self->plug), TRUE);
  gtk_switch_set_state (GTK_SWITCH (self->plug), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->plug), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  "Network cable", -1);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), self->plug);
  g_signal_connect (self->plug, "state-set", G_CALLBACK (plug_moved), self);
  return row;
}

static GtkWidget *
make_label (void)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  return label;
}

static GtkWidget *
make_content (Bench *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_set_margin_top (column, 16);
  gtk_widget_set_margin_bottom (column, 16);
  gtk_widget_set_margin_start (column, 16);
  gtk_widget_set_margin_end (column, 16);
  self->status = make_label ();
  self->face = make_label ();
  self->cards = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->cards), GTK_SELECTION_NONE);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (self->cards), 2);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->cards), 2);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (self->cards), TRUE);
  self->remove = gtk_button_new_with_label ("Remove the card");
  g_signal_connect (self->remove, "clicked", G_CALLBACK (remove_clicked), self);
  gtk_box_append (GTK_BOX (column), self->status);
  gtk_box_append (GTK_BOX (column), self->face);
  gtk_box_append (GTK_BOX (column), self->cards);
  gtk_box_append (GTK_BOX (column), self->remove);
  self->phone = make_phone (self);
  gtk_box_append (GTK_BOX (column), self->phone);
  if (self->cable != NULL)
    {
      gtk_box_append (GTK_BOX (column), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
      gtk_box_append (GTK_BOX (column), make_cable (self));
    }
  return column;
}

static gboolean
closed (GtkWindow *window, gpointer data)
{
  Bench *self = data;

  g_main_loop_quit (self->loop);
  return TRUE;
}

static gboolean
signalled (gpointer data)
{
  Bench *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

/* Until the window is closed, SIGTERM or SIGINT. */
static void
run (Bench *self)
{
  guint terminate = g_unix_signal_add (SIGTERM, signalled, self);
  guint interrupt = g_unix_signal_add (SIGINT, signalled, self);

  printf ("ready\n");
  fflush (stdout);
  g_main_loop_run (self->loop);
  g_source_remove (terminate);
  g_source_remove (interrupt);
}

gboolean
kiosk_emu_bench_run (const char *control, const char *cable, GError **error)
{
  Bench self = { .control = control, .cable = cable };

  if (!gtk_init_check ())
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "the bench window needs a display: is DISPLAY or WAYLAND_DISPLAY set?");
      return FALSE;
    }
  self.loop = g_main_loop_new (NULL, FALSE);
  self.cancellable = g_cancellable_new ();
  self.window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (self.window), "Bench: simulated card reader");
  gtk_window_set_default_size (GTK_WINDOW (self.window), 420, -1);
  gtk_window_set_child (GTK_WINDOW (self.window), make_content (&self));
  g_signal_connect (self.window, "close-request", G_CALLBACK (closed), &self);
  kiosk_emu_line_ask_async (control, "list", self.cancellable, cards_answered, &self);
  self.timer = g_timeout_add_seconds (REFRESH_SECONDS, tick, &self);
  gtk_window_present (GTK_WINDOW (self.window));
  run (&self);
  g_source_remove (self.timer);
  g_clear_handle_id (&self.hand, g_source_remove);
  g_free (self.carried);
  g_cancellable_cancel (self.cancellable);
  gtk_window_destroy (GTK_WINDOW (self.window));
  while (g_main_context_iteration (NULL, FALSE)) /* let cancelled questions go */
    ;
  g_object_unref (self.cancellable);
  g_main_loop_unref (self.loop);
  return TRUE;
}
