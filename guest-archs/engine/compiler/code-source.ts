// What the discovery of regions reads of the code around a hot instruction.
import type { RegionInstruction } from "./region-graph.ts";

/** Where a compiler finds instructions. */
export interface CodeSource {
  /** @returns undefined where nothing was executed yet, or where the page is not known. */
  instructionAt(offset: number): RegionInstruction | undefined;
  /** Where the computed jump at an offset was seen to lead, within its page. */
  targetsOf(offset: number): readonly number[];
  /** Slots that hold return addresses by convention: a jump to one of them is a return. */
  isLink(slot: number): boolean;
}
