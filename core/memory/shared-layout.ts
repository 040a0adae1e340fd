// How the one shared memory of a virtual machine is divided. All figures are byte offsets from its start.
//
//   owners      1 byte per frame: who holds it (OWNER, or OWNER.firstReplica + arena)
//   counts      frames held, u32 per owner
//   checkpoint  page map of the known-good checkpoint, u32 per guest page
//   page list   of the coordinator, u32 per guest page: pages that are compared
//   arenas      one per live replica: page map, dirty list, held list, candidate map, processor area
//   frames      the pool of 4 KiB frames; frame 0 is the zero page and never written
import { ExtravirtError } from "../api/extravirt-error.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";

/** Values of the owner table. */
export const OWNER = {
  free: 0,
  checkpoint: 1,
  olderCheckpoints: 2,
  /** A checkpoint in the making: see `CandidateFrames`. */
  candidate: 3,
  firstReplica: 4,
} as const;

/** Bit of an entry in a candidate map: the frame was the replica's own, and belongs to OWNER.candidate. */
export const HELD = 1;

/** Count of a held list: the list of written pages was too long, and nothing is held. */
export const REFUSED = 0xffff_ffff;

/** A 32-bit WebAssembly memory ends at 4 GiB; the last page stays out so that every offset fits in 32 bits. */
const MAX_BYTES = 2 ** 32 - 65536;
/** WebAssembly Core Specification 2.0, section 4.2.8. */
const WASM_PAGE = 65536;

interface ArenaLayout {
  readonly pageMap: number;
  /** u32 count, then u32 page numbers. */
  readonly dirtyList: number;
  /** As the dirty list, of pages that are held: see `PageHold`. */
  readonly heldList: number;
  /** u32 per guest page, of use while a checkpoint is in the making: see `CandidateFrames`. */
  readonly candidateMap: number;
  readonly processorArea: number;
}

/** Plain data: posted to replica workers. */
export interface SharedLayout {
  readonly ramPages: number;
  readonly processorBytes: number;
  readonly owners: number;
  /** u32 per owner: frames it holds. */
  readonly ownerCounts: number;
  readonly checkpointMap: number;
  readonly pageList: number;
  readonly arenas: readonly ArenaLayout[];
  readonly frames: number;
  readonly frameCount: number;
  readonly totalBytes: number;
}

const align = (value: number, to: number): number => Math.ceil(value / to) * to;

/**
 * How memory is divided where each replica has its own: the coordinator's holds checkpoints only, and a replica's the
 * replica only.
 * @param generations as in `planSharedLayout`
 */
export function planSeparateLayouts(
  ramBytes: number,
  processorBytes: number,
  generations: number,
): { readonly checkpoints: SharedLayout; readonly replica: SharedLayout } {
  return {
    checkpoints: planSharedLayout(ramBytes, processorBytes, 0, generations),
    replica: planSharedLayout(ramBytes, processorBytes, 1, 0),
  };
}

/**
 * @param arenas replicas that can live at the same time, witness included; none for a memory of checkpoints
 * @param generations checkpoints that are kept, none for a replica's own memory; where room for all of their frames lacks,
 *   the oldest ones are given up (`FramePool.allocate`)
 * @throws XV_ERR_MEMORY_TOO_LARGE when not even one private copy for each of them fits below 4 GiB
 */
export function planSharedLayout(
  ramBytes: number,
  processorBytes: number,
  arenas: number,
  generations = 1,
): SharedLayout {
  const ramPages = ramBytes / PAGE_BYTES;
  const processorSpan = align(processorBytes, PAGE_BYTES);
  const mapSpan = align(ramPages * 4, PAGE_BYTES);
  const dirtySpan = align(ramPages * 4 + 4, PAGE_BYTES);
  const arenaSpan = 2 * mapSpan + 2 * dirtySpan + processorSpan;
  // Every arena may come to own all pages, so may every checkpoint, and frame 0 is the zero page. Where older checkpoints
  // are kept, there is one more while a new one is taken.
  const checkpoints = generations > 1 ? generations + 1 : generations;
  const wanted = ramPages * (arenas + checkpoints) + 1;
  const fixed = 2 * PAGE_BYTES + 2 * mapSpan + arenaSpan * arenas;
  const affordable = Math.floor((MAX_BYTES - fixed - 2 * PAGE_BYTES) / (PAGE_BYTES + 1));
  const frameCount = Math.min(wanted, affordable);
  if (frameCount < ramPages * Math.min(2, arenas + checkpoints) + 1) {
    throw new ExtravirtError(
      "XV_ERR_MEMORY_TOO_LARGE",
      arenas > 1
        ? `${arenas} replicas of a machine with ${ramBytes / 2 ** 20} MiB do not fit into the 4 GiB of a shared memory`
        : `a machine with ${ramBytes / 2 ** 20} MiB does not fit into 4 GiB with what it needs beside its memory`,
      {
        place: "machine.ram",
        value: `${ramBytes / 2 ** 20} MiB`,
        remedy: "Give the machine less memory, or run fewer replicas.",
      },
    );
  }
  let next = PAGE_BYTES;
  const take = (bytes: number): number => {
    const offset = next;
    next += align(bytes, PAGE_BYTES);
    return offset;
  };
  const owners = take(frameCount);
  const ownerCounts = take((OWNER.firstReplica + arenas) * 4);
  const checkpointMap = take(mapSpan);
  const pageList = take(mapSpan);
  const arenaLayouts = Array.from({ length: arenas }, () => ({
    pageMap: take(mapSpan),
    dirtyList: take(dirtySpan),
    heldList: take(dirtySpan),
    candidateMap: take(mapSpan),
    processorArea: take(processorSpan),
  }));
  const frames = take(frameCount * PAGE_BYTES);
  return {
    ramPages,
    processorBytes,
    owners,
    ownerCounts,
    checkpointMap,
    pageList,
    arenas: arenaLayouts,
    frames,
    frameCount,
    totalBytes: align(next, WASM_PAGE),
  };
}

/** Allocates the shared memory; the host commits pages as they are touched. @throws XV_ERR_MEMORY_HOST_REFUSED */
export function allocateShared(layout: SharedLayout): WebAssembly.Memory {
  return allocateMemory(layout.totalBytes, layout, "the shared memory");
}

/**
 * Of a machine with this layout. The host has to have 8 GiB of address space for it as well, which V8 reserves.
 * @param bytes rounded up to the pages of WebAssembly
 * @throws XV_ERR_MEMORY_HOST_REFUSED
 */
export function allocateMemory(
  bytes: number,
  layout: SharedLayout,
  name: string,
): WebAssembly.Memory {
  const pages = Math.ceil(bytes / WASM_PAGE);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    throw new ExtravirtError(
      "XV_ERR_MEMORY_HOST_REFUSED",
      `the host refused ${Math.ceil(bytes / 2 ** 20)} MiB of address space for ${name}`,
      {
        place: "machine.ram",
        value: `${(layout.ramPages * PAGE_BYTES) / 2 ** 20} MiB`,
        remedy:
          "Give the machine less memory, run fewer replicas, or raise the host's limits (ulimit -v).",
        cause,
      },
    );
  }
}
