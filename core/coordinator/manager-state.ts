// How much of the coordinator's state exists only once, by kind.
import type { SharedLayout } from "../memory/shared-layout.ts";
import { BALLOT_BOX_BYTES } from "../replica/ballot-box.ts";
import { STATE_BOX_BYTES } from "../replica/state-box.ts";
import type { Coordinator } from "./coordinator.ts";

/** In bytes. */
export function managerStateOf(
  { log, checkpoints, upkeep }: Pick<Coordinator, "log" | "checkpoints" | "upkeep">,
  { ramPages, arenas, frameCount }: SharedLayout,
): Readonly<Record<string, number>> {
  const { records, agreed } = log.bytes;
  const word = Uint32Array.BYTES_PER_ELEMENT;
  return {
    log: records,
    "what was agreed on": agreed,
    checkpoints: checkpoints.bytes,
    // The checkpoint's, its second copy, and one for each arena.
    "page maps": ramPages * word * (2 + arenas.length),
    // Two counts for each frame besides.
    "owner table": frameCount * (1 + 2 * word),
    "digests of pages": upkeep.bytes,
    "ballots on their way": BALLOT_BOX_BYTES * arenas.length,
    "states on their way": STATE_BOX_BYTES * arenas.length,
  };
}
