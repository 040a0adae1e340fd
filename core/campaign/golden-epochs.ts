// Where a step or an epoch of an experiment lies in the run without faults: latencies count in its epochs.
import type { GoldenFacts } from "./golden-run.ts";

export interface Latency {
  readonly latencySteps: number;
  readonly latencyEpochs: number;
}

/** The epoch in which a step is executed; the last one for what comes after the end. */
export function epochOfStep({ epochEnds }: Pick<GoldenFacts, "epochEnds">, step: number): number {
  let from = 0;
  let end = epochEnds.length - 1;
  while (from < end) {
    const middle = (from + end) >>> 1;
    if ((epochEnds[middle] ?? 0) > step) end = middle;
    else from = middle + 1;
  }
  return from;
}

/** Steps at the end of an epoch; of the last one for those behind it. */
export const endOfEpoch = ({ epochEnds }: Pick<GoldenFacts, "epochEnds">, epoch: number): number =>
  epoch < 0 ? 0 : (epochEnds[Math.min(epoch, epochEnds.length - 1)] ?? 0);

/** Bytes released by channel up to the end of an epoch. */
export function endOfOutputs(
  { released }: Pick<GoldenFacts, "released">,
  epoch: number,
): Readonly<Record<string, number>> {
  let from = 0;
  let end = released.length;
  while (from < end) {
    const middle = (from + end) >>> 1;
    if ((released[middle]?.epoch ?? 0) <= epoch) from = middle + 1;
    else end = middle;
  }
  return released[from - 1]?.channels ?? {};
}

/** From a fault before this step to the end of the epoch in which it was noticed. */
export function latencyOf(
  facts: Pick<GoldenFacts, "epochEnds">,
  step: number,
  epoch: number,
): Latency {
  return {
    latencySteps: Math.max(0, endOfEpoch(facts, epoch) - step),
    latencyEpochs: Math.max(0, epoch - epochOfStep(facts, step)),
  };
}
