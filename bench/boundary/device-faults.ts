// Flips in what devices have and hand on: in a replica's device, in the one device model below, and on the ways between.
import type { SlotText } from "../workloads.ts";
import { BELOW, INSIDE, type Seen, type Subject, UNSEALED } from "./subjects.ts";

/** right: bytes and end of the run without fault; stopped: an end before anything wrong has left; else wrong. */
export const OUTCOMES = ["right", "stopped", "wrong"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface FaultPlace {
  readonly name: string;
  readonly boundary: SlotText;
  fault(draw: Draw, subject: Subject): object;
}

/** @returns an integer from 0 to below the limit */
export type Draw = (limit: number) => number;

const LARGE = 2 ** 31;

const struck = (structure: string, draw: Draw): object => ({
  use: "coordinator-bit-flip",
  structure,
  entry: draw(LARGE),
  bit: draw(LARGE),
});
const inDevice = (draw: Draw, { hasDisk }: Subject): object => ({
  use: "device-bit-flip",
  replica: draw(2),
  device: hasDisk === true ? "virtio-block0" : "uart0",
  entry: draw(LARGE),
  bit: draw(LARGE),
});

export const FAULT_PLACES: readonly FaultPlace[] = [
  { name: "state of a device, inside", boundary: INSIDE, fault: inDevice },
  {
    name: "state of a device model, below, no seal",
    boundary: UNSEALED,
    fault: (draw) => struck("device-models", draw),
  },
  {
    name: "state of a device model, below, sealed",
    boundary: BELOW,
    fault: (draw) => struck("device-models", draw),
  },
  {
    name: "inputs on their way, inside",
    boundary: INSIDE,
    fault: (draw) => struck("inputs", draw),
  },
  {
    name: "inputs on their way, below",
    boundary: BELOW,
    fault: (draw) => struck("inputs", draw),
  },
  {
    name: "replies and outputs on their way, below",
    boundary: BELOW,
    fault: (draw) => struck("device-effects", draw),
  },
  {
    name: "outputs between comparison and release, inside",
    boundary: INSIDE,
    fault: (draw) => ({ ...struck("outputs", draw), when: "releasing" }),
  },
  {
    name: "outputs between device model and release, below",
    boundary: BELOW,
    fault: (draw) => ({ ...struck("outputs", draw), when: "releasing" }),
  },
];

export function outcomeOf({ report, left }: Seen, golden: Seen): Outcome {
  const isPrefix = [...left].every(([channel, bytes]) => {
    const right = golden.left.get(channel) ?? Buffer.alloc(0);
    return right.subarray(0, bytes.length).equals(bytes);
  });
  const hasStopped = report === undefined || report.stop.reason === "diverged";
  if (hasStopped) return isPrefix ? "stopped" : "wrong";
  const expected = golden.report;
  const isSameEnd =
    report.stop.reason === expected?.stop.reason && report.stop.exitCode === expected.stop.exitCode;
  return isSameEnd && report.outputDigest === expected.outputDigest ? "right" : "wrong";
}

/** Numbers that are the same in every run (Marsaglia's xorshift, 2003). */
export function drawOf(seed: number): Draw {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
