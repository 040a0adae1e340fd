// All sections, in the order they are measured and printed.
import { boot } from "./boot.ts";
import { campaign } from "./campaign.ts";
import { checkpointPause } from "./checkpoint-pause.ts";
import { debian } from "./debian.ts";
import { memory } from "./memory.ts";
import { network } from "./network.ts";
import { recovery } from "./recovery.ts";
import { replication } from "./replication.ts";
import type { Section } from "./section.ts";
import { speed } from "./speed.ts";
import { start } from "./start.ts";

export const SECTIONS: readonly Section[] = [
  speed,
  debian,
  boot,
  replication,
  memory,
  checkpointPause,
  recovery,
  campaign,
  network,
  start,
];
