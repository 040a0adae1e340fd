// A write that the host's processor misdirects, past the guest's own translation: to any frame of the pool. It reaches
// what a write of this replica may reach, its private frames that are mapped writable, and is stopped everywhere else.
import { ExtravirtError, type FaultModel } from "../../core/index.ts";
import { bitsText, checkBits, maskOf, WIDTH } from "./fault-bits.ts";

const BYTE_BITS = 8;

export const wildStore: FaultModel = {
  kind: "fault",
  isOfHostFrames: true,
  name: "wild-store",
  summary: "A write of the replica goes to any frame of the pool",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["frame", "offset", "bit"],
    properties: {
      frame: {
        type: "integer",
        minimum: 0,
        description: "Number of the frame in the pool that all replicas and the checkpoint share",
      },
      offset: { type: "integer", minimum: 0, maximum: 4095, description: "Byte of the frame" },
      bit: { type: "integer", minimum: 0, maximum: 7, description: "Bit of that byte it changes" },
      ...WIDTH,
    },
  },
  check(options, { frames }) {
    checkBits(options, BYTE_BITS, "a byte");
    const frame = options["frame"] as number;
    if (frame < frames) return;
    throw new ExtravirtError("XV_ERR_FAULT_FRAME", `the pool has no frame ${frame}`, {
      place: "faults: frame",
      value: String(frame),
      remedy: `Use a frame from 0 to ${frames - 1}.`,
    });
  },
  inject(options, { strayWrite }) {
    const { frame, offset } = options as { readonly frame: number; readonly offset: number };
    const where = `${bitsText(options)} of byte ${offset} of frame ${frame}`;
    return strayWrite(frame, offset, Number(maskOf(options)))
      ? `${where}: changed, it is the replica's own`
      : `${where}: stopped, the replica may not write there`;
  },
};
