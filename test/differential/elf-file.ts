// Writes the smallest ELF64 executables that loaders accept: a header, one program header per segment, the bytes.

export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const EXECUTABLE = 2;
const RISCV = 243;
const FLAGS_RVC_DOUBLE = 5;
const LOAD = 1;
const READ_WRITE_EXECUTE = 7;
const PAGE = 4096;

export function writeElf(entry: number, segments: readonly Segment[]): Uint8Array {
  const offsets: number[] = [];
  let end = HEADER_BYTES + segments.length * PROGRAM_HEADER_BYTES;
  for (const { bytes } of segments) {
    end = Math.ceil(end / PAGE) * PAGE;
    offsets.push(end);
    end += bytes.length;
  }
  const file = new Uint8Array(end);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, EXECUTABLE, true);
  view.setUint16(18, RISCV, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(entry), true);
  view.setBigUint64(32, BigInt(HEADER_BYTES), true);
  view.setUint32(48, FLAGS_RVC_DOUBLE, true);
  view.setUint16(52, HEADER_BYTES, true);
  view.setUint16(54, PROGRAM_HEADER_BYTES, true);
  view.setUint16(56, segments.length, true);
  view.setUint16(58, 64, true);
  for (const [index, { address, bytes }] of segments.entries()) {
    const at = HEADER_BYTES + index * PROGRAM_HEADER_BYTES;
    const offset = offsets[index] ?? 0;
    view.setUint32(at, LOAD, true);
    view.setUint32(at + 4, READ_WRITE_EXECUTE, true);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setBigUint64(at + 16, BigInt(address), true);
    view.setBigUint64(at + 24, BigInt(address), true);
    view.setBigUint64(at + 32, BigInt(bytes.length), true);
    view.setBigUint64(at + 40, BigInt(bytes.length), true);
    view.setBigUint64(at + 48, BigInt(PAGE), true);
    file.set(bytes, offset);
  }
  return file;
}
