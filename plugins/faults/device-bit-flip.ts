// A flipped bit in the state of a replica's device: a register, an index of a queue, a byte that waits.
import { ExtravirtError, type FaultModel } from "../../core/index.ts";
import { bitsOf, WIDTH } from "./fault-bits.ts";

const MAX_NUMBER = 2 ** 32 - 1;

export const deviceBitFlip: FaultModel = {
  kind: "fault",
  name: "device-bit-flip",
  summary: "Flips bits in the state of one of the replica's devices",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["device", "entry", "bit"],
    properties: {
      device: { type: "string", description: "Name of the device in the machine" },
      entry: {
        type: "integer",
        minimum: 0,
        maximum: MAX_NUMBER,
        description: "Which value of its state, counted round from 0",
      },
      bit: {
        type: "integer",
        minimum: 0,
        maximum: MAX_NUMBER,
        description: "Which bit of the value, counted round from 0",
      },
      ...WIDTH,
    },
  },
  check(options, { device }) {
    const name = options["device"] as string;
    if (device(name) !== undefined) return;
    throw new ExtravirtError(
      "XV_ERR_FAULT_DEVICE",
      `No replica has a device "${name}" of its own.`,
      {
        value: name,
        remedy:
          "Name one of machine.devices or of the platform's own, with boundary: devices-inside; below the replicas, coordinator-bit-flip reaches the device-models.",
      },
    );
  },
  inject(options, { device }) {
    const cells = device(options["device"] as string) ?? [];
    const cell = cells[(options["entry"] as number) % cells.length];
    if (cell === undefined) return undefined;
    const { bit, width } = bitsOf(options);
    const first = bit % cell.bits;
    return `${cell.name} bit ${first}: ${cell.flip(first, Math.min(width, cell.bits))}`;
  },
};
