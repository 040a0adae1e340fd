// An experiment on one of several replicas: the others claim what the run without faults did, until they differ. Then the
// strategies of the config decide, as is known of faults that strike one replica alone.
import type { Ballot } from "../api/epoch.ts";
import type { DivergenceSignal } from "../api/recovery-strategy.ts";
import { differenceOf } from "../coordinator/compare-ballots.ts";
import type { FaultyRun, FaultyRunParts } from "./faulty-run.ts";
import type { GoldenFacts } from "./golden-run.ts";
import type { GoldenPlace } from "./golden-states.ts";
import { HeldComparison, type HeldRules } from "./held-comparison.ts";

export interface Detection {
  readonly signal: DivergenceSignal;
  readonly epoch: number;
  readonly detail: string;
  /** Last epoch before the known-good checkpoint that there is then; -1 for power-on. */
  readonly checkpointEpoch: number;
}

export type ComparedEnd =
  | { readonly kind: "detected"; readonly detection: Detection }
  | { readonly kind: "converged" | "guest-end" };

export interface ComparedParts extends FaultyRunParts {
  readonly facts: GoldenFacts;
  readonly held: HeldRules;
}

/** @param replica that the fault strikes */
export function runCompared(run: FaultyRun, replica: number, parts: ComparedParts): ComparedEnd {
  const { states, facts, platform } = parts;
  const checks = new HeldComparison(parts);
  const last = facts.epochs - 1;
  const detected = (
    signal: DivergenceSignal,
    epoch: number,
    detail: string,
    checkpointEpoch: number,
  ): ComparedEnd => ({ kind: "detected", detection: { signal, epoch, detail, checkpointEpoch } });
  const differ = (golden: Ballot, faulty: Ballot): string | undefined => {
    const order = replica === 0 ? ([faulty, golden] as const) : ([golden, faulty] as const);
    return differenceOf(...order, (byte) => platform.nameRegister?.(byte));
  };
  const settled = (place: GoldenPlace, pages: readonly number[]): ComparedEnd => {
    const found = pages.length === 0 ? undefined : checks.ofLatent(place, pages);
    return found === undefined
      ? { kind: "converged" }
      : detected("state", found.epoch, found.detail, checks.checkpointBefore(found.epoch));
  };
  for (let epoch = run.firstEpoch; epoch <= last; epoch++) {
    const golden = states.epochs.get(epoch);
    if (golden?.ballot === undefined) throw new RangeError(`epoch ${epoch} is not known`);
    const end = run.runEpoch(golden.record, true);
    if (end.kind === "converged") return settled(end.place, end.pages);
    const checkpoint = checks.checkpointBefore(epoch);
    if (end.kind === "ended") return detected(end.signal, epoch, end.detail, checkpoint);
    const different = differ(golden.ballot, end.ballot);
    if (different !== undefined) return detected("ballots", epoch, different, checkpoint);
    const place = states.boundaryAfter(epoch);
    if (place === undefined) continue;
    const found = checks.after(epoch, run, place);
    if (found !== undefined) return detected("state", epoch, found, checkpoint);
    const pages = run.latentPagesAt(place);
    if (pages !== undefined) return settled(place, pages);
  }
  return { kind: "guest-end" };
}
