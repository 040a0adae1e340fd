// Where a hart stands, for profiles.
import { PAGE_BYTES, type ProcessorPosition } from "../../core/index.ts";
import type { CodeCache } from "../engine/code-cache.ts";
import type { Hart } from "./hart.ts";
import { SLOT } from "./hart-layout.ts";
import { privilegeOf } from "./watched-step.ts";

/** @param covers whether there is compiled code for an offset in a page */
export function positionOf(
  hart: Hart,
  code: CodeCache,
  covers: (page: number, offset: number) => boolean,
): ProcessorPosition {
  const { pcHigh, pcLow } = hart;
  const block = hart.tlb.fetched(pcHigh, pcLow);
  return {
    pc: hart.slots[SLOT.pc] as bigint,
    privilege: privilegeOf(hart),
    isCompiled: block !== undefined && covers(code.placeOf(block).page, pcLow & (PAGE_BYTES - 1)),
  };
}
