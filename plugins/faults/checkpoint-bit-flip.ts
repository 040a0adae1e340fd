// A flipped bit in the memory of a known-good checkpoint: every replay from it meets the same error. Replicas that read
// the frame keep what was there, so that the fault stays in the checkpoint.
import type { FaultModel } from "../../core/index.ts";
import { memoryBitFlip } from "./memory-bit-flip.ts";

export const checkpointBitFlip: FaultModel = {
  kind: "fault",
  name: "checkpoint-bit-flip",
  summary: "Flips one bit of a byte of the next checkpoint, as soon as it is taken",
  schema: memoryBitFlip.schema,
  isInfrastructure: true,
  check(options, target) {
    memoryBitFlip.check?.(options, target);
  },
  inject: () => undefined,
  ofCoordinator: {
    strikeCheckpoint(options, checkpoint) {
      const address = options["address"] as number;
      const bit = options["bit"] as number;
      const before = checkpoint.readU8(address);
      const after = before ^ (1 << bit);
      checkpoint.writeU8(address, after);
      return `checkpoint 0x${address.toString(16)} bit ${bit}: 0x${before.toString(16)} -> 0x${after.toString(16)}`;
    },
  },
};
