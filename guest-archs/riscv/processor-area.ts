// Layout of a replica's processor area in the shared memory: states of the harts, their TLBs, what they may access,
// states of pages, record blocks.
import { PAGE_BYTES, type ByteRange } from "../../core/index.ts";
import { COMPILER_BYTES } from "../engine/compiler/entry-table.ts";
import { BLOCK_BYTES, WORD } from "../engine/record-layout.ts";
import { PageStates } from "../engine/page-states.ts";
import { SoftTlb } from "../engine/soft-tlb.ts";
import { HART_STATE_BYTES } from "./hart-layout.ts";
import { TLB_SETS } from "./translation-regime.ts";

/** Bytes from one hart's state to the next: architectural slots and the engine's words. */
const HART_STRIDE = 2048;
const ALIGNMENT: number = PAGE_BYTES;
export const DEFAULT_CODE_BYTES: number = 64 * 1024 * 1024;
/** One block must not be dropped for the next one before it was entered. */
const MIN_CODE_BYTES: number = 4 * BLOCK_BYTES;

if (HART_STATE_BYTES + WORD.bytes > HART_STRIDE)
  throw new RangeError("hart state exceeds its stride");

export interface ProcessorArea {
  /** Byte offset of a hart's slots. */
  hartState(hart: number): number;
  /** Byte offset of a hart's TLB sets. */
  tlb(hart: number): number;
  /** Byte offset of a hart's page permissions, a byte per page of RAM. */
  permissions(hart: number): number;
  readonly pageStates: number;
  /** Tables of compiled code. */
  readonly compiler: number;
  readonly code: number;
  readonly codeBytes: number;
  readonly bytes: number;
}

/** @param minCodeBytes least size of the pool of decoded code. */
export function processorArea(
  areaOffset: number,
  harts: number,
  ramBytes: number,
  minCodeBytes: number,
): ProcessorArea {
  const pages = ramBytes / PAGE_BYTES;
  const codeBytes = Math.max(minCodeBytes, MIN_CODE_BYTES);
  const tlbs = align(areaOffset + harts * HART_STRIDE);
  const tlbBytes = SoftTlb.bytes(TLB_SETS);
  const permissions = align(tlbs + harts * tlbBytes);
  const pageStates = align(permissions + harts * pages);
  const compiler = align(pageStates + PageStates.bytes(pages));
  const code = align(compiler + COMPILER_BYTES);
  return {
    hartState: (hart) => areaOffset + hart * HART_STRIDE,
    tlb: (hart) => tlbs + hart * tlbBytes,
    permissions: (hart) => permissions + hart * pages,
    pageStates,
    compiler,
    code,
    codeBytes,
    bytes: align(code + codeBytes) - areaOffset,
  };
}

/** Bytes that `createProcessor` needs at `areaOffset`. */
export function processorBytes(
  harts: number,
  ramBytes: number,
  codeBytes: number = DEFAULT_CODE_BYTES,
): number {
  return processorArea(0, harts, ramBytes, codeBytes).bytes;
}

/** Where decoded code is, of which blocks are cleared as they are taken into use. */
export function codeRange(harts: number, ramBytes: number): ByteRange {
  const { code, codeBytes } = processorArea(0, harts, ramBytes, DEFAULT_CODE_BYTES);
  return { offset: code, bytes: codeBytes };
}

function align(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
