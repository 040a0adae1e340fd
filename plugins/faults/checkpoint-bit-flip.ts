// A flipped bit in the memory of a known-good checkpoint: every replay from it meets the same error. Replicas that read
// the frame keep what was there, so that the fault stays in the checkpoint.
import type { FaultModel } from "../../core/index.ts";
import { hex } from "./fault-bits.ts";
import { bytesHit, flipped, flipText } from "./flipped-bytes.ts";
import { memoryBitFlip } from "./memory-bit-flip.ts";

export const checkpointBitFlip: FaultModel = {
  kind: "fault",
  name: "checkpoint-bit-flip",
  summary: "Flips a bit of a byte of the next checkpoint, as soon as it is taken",
  schema: memoryBitFlip.schema,
  isInfrastructure: true,
  check(options, target) {
    memoryBitFlip.check?.(options, target);
  },
  inject: () => undefined,
  ofCoordinator: {
    strikeCheckpoint(options, checkpoint) {
      const address = options["address"] as number;
      const bytes = Array.from({ length: bytesHit(options) }, (_, at) =>
        checkpoint.readU8(address + at),
      );
      for (const [at, byte] of flipped(bytes, options).entries()) {
        checkpoint.writeU8(address + at, byte);
      }
      return `checkpoint ${hex(address)} ${flipText(bytes, options)}`;
    },
  },
};
