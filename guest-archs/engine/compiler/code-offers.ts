// Compiled code that other replicas offer, by the places that it can be entered at. An offer is believed only as far as
// it says which bytes it was compiled from: it is used where this replica's own memory has the same ones, so that what
// another one compiled from wrong memory does no harm here.
import type { GuestMemory } from "../../../core/index.ts";
import { placeIn } from "./region-linker.ts";
import { placeOf } from "./region-links.ts";
import type { LoadedBatch } from "./region-linker.ts";
import type { RegionBatch, RegionPlan } from "./region-plan.ts";

class OfferedBatch implements RegionBatch {
  readonly module: WebAssembly.Module;
  readonly regions: readonly RegionPlan[];
  /** Once a region of it is wanted. */
  loaded: LoadedBatch | undefined;
  /** Regions that were linked since it was loaded. */
  readonly linked: Set<number> = new Set();

  constructor({ module, regions }: RegionBatch) {
    this.module = module;
    this.regions = regions;
  }
}

export interface CodeOffer {
  readonly batch: OfferedBatch;
  readonly index: number;
  readonly plan: RegionPlan;
}

/** What is looked for: code for a place, compiled at least so often. */
export interface Wanted {
  readonly page: number;
  readonly offset: number;
  readonly generation: number;
  /** Only a region that was compiled for the very place will do. */
  readonly isSecond: boolean;
}

export class CodeOffers {
  readonly #maxInstructions: number;
  readonly #byOrigin: Map<number, CodeOffer> = new Map();
  /** By all places at which they can be entered; the latest for each. */
  readonly #byEntry: Map<number, CodeOffer> = new Map();
  #instructions = 0;

  /** @param maxInstructions kept; with more of them collecting starts afresh */
  constructor(maxInstructions: number) {
    this.#maxInstructions = maxInstructions;
  }

  add(offered: RegionBatch): void {
    const batch = new OfferedBatch(offered);
    for (const [index, plan] of batch.regions.entries()) {
      const offer = { batch, index, plan };
      this.#instructions += plan.instructions;
      const origin = placeOf(plan.page, plan.offset);
      const known = this.#byOrigin.get(origin);
      if (known !== undefined && known.plan.generation > plan.generation) continue;
      this.#byOrigin.set(origin, offer);
      for (const at of plan.entries) {
        const { page, offset } = placeIn(plan, at);
        this.#byEntry.set(placeOf(page, offset), offer);
      }
    }
    if (this.#instructions > this.#maxInstructions) this.#clear();
  }

  has(page: number, offset: number): boolean {
    return this.#byEntry.has(placeOf(page, offset));
  }

  find({ page, offset, generation, isSecond }: Wanted): CodeOffer | undefined {
    const place = placeOf(page, offset);
    const exact = this.#byOrigin.get(place);
    if (exact !== undefined && exact.plan.generation >= generation) return exact;
    return isSecond || generation > 0 ? undefined : this.#byEntry.get(place);
  }

  remove({ plan }: CodeOffer): void {
    const origin = placeOf(plan.page, plan.offset);
    if (this.#byOrigin.get(origin)?.plan === plan) this.#byOrigin.delete(origin);
    for (const at of plan.entries) {
      const { page, offset } = placeIn(plan, at);
      const place = placeOf(page, offset);
      if (this.#byEntry.get(place)?.plan === plan) this.#byEntry.delete(place);
    }
  }

  #clear(): void {
    this.#byOrigin.clear();
    this.#byEntry.clear();
    this.#instructions = 0;
  }
}

/** Whether memory has the bytes that a region was compiled from. */
export function isSourceOf({ ranges, source }: RegionPlan, memory: GuestMemory): boolean {
  const bytes = new Uint8Array(memory.shared.buffer);
  let at = 0;
  for (const { page, from, end } of ranges) {
    const frame = memory.frameForRead(page);
    for (let inPage = from; inPage < end; inPage += 1) {
      if (bytes[frame + inPage] !== source[at]) return false;
      at += 1;
    }
  }
  return at === source.length;
}
