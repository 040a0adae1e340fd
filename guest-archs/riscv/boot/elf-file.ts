// Reads the loadable segments of a 64-bit little-endian RISC-V executable.
// Source: System V ABI, ELF-64 object file format; RISC-V ELF psABI (machine 243).
//
//   header:  0 magic | 4 class (2 = 64-bit) | 5 data (1 = little-endian) | 16 type (2 = executable) | 18 machine
//            24 entry u64 | 32 program header offset u64 | 54 entry size u16 | 56 count u16
//   program header: 0 type (1 = load) | 8 offset u64 | 24 physical address u64 | 32 file bytes u64 | 40 memory bytes u64
import { type ErrorCode, ExtravirtError } from "../../../core/index.ts";
import { truncated } from "./image-file.ts";

const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const MAGIC = 0x7f45_4c46;
const CLASS_32 = 1;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const TYPE_EXECUTABLE = 2;
const MACHINE_RISCV = 243;
const PT_LOAD = 1;

interface ElfSegment {
  readonly address: number;
  /** Contents; the rest up to `memoryBytes` is zero. */
  readonly bytes: Uint8Array;
  readonly memoryBytes: number;
}

export interface ElfProgram {
  readonly entry: number;
  readonly segments: readonly ElfSegment[];
}

/** @throws XV_ERR_IMAGE_NOT_ELF, XV_ERR_IMAGE_WRONG_ELF, XV_ERR_IMAGE_TRUNCATED */
export function parseElf(bytes: Uint8Array, path: string): ElfProgram {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 4 || view.getUint32(0) !== MAGIC) {
    throw wrong("XV_ERR_IMAGE_NOT_ELF", path, "it does not start with the ELF magic number");
  }
  if (bytes.length < HEADER_BYTES) throw truncated(path, "program", "its ELF header is cut off");
  checkKind(view, path);
  const table = Number(view.getBigUint64(32, true));
  const entryBytes = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  const segments: ElfSegment[] = [];
  if (count > 0 && entryBytes < PROGRAM_HEADER_BYTES) {
    throw wrong("XV_ERR_IMAGE_WRONG_ELF", path, `its program headers have ${entryBytes} bytes`);
  }
  if (table + count * entryBytes > bytes.length) {
    throw truncated(path, "program", "its program headers lie beyond the end of the file");
  }
  for (let i = 0; i < count; i++) {
    const segment = readSegment(bytes, view, table + i * entryBytes, path);
    if (segment !== undefined) segments.push(segment);
  }
  if (segments.length === 0) {
    throw wrong("XV_ERR_IMAGE_WRONG_ELF", path, "it has no loadable segment");
  }
  const entry = Number(view.getBigUint64(24, true));
  checkLayout(segments, entry, path);
  return { entry, segments };
}

function checkLayout(segments: readonly ElfSegment[], entry: number, path: string): void {
  const sorted = [...segments].sort((a, b) => a.address - b.address);
  for (const [i, { address, memoryBytes }] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next !== undefined && address + memoryBytes > next.address) {
      const at = `0x${next.address.toString(16)}`;
      throw wrong("XV_ERR_IMAGE_WRONG_ELF", path, `its segments overlap at ${at}`);
    }
  }
  if (
    !sorted.some(({ address, memoryBytes }) => entry >= address && entry < address + memoryBytes)
  ) {
    const at = `0x${entry.toString(16)}`;
    throw wrong(
      "XV_ERR_IMAGE_WRONG_ELF",
      path,
      `its entry point ${at} lies in none of its segments`,
    );
  }
}

function checkKind(view: DataView, path: string): void {
  const elfClass = view.getUint8(4);
  if (elfClass !== CLASS_64) {
    const found = elfClass === CLASS_32 ? "a 32-bit ELF file" : `ELF class ${elfClass}`;
    throw wrong(
      "XV_ERR_IMAGE_WRONG_ELF",
      path,
      `it is ${found}; this machine runs 64-bit programs`,
    );
  }
  if (view.getUint8(5) !== LITTLE_ENDIAN) {
    throw wrong("XV_ERR_IMAGE_WRONG_ELF", path, "it is big-endian");
  }
  const machine = view.getUint16(18, true);
  if (machine !== MACHINE_RISCV) {
    throw wrong(
      "XV_ERR_IMAGE_WRONG_ELF",
      path,
      `it is for ELF machine ${machine}, not RISC-V (243)`,
    );
  }
  const type = view.getUint16(16, true);
  if (type !== TYPE_EXECUTABLE) {
    throw wrong("XV_ERR_IMAGE_WRONG_ELF", path, `its type is ${type}, not a static executable (2)`);
  }
}

function readSegment(
  bytes: Uint8Array,
  view: DataView,
  header: number,
  path: string,
): ElfSegment | undefined {
  const memoryBytes = Number(view.getBigUint64(header + 40, true));
  if (view.getUint32(header, true) !== PT_LOAD || memoryBytes === 0) return undefined;
  const offset = Number(view.getBigUint64(header + 8, true));
  const fileBytes = Number(view.getBigUint64(header + 32, true));
  if (offset + fileBytes > bytes.length) {
    throw truncated(
      path,
      "program",
      `a segment ends at ${offset + fileBytes} of ${bytes.length} bytes`,
    );
  }
  if (fileBytes > memoryBytes) {
    throw wrong("XV_ERR_IMAGE_WRONG_ELF", path, "a segment is larger in the file than in memory");
  }
  return {
    address: Number(view.getBigUint64(header + 24, true)),
    bytes: bytes.subarray(offset, offset + fileBytes),
    memoryBytes,
  };
}

function wrong(code: ErrorCode, path: string, why: string): ExtravirtError {
  return new ExtravirtError(code, `cannot run this program: ${why}`, {
    place: "boot.program",
    value: path,
    remedy: "Give a static 64-bit RISC-V executable (riscv64-unknown-elf-gcc -march=rv64gc).",
  });
}
