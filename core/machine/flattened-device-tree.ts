// Encodes a device tree as the flattened blob that firmware and kernels read.
// Source: Devicetree Specification v0.4, section 5. All integers are big-endian.
//
//   header (40 bytes) | memory reservations (16 bytes each, ended by zeros) | structure block | strings block
import type { DeviceTreeNode } from "../api/device.ts";

const MAGIC = 0xd00d_feed;
const VERSION = 17;
const LAST_COMPATIBLE_VERSION = 16;
const HEADER_BYTES = 40;
const RESERVATION_BYTES = 16;

const TOKEN = { beginNode: 1, endNode: 2, property: 3, end: 9 } as const;

/** A range that the operating system must not use. */
export interface MemoryReservation {
  readonly address: number;
  readonly bytes: number;
}

type PropertyValue = DeviceTreeNode["properties"][string];

/** @param root its name is ignored: the root node has none. */
export function encodeDeviceTree(
  root: DeviceTreeNode,
  reservations: readonly MemoryReservation[],
): Uint8Array {
  const strings = new StringsBlock();
  const structure = new GrowingBytes();
  appendNode(structure, strings, root, "");
  structure.u32(TOKEN.end);

  const structureStart = HEADER_BYTES + (reservations.length + 1) * RESERVATION_BYTES;
  const stringsStart = structureStart + structure.length;
  const totalBytes = stringsStart + strings.bytes.length;

  const tree = new GrowingBytes();
  tree.u32(MAGIC);
  tree.u32(totalBytes);
  tree.u32(structureStart);
  tree.u32(stringsStart);
  tree.u32(HEADER_BYTES);
  tree.u32(VERSION);
  tree.u32(LAST_COMPATIBLE_VERSION);
  tree.u32(0); // boot_cpuid_phys
  tree.u32(strings.bytes.length);
  tree.u32(structure.length);
  for (const { address, bytes } of [...reservations, { address: 0, bytes: 0 }]) {
    tree.u64(BigInt(address));
    tree.u64(BigInt(bytes));
  }
  tree.append(structure.finish());
  tree.append(strings.bytes.finish());
  return tree.finish();
}

function appendNode(
  structure: GrowingBytes,
  strings: StringsBlock,
  node: DeviceTreeNode,
  name: string,
): void {
  structure.u32(TOKEN.beginNode);
  structure.append(terminated(name));
  structure.align();
  for (const [property, value] of Object.entries(node.properties)) {
    const bytes = encodeValue(value);
    structure.u32(TOKEN.property);
    structure.u32(bytes.length);
    structure.u32(strings.offsetOf(property));
    structure.append(bytes);
    structure.align();
  }
  for (const child of node.children ?? []) appendNode(structure, strings, child, child.name);
  structure.u32(TOKEN.endNode);
}

function encodeValue(value: PropertyValue): Uint8Array {
  if (value === true) return new Uint8Array(0);
  if (typeof value === "string") return terminated(value);
  if (value instanceof Uint8Array) return value;
  const bytes = new GrowingBytes();
  for (const element of value) {
    if (typeof element === "number") bytes.u32(element);
    else bytes.append(terminated(element));
  }
  return bytes.finish();
}

function terminated(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

/** Property names, each stored once. */
class StringsBlock {
  readonly bytes: GrowingBytes = new GrowingBytes();
  readonly #offsets = new Map<string, number>();

  offsetOf(name: string): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.bytes.length;
    this.#offsets.set(name, offset);
    this.bytes.append(terminated(name));
    return offset;
  }
}

class GrowingBytes {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  u32(value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value);
    this.append(bytes);
  }

  u64(value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value);
    this.append(bytes);
  }

  /** Pads with zeros to a multiple of four. */
  align(): void {
    this.append(new Uint8Array(-this.#length & 3));
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}
