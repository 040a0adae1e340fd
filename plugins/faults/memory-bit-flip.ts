// Flipped bits in guest memory, as without ECC. The page becomes private first: a shared frame is never touched.
import { ExtravirtError, type FaultModel } from "../../core/index.ts";
import { hex, WIDTH } from "./fault-bits.ts";
import { bytesHit, flipped, flipText } from "./flipped-bytes.ts";

export const memoryBitFlip: FaultModel = {
  kind: "fault",
  name: "memory-bit-flip",
  summary: "Flips a bit of a byte of guest memory, or several adjacent ones",
  strikesStorage: true,
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
    if (memory.contains(address - ramBase, bytesHit(options))) return;
    const end = ramBase + memory.bytes - bytesHit(options);
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
    const count = bytesHit(options);
    if (!memory.contains(offset, count)) return undefined;
    const bytes = [...memory.read(offset, count)];
    memory.write(offset, Uint8Array.from(flipped(bytes, options)));
    return `memory ${hex(address)} ${flipText(bytes, options)}`;
  },
};
