// Names of functions from the symbol table of a 64-bit little-endian ELF file, where it has one.
// Source: System V ABI, ELF-64 object file format.
//
//   header:   40 section header offset u64 | 58 entry size u16 | 60 count u16
//   section:  4 type (2 = symbol table) | 24 offset u64 | 32 bytes u64 | 40 link u32: section of its strings
//   symbol:   0 name u32 | 4 type in the low 4 bits (0 = none, 2 = function) | 6 section u16 | 8 value u64 | 16 bytes u64
import type { GuestSymbol } from "../../../core/index.ts";

const SECTION_BYTES = 64;
const SYMBOL_BYTES = 24;
const SYMBOL_TABLE = 2;
const FUNCTION = 2;
const NO_TYPE = 0;

/** A program without a table, or with a damaged one, has no names: it runs all the same. */
export function readElfSymbols(bytes: Uint8Array): readonly GuestSymbol[] {
  try {
    return symbolsIn(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function symbolsIn(view: DataView, bytes: Uint8Array): readonly GuestSymbol[] {
  const sections = Number(view.getBigUint64(40, true));
  const count = view.getUint16(60, true);
  if (sections === 0 || view.getUint16(58, true) !== SECTION_BYTES) return [];
  const offsetOf = (section: number): number =>
    Number(view.getBigUint64(sections + section * SECTION_BYTES + 24, true));
  const functions: GuestSymbol[] = [];
  const labels: GuestSymbol[] = [];
  for (let section = 0; section < count; section++) {
    const header = sections + section * SECTION_BYTES;
    if (view.getUint32(header + 4, true) !== SYMBOL_TABLE) continue;
    const strings = offsetOf(view.getUint32(header + 40, true));
    const table = offsetOf(section);
    const end = table + Number(view.getBigUint64(header + 32, true));
    for (let at = table; at + SYMBOL_BYTES <= end; at += SYMBOL_BYTES) {
      const type = view.getUint8(at + 4) & 15;
      const isDefined = view.getUint16(at + 6, true) !== 0;
      const name = textAt(bytes, strings + view.getUint32(at, true));
      if (!isDefined || (type !== FUNCTION && type !== NO_TYPE) || !isName(name)) continue;
      const address = view.getBigUint64(at + 8, true);
      const size = Number(view.getBigUint64(at + 16, true));
      (type === FUNCTION ? functions : labels).push({ name, address, bytes: size });
    }
  }
  // Of several names of an address the first one counts.
  return [...functions, ...labels];
}

/** Not the mapping symbols ($x, $d) and local labels of assemblers. */
function isName(name: string): boolean {
  return name !== "" && !name.startsWith("$") && !name.startsWith(".L");
}

function textAt(bytes: Uint8Array, from: number): string {
  const end = bytes.indexOf(0, from);
  return Buffer.from(bytes.subarray(from, end < 0 ? from : end)).toString("latin1");
}
