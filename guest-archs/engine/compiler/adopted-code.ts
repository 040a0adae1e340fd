// Takes over what other replicas compiled, and agrees with them on who compiles what.
// DETERMINISM: offers come when they come. A region executes the steps the interpreter would, whoever compiled it.
import type { CodeExchange } from "../../../core/index.ts";
import { CodeOffers, isSourceOf, type CodeOffer, type Wanted } from "./code-offers.ts";
import type { LinkerEnvironment, RegionLinker } from "./region-linker.ts";
import { cellsOf } from "./region-linker.ts";
import type { LinkedRegion } from "./region-links.ts";
import type { RegionBatch } from "./region-plan.ts";
import type { SourcePage } from "./region-source.ts";

/**
 * Jumps to an instruction that another replica has compiled until that is used. Loading a module costs about as much as
 * interpreting a few thousand instructions.
 */
const JUMPS_TO_ADOPT = 64;

/** What another replica may have compiled, as this one sees it. */
export interface WantedSpot extends Wanted {
  /** Pages around it by distance, as they are mapped. */
  readonly pages: ReadonlyMap<number, SourcePage>;
  /** A region that the new one is to take the place of. */
  readonly replaces: LinkedRegion | undefined;
}

/** `later`: there is an offer, but a page that it uses was not executed here yet. */
export type Adoption = "linked" | "later" | "none";

export class AdoptedCode {
  readonly #exchange: CodeExchange;
  readonly #environment: LinkerEnvironment;
  readonly #linker: RegionLinker;
  readonly #offers: CodeOffers;
  readonly #loaded: Set<CodeOffer["batch"]> = new Set();

  constructor(exchange: CodeExchange, environment: LinkerEnvironment, linker: RegionLinker) {
    this.#exchange = exchange;
    this.#environment = environment;
    this.#linker = linker;
    this.#offers = new CodeOffers(environment.maxInstructions);
    // A replica that starts late finds hot code compiled from its first instruction on.
    this.#receive();
  }

  publish(batch: RegionBatch): void {
    this.#exchange.publish(batch);
  }

  claim(spot: Wanted, isForced: boolean): boolean {
    return this.#exchange.claim(keyOf(spot), isForced);
  }

  release(spot: Wanted): void {
    this.#exchange.release(keyOf(spot));
  }

  /** Jumps until an instruction that was just decoded is hot. */
  jumpsTo(page: number, offset: number, jumpsToCompile: number): number {
    // HOT: called for every instruction decoded (bench section speed, cold code); news are taken in elsewhere.
    return this.#offers.has(page, offset)
      ? Math.min(JUMPS_TO_ADOPT, jumpsToCompile)
      : jumpsToCompile;
  }

  /** Links what is offered for a place, if it was compiled from what is in memory here. */
  adopt(spot: WantedSpot): Adoption {
    this.#receive();
    const offer = this.#offers.find(spot);
    if (offer === undefined) return "none";
    if (!isMappedAlike(offer, spot)) return "none";
    const { memory, code } = this.#environment;
    for (const page of offer.plan.pages.values()) {
      if (code.knownBlock(page) === undefined) return "later";
    }
    if (!isSourceOf(offer.plan, memory)) {
      this.#offers.remove(offer);
      return "none";
    }
    const { replaces } = spot;
    if (replaces !== undefined && this.#linker.links.has(replaces)) this.#linker.drop(replaces);
    this.#link(offer);
    return "linked";
  }

  /** All regions were dropped, and the cells of loaded modules are used for others. */
  dropAll(): void {
    for (const batch of this.#loaded) this.#unload(batch);
  }

  #receive(): void {
    if (!this.#exchange.hasNews) return;
    for (const batch of this.#exchange.take()) this.#offers.add(batch as RegionBatch);
  }

  #link({ batch, index, plan }: CodeOffer): void {
    // It was linked before and dropped since: its slot is gone.
    if (batch.linked.has(index)) this.#unload(batch);
    const cells = batch.loaded === undefined ? cellsOf(batch.regions) : 0;
    if (!this.#linker.hasRoom(plan.entries.length, cells)) {
      this.#linker.dropAll();
      this.dropAll();
      this.#linker.forgetSlots();
    }
    batch.loaded ??= this.#linker.load(batch);
    this.#loaded.add(batch);
    batch.linked.add(index);
    this.#linker.link(batch, index, batch.loaded);
  }

  #unload(batch: CodeOffer["batch"]): void {
    if (batch.loaded === undefined) return;
    const { slots } = batch.loaded;
    for (let index = 0; index < batch.regions.length; index += 1) {
      if (!batch.linked.has(index)) this.#linker.freeSlot(slots + index);
    }
    batch.loaded = undefined;
    batch.linked.clear();
    this.#loaded.delete(batch);
  }
}

/** Pages around the spot are those that the offer was compiled from, as far as it is known here what they are. */
function isMappedAlike({ plan }: CodeOffer, { page, pages }: WantedSpot): boolean {
  const here = [...plan.pages].find(([, used]) => used === page);
  if (here === undefined) return false;
  return [...plan.pages].every(([distance, used]) => {
    const mapped = pages.get(distance - here[0]);
    return mapped === undefined || mapped.page === used;
  });
}

function keyOf({ page, offset, generation }: Wanted): number {
  return Math.imul(page, 4096) + offset + generation;
}
