/* What the benchmark of codes measures on: images from folders, and phone screens rendered here. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BENCH_QR_WIDTH  1280
#define BENCH_QR_HEIGHT 720

typedef struct
{
  char *name;
  guint8 *pixels; /* grey, without gaps */
  guint width, height;
  GBytes *expected; /* the payload, or what a text beside the image says; or NULL */
} BenchQrImage;

void bench_qr_image_free (BenchQrImage *image);

/* Grey, shrunk to fit BENCH_QR_WIDTH × BENCH_QR_HEIGHT; NULL if @path is not an image. */
BenchQrImage *bench_qr_image_load (const char *path);

/* Images of the folder and its text files, in order of name; empty if it has none. */
GPtrArray *bench_qr_folder_images (const char *folder);

/* The trouble that a rendered frame is in. */
typedef enum
{
  BENCH_QR_BRIGHT,
  BENCH_QR_DARK_MODE,
  BENCH_QR_DIM,
  BENCH_QR_GLARE,
  BENCH_QR_MOIRE,
  BENCH_QR_TILT,
  BENCH_QR_BLUR,
  BENCH_QR_CURVED,
  BENCH_QR_SHADOW,
  BENCH_QR_TROUBLES,
} BenchQrTrouble;

const char *bench_qr_trouble_name (BenchQrTrouble trouble);
/* The same frames on every machine. */
GPtrArray *bench_qr_synthetic_images (BenchQrTrouble trouble);
/* A frame full of finder patterns of @module_px, and noise. */
BenchQrImage *bench_qr_carpet_image (guint module_px);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchQrImage, bench_qr_image_free)

G_END_DECLS
