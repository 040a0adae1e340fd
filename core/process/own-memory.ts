// Memory of a replica that has one of its own: one arena, no checkpoint, each page in a frame of its own or untouched.
import { PAGE_BYTES } from "../api/guest-memory.ts";
import {
  clearDirty,
  collectDirty,
  forgetClean,
  arenaViews,
  type ArenaView,
} from "../memory/arena-view.ts";
import { FramePool } from "../memory/frame-pool.ts";
import { DIGEST_WORDS, PageDigester } from "../memory/page-digest.ts";
import { PageSet } from "../memory/page-set.ts";
import { ReplicaMemory } from "../memory/replica-memory.ts";
import { OWNER, type SharedLayout } from "../memory/shared-layout.ts";
import type {
  MemoryAnswer,
  MemoryDigest,
  MemoryOrder,
  PageContents,
  PageDigests,
} from "./memory-order.ts";

export class OwnMemory {
  readonly #layout: SharedLayout;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  readonly #memory: ReplicaMemory;
  readonly #pool: FramePool;
  readonly #view: ArenaView;
  readonly #digester: PageDigester;
  readonly #set: PageSet;

  constructor(shared: WebAssembly.Memory, layout: SharedLayout) {
    const [view] = arenaViews(shared, layout);
    if (view === undefined) throw new RangeError("the layout has no arena");
    this.#layout = layout;
    this.#bytes = new Uint8Array(shared.buffer);
    this.#memory = new ReplicaMemory(shared, layout, 0);
    this.#pool = new FramePool(shared, layout);
    this.#pool.setOwner(0, OWNER.checkpoint);
    this.#view = view;
    // Nobody else needs the list of pages here.
    this.#digester = new PageDigester(shared, layout.pageList);
    this.#set = new PageSet(layout.ramPages);
  }

  /** Before the machine is built: pages of the checkpoint. */
  load(contents: PageContents): void {
    this.#overwrite(contents);
    clearDirty(this.#view);
  }

  /**
   * For a machine that stands at this step.
   * @param scrubPages length of the stretch of memory in which pages that nobody wrote are digested, too
   */
  digest(step: number, scrubPages: number): MemoryDigest {
    const written = this.#written();
    return {
      written: this.#digestsOf(written),
      scrubbed: this.#digestsOf(this.#scrubbed(step, scrubPages, new Set(written))),
      frames: this.#frames,
    };
  }

  /** @returns the answer, where the order asks for one */
  obey(order: MemoryOrder): MemoryAnswer | undefined {
    if (order.kind === "digest") {
      const pages = order.pages === "all" ? this.#touched() : order.pages;
      const leaked = order.pages === "all" ? Math.abs(this.#frames - pages.length) : 0;
      return { kind: "digests", leaked, ...this.#digestsOf(pages) };
    }
    if (order.kind === "fetch") return { kind: "contents", ...this.#contentsOf(order.pages) };
    if (order.kind === "overwrite") this.#overwrite(order);
    else if (order.kind === "mark-written") {
      for (const page of order.pages) this.#memory.frameForWrite(this.#checked(page));
    } else clearDirty(this.#view);
    return undefined;
  }

  get #frames(): number {
    return this.#pool.count(OWNER.firstReplica);
  }

  #written(): number[] {
    forgetClean(this.#view);
    collectDirty(this.#view, this.#set);
    return this.#set.take();
  }

  #touched(): Uint32Array {
    const { map } = this.#view;
    const pages: number[] = [];
    for (let page = 0; page < map.length; page++)
      if ((map[page] ?? 0) >>> 1 !== 0) pages.push(page);
    return Uint32Array.from(pages);
  }

  /** DETERMINISM: which ones depends on the step, so on no earlier life of the replica. */
  #scrubbed(step: number, count: number, written: ReadonlySet<number>): number[] {
    const { ramPages } = this.#layout;
    // The low bits of a product say little: steps at boundaries have many factors in common.
    const start = Math.floor((Math.imul(step | 0, 0x9e3779b1) >>> 0) * 2 ** -32 * ramPages);
    const length = Math.min(count, ramPages);
    return Array.from({ length }, (_, index) => (start + index) % ramPages)
      .filter((page) => (this.#view.map[page] ?? 0) >>> 1 !== 0 && !written.has(page))
      .sort((a, b) => a - b);
  }

  #digestsOf(pages: ArrayLike<number>): PageDigests {
    const digests = new BigUint64Array(pages.length * DIGEST_WORDS);
    for (let index = 0; index < pages.length; index++) {
      digests.set(this.#digester.digest(this.#offsetOf(pages[index] ?? 0)), index * DIGEST_WORDS);
    }
    return { pages: Uint32Array.from(pages), digests };
  }

  #contentsOf(pages: Uint32Array): PageContents {
    const bytes = new Uint8Array(pages.length * PAGE_BYTES);
    for (const [index, page] of pages.entries()) {
      const offset = this.#offsetOf(page);
      bytes.set(this.#bytes.subarray(offset, offset + PAGE_BYTES), index * PAGE_BYTES);
    }
    return { pages, bytes };
  }

  #overwrite({ pages, bytes }: PageContents): void {
    for (const [index, page] of pages.entries()) {
      const offset = this.#memory.frameForWrite(this.#checked(page));
      this.#bytes.set(bytes.subarray(index * PAGE_BYTES, (index + 1) * PAGE_BYTES), offset);
    }
  }

  #offsetOf(page: number): number {
    return this.#memory.frameForRead(this.#checked(page));
  }

  #checked(page: number): number {
    if (page < this.#layout.ramPages) return page;
    throw new RangeError(`page ${page} is not one of the machine's ${this.#layout.ramPages}`);
  }
}
