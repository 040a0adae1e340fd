// Contents of replicas' pages for comparison: as page maps of one kind have them.
import type { ArenaView } from "./arena-view.ts";
import type { PageFunctions } from "./page-functions.ts";
import type { SharedLayout } from "./shared-layout.ts";

export interface ComparedParts {
  readonly layout: SharedLayout;
  readonly functions: PageFunctions;
  readonly shared: WebAssembly.Memory;
  readonly viewOf: (replica: number) => ArenaView;
  readonly mapOf: (view: ArenaView) => Uint32Array<SharedArrayBuffer>;
}

export class ComparedPages {
  readonly #parts: ComparedParts;
  /** In shared memory, the coordinator's own. */
  readonly #pageList: Uint32Array;

  constructor(parts: ComparedParts) {
    this.#parts = parts;
    const { pageList, ramPages } = parts.layout;
    this.#pageList = new Uint32Array(parts.shared.buffer, pageList, ramPages);
  }

  /**
   * Compares pages of the first replica with those of each other one.
   * @returns index of the first page in which one differs, or `pages.length`
   */
  firstDifference([first, ...others]: readonly number[], pages: readonly number[]): number {
    if (first === undefined || others.length === 0) return pages.length;
    const { layout, functions, viewOf, mapOf } = this.#parts;
    for (let index = 0; index < pages.length; index++) this.#pageList[index] = pages[index] ?? 0;
    const one = mapOf(viewOf(first)).byteOffset;
    let end = pages.length;
    for (const other of others) {
      const two = mapOf(viewOf(other)).byteOffset;
      end = functions.firstUnequal(layout.pageList, 0, end, one, two, layout.frames);
    }
    return end;
  }

  /** Byte offset of what a replica has in a page. */
  offsetIn(replica: number, page: number): number {
    const { layout, viewOf, mapOf } = this.#parts;
    return layout.frames + ((mapOf(viewOf(replica))[page] ?? 0) >>> 1) * 4096;
  }
}
