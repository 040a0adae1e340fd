// Comparing and hashing pages of the shared memory, at the speed of memory.
import { pageModule } from "./page-module.ts";

/** All positions are byte offsets in the shared memory, a page's a multiple of 16. */
export interface PageFunctions {
  /** @returns 1 when the pages are equal, else 0 */
  equal(a: number, b: number): number;
  /**
   * Compares pages `from` to `to` of a list (u32 each) as two page maps have them.
   * @returns index in the list of the first one that differs, or `to`
   */
  firstUnequal(
    list: number,
    from: number,
    to: number,
    oneMap: number,
    otherMap: number,
    frames: number,
  ): number;
  /** Makes bytes zero. HOT: `fill` of a typed array over shared memory stores them one by one. */
  clear(from: number, bytes: number): void;
  /** @returns 32 bits: different ones for nearly all different pages, but nothing to rely on */
  hash(page: number): number;
}

/** Compiled once, for all machines of the process. */
let compiled: WebAssembly.Module | undefined;

export function pageFunctions(shared: WebAssembly.Memory): PageFunctions {
  const module = (compiled ??= new WebAssembly.Module(pageModule()));
  const { exports } = new WebAssembly.Instance(module, { host: { memory: shared } });
  return exports as unknown as PageFunctions;
}
