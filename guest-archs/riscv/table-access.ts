// How page walks reach page-table entries in guest memory.
import { type GuestMemory, PAGE_BYTES } from "../../core/index.ts";
import type { CodeCache } from "../engine/code-cache.ts";
import type { PrivilegedEnvironment } from "./privileged/privileged-hart.ts";
import type { TablePages } from "./table-pages.ts";

export type TableAccess = Required<
  Pick<PrivilegedEnvironment, "readPhysicalU32" | "writePhysicalU32" | "tableWalked" | "isRam">
>;

/** HOT: walks access aligned words that they know to be in RAM. */
export function tableAccess(
  memory: GuestMemory,
  ramBase: number,
  code: CodeCache,
  tables: TablePages,
): TableAccess {
  const view = new DataView(memory.shared.buffer);
  const inPageOf = (offset: number): number => offset & (PAGE_BYTES - 1);
  return {
    readPhysicalU32(address) {
      const offset = address - ramBase;
      const inPage = inPageOf(offset);
      return view.getUint32(memory.frameForRead((offset - inPage) / PAGE_BYTES) + inPage, true);
    },
    // Not through the memory's own write: accessed and dirty bits change no translation that is cached.
    writePhysicalU32(address, value) {
      const offset = address - ramBase;
      const inPage = inPageOf(offset);
      view.setUint32(memory.frameForWrite((offset - inPage) / PAGE_BYTES) + inPage, value, true);
      code.written(offset, 4);
    },
    tableWalked: (address, high, low, level) =>
      tables.walked(Math.floor((address - ramBase) / PAGE_BYTES), high, low, level),
    isRam: (address, length) => memory.contains(address - ramBase, length),
  };
}
