// The container of recordings and incidents: one file of chained blocks, so that it can be written while a run goes on
// and every later change shows. Little-endian.
//
//   file    offset  size  field
//                0     8  magic: 89 "XVR" 0d 0a 1a 0a
//                8     4  format version
//               12     4  kind: 1 recording, 2 incident
//               16     -  blocks; a sealed file ends with a SEAL
//
//   block        0     4  type, four letters
//                4     4  bytes stored
//                8     4  bytes of the contents
//               12     4  compression: 0 none, 1 zstd
//               16     4  CRC-32 of the 16 bytes before: what it says of its length can be believed
//               20     -  stored bytes
//                -    32  SHA-256 of the digest before it, the 20 bytes and the stored bytes
//
// The digest before the first block is that of the file's first 16 bytes.
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

export const FORMAT = 1;
export const FILE_HEADER_BYTES = 16;
export const BLOCK_HEADER_BYTES = 20;
export const DIGEST_BYTES = 32;
/** No block is longer, stored or not. */
const MAX_BLOCK_BYTES: number = 2 ** 28;

const MAGIC = Uint8Array.of(0x89, 0x58, 0x56, 0x52, 0x0d, 0x0a, 0x1a, 0x0a);

export type ContainerKind = "recording" | "incident";

const KIND_NUMBERS: Readonly<Record<ContainerKind, number>> = { recording: 1, incident: 2 };

/** MANIfest, SYMBols, PAGEs, STATe, VOID states, EPOChs, INCIdent, OUTCome, SEAL. */
const BLOCK_TYPES = [
  "MANI",
  "SYMB",
  "PAGE",
  "STAT",
  "VOID",
  "EPOC",
  "INCI",
  "OUTC",
  "SEAL",
] as const;
export type BlockType = (typeof BLOCK_TYPES)[number];

export interface BlockHeader {
  readonly type: BlockType;
  readonly storedBytes: number;
  readonly bytes: number;
  readonly isCompressed: boolean;
}

export function encodeFileHeader(kind: ContainerKind): Uint8Array {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  header.set(MAGIC);
  header.writeUInt32LE(FORMAT, 8);
  header.writeUInt32LE(KIND_NUMBERS[kind], 12);
  return header;
}

/** @returns undefined for what is no container at all; `kind` undefined for a kind that this version does not know. */
export function decodeFileHeader(
  bytes: Uint8Array,
): { readonly format: number; readonly kind: ContainerKind | undefined } | undefined {
  if (bytes.length < FILE_HEADER_BYTES) return undefined;
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const number = view.getUint32(12, true);
  const kind = (["recording", "incident"] as const).find((name) => KIND_NUMBERS[name] === number);
  return { format: view.getUint32(8, true), kind };
}

export function encodeBlockHeader(block: BlockHeader): Uint8Array {
  const header = Buffer.alloc(BLOCK_HEADER_BYTES);
  header.write(block.type, 0, "latin1");
  header.writeUInt32LE(block.storedBytes, 4);
  header.writeUInt32LE(block.bytes, 8);
  header.writeUInt32LE(block.isCompressed ? 1 : 0, 12);
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16);
  return header;
}

/** @returns undefined when these bytes are not what `encodeBlockHeader` writes. */
export function decodeBlockHeader(bytes: Uint8Array): BlockHeader | undefined {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.readUInt32LE(16) !== crc32(header.subarray(0, 16))) return undefined;
  const name = header.toString("latin1", 0, 4);
  const type = BLOCK_TYPES.find((known) => known === name);
  const storedBytes = header.readUInt32LE(4);
  const contentBytes = header.readUInt32LE(8);
  const compression = header.readUInt32LE(12);
  if (type === undefined || compression > 1) return undefined;
  if (storedBytes > MAX_BLOCK_BYTES || contentBytes > MAX_BLOCK_BYTES) return undefined;
  return { type, storedBytes, bytes: contentBytes, isCompressed: compression === 1 };
}

export function digestOf(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
