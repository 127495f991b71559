#include "gateway-walk.h"

#define DAY_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)

/* Another department, known to the gateway. */
static RigPeer *
add_department (Rig *rig)
{
  gint64 now_ms = kiosk_clock_wall_ms (rig->clock);
  KioskSigner self = rig->keys->kiosk_ca; /* any issuer: the gateway knows the very certificate */
  RigPeer *peer = rig_peer_issued (rig, "immd", &self, now_ms - DAY_MS, now_ms + DAY_MS);
  g_autofree char *path = g_build_filename (rig->folder, "gateway/departments.pem", NULL);
  g_autofree char *td = kiosk_pki_cert_to_pem (rig->keys->department.cert);
  g_autofree char *immd = kiosk_pki_cert_to_pem (peer->signer.cert);
  g_autofree char *both = g_strconcat (td, immd, NULL);
  g_assert_true (g_file_set_contents (path, both, -1, NULL));
  return peer;
}

Walk *
walk_new (void)
{
  Walk *walk = g_new0 (Walk, 1);
  walk->stage = iam_stage_new (2, 1);
  Rig *rig = walk->rig = walk->stage->rig;
  gint64 now_ms = kiosk_clock_wall_ms (rig->clock);
  g_autofree char *path
    = g_test_build_filename (G_TEST_DIST, "..", "..", "data", "gateway", "openapi.yaml", NULL);
  walk->contract = contract_load (path);
  rig_stop (rig);
  walk->other_department = add_department (rig);
  rig_start (rig);
  walk->kiosk = rig_enrol (rig);
  walk->other = rig_enrol (rig);
  walk->revoked = rig_enrol (rig);
  g_free (rig_command (rig, "revoke", walk->revoked->id, NULL));
  walk->lapsed = rig_peer_issued (rig, walk->kiosk->id, &rig->keys->kiosk_ca, now_ms - 90 * DAY_MS,
                                  now_ms - 29 * DAY_MS);
  walk->old = rig_peer_issued (rig, walk->kiosk->id, &rig->keys->kiosk_ca, now_ms - 90 * DAY_MS,
                               now_ms - 31 * DAY_MS);
  walk->stranger = rig_peer_issued (rig, walk->kiosk->id, &rig->keys->gateway_ca, now_ms - DAY_MS,
                                    now_ms + DAY_MS);
  walk->department = rig_department (rig);
  return walk;
}

void
walk_free (Walk *walk)
{
  RigPeer *const peers[]
    = { walk->kiosk, walk->other,    walk->revoked,    walk->lapsed,
        walk->old,   walk->stranger, walk->department, walk->other_department };
  for (gsize i = 0; i < G_N_ELEMENTS (peers); i++)
    rig_peer_free (peers[i]);
  contract_free (walk->contract);
  iam_stage_free (walk->stage);
  g_free (walk);
}
