// A flipped bit in guest memory, as without ECC. The page becomes private first: a shared frame is never touched.
import { ExtravirtError, type FaultModel } from "../../core/index.ts";

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
  check(options, { memory, ramBase }) {
    const address = options["address"] as number;
    if (memory.contains(address - ramBase, 1)) return;
    const end = ramBase + memory.bytes - 1;
    throw new ExtravirtError(
      "XV_ERR_FAULT_ADDRESS",
      `address 0x${address.toString(16)} is not in guest memory`,
      {
        place: "faults: address",
        value: String(address),
        remedy: `Use an address from ${ramBase} to ${end} (0x${ramBase.toString(16)} to 0x${end.toString(16)}).`,
      },
    );
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
