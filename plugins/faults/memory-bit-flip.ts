// Flipped bits in guest memory, as without ECC. The page becomes private first: a shared frame is never touched.
import { ExtravirtError, type FaultModel } from "../../core/index.ts";
import { bitsOf, bitsText, hex, maskOf, WIDTH } from "./fault-bits.ts";

const BYTE = 0xffn;

export const memoryBitFlip: FaultModel = {
  kind: "fault",
  name: "memory-bit-flip",
  summary: "Flips a bit of a byte of guest memory, or several adjacent ones",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["address", "bit"],
    properties: {
      address: { type: "integer", minimum: 0, description: "Guest-physical address of the byte" },
      bit: { type: "integer", minimum: 0, maximum: 7, description: "Bit of that byte" },
      ...WIDTH,
    },
  },
  check(options, { memory, ramBase }) {
    const address = options["address"] as number;
    if (memory.contains(address - ramBase, bytesOf(options))) return;
    const end = ramBase + memory.bytes - bytesOf(options);
    throw new ExtravirtError(
      "XV_ERR_FAULT_ADDRESS",
      `address ${hex(address)} is not in guest memory`,
      {
        place: "faults: address",
        value: String(address),
        remedy: `Use an address from ${ramBase} to ${end} (${hex(ramBase)} to ${hex(end)}).`,
      },
    );
  },
  inject(options, { memory, ramBase }) {
    const address = options["address"] as number;
    const offset = address - ramBase;
    const count = bytesOf(options);
    if (!memory.contains(offset, count)) return undefined;
    const mask = maskOf(options);
    const bytes = [...memory.read(offset, count)];
    const flipped = bytes.map((byte, at) => byte ^ Number((mask >> BigInt(at * 8)) & BYTE));
    memory.write(offset, Uint8Array.from(flipped));
    return `memory ${hex(address)} ${bitsText(options)}: ${valueOf(bytes)} -> ${valueOf(flipped)}`;
  },
};

/** Bytes that the bits lie in. */
function bytesOf(options: Readonly<Record<string, unknown>>): number {
  const { bit, width } = bitsOf(options);
  return Math.ceil((bit + width) / 8);
}

/** Little-endian. */
function valueOf(bytes: readonly number[]): string {
  return hex(bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n));
}
