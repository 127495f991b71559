#include "journey/journey.h"
#include "programs/kioskctl/client.h"

#include <string.h>

int
kioskctl_flow (const KioskctlContext *context, int argc, char **argv)
{
  const KioskFlowTable *tables[] = { kiosk_journey_table () };

  if (!kioskctl_parse (&argc, &argv, NULL, "flow citizen", 1))
    return 2;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (strcmp (tables[i]->name, argv[1]) == 0)
      {
        g_autofree char *diagram = kiosk_flow_diagram (tables[i]);

        g_print ("%s", diagram);
        return 0;
      }
  g_printerr ("kioskctl: no flow \"%s\"\n", argv[1]);
  return 1;
}
