// A flipped bit in guest memory, as without ECC. The page becomes private first: a shared frame is never touched.
import type { FaultModel } from "../../core/index.ts";

export const memoryBitFlip: FaultModel = {
  kind: "fault",
  name: "memory-bit-flip",
  summary: "Flips one bit of a byte of guest memory",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["address", "bit"],
    properties: {
      address: { type: "integer", minimum: 0, description: "Guest-physical address of the byte" },
      bit: { type: "integer", minimum: 0, maximum: 7, description: "Bit of that byte" },
    },
  },
  inject(options, { memory, ramBase }) {
    const address = options["address"] as number;
    const bit = options["bit"] as number;
    const offset = address - ramBase;
    if (!memory.contains(offset, 1)) return undefined;
    const before = memory.readU8(offset);
    const after = before ^ (1 << bit);
    memory.writeU8(offset, after);
    return `memory 0x${address.toString(16)} bit ${bit}: 0x${before.toString(16)} -> 0x${after.toString(16)}`;
  },
};
