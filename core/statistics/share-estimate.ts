// The share of all faults of a space that end in a certain way, from experiments in its strata.
//
//   proportional   the strata together are one random sample: a plain proportion
//   fixed          the sum of the strata's proportions, each times its share (Cochran, "Sampling techniques", 1977, 5.3)
//   every-point    counted, no estimate
//
// Strata whose outcome is known without an experiment count with their share. Bounds are exact and one-sided. Of fixed
// strata they are the sum of Clopper and Pearson's, which hold together (Bonferroni); where not one event was seen, the
// largest share under which nothing would be seen with at least 1 - confidence. That is the bound that Buehler,
// "Confidence intervals for the product of two binomial parameters", JASA 52, 1957, gives the least of all samples, and
// no sample gets less than his by this rule: it holds for all of them.
import type { Allocation } from "../api/fault-sampling.ts";
import { upperBound } from "./binomial-bounds.ts";
import type { Interval } from "./binomial-bounds.ts";
import { wilsonInterval } from "./score-interval.ts";
import { solve } from "./special-functions.ts";

export interface StratumCounts {
  /** Of all faults. */
  readonly share: number;
  readonly trials: number;
  readonly events: number;
  /** Without experiments: all or none of it. */
  readonly isKnown: boolean;
}

export interface ShareEstimate {
  readonly share: number;
  /** For display; absent where every point was tried. */
  readonly interval?: Interval;
  /** One-sided. */
  readonly upperBound: number;
  readonly lowerBound: number;
}

export function estimateShare(
  strata: readonly StratumCounts[],
  allocation: Allocation,
  confidence: number,
): ShareEstimate {
  const known = strata.filter(({ isKnown }) => isKnown);
  const base = sum(known.map(({ share, events }) => (events > 0 ? share : 0)));
  const open = strata.filter(({ isKnown }) => !isKnown);
  if (allocation === "every-point") {
    const share = base + weightedShare(open);
    return { share, upperBound: share, lowerBound: share };
  }
  const tried = allocation === "proportional" ? pooled(open) : open;
  const whole = sum(tried.map(({ share }) => share));
  const shareOf = (value: number): number => base + value;
  const seen = weightedShare(tried);
  // Of all strata within themselves, so that Wilson's interval sees a share between 0 and 1.
  const interval =
    whole === 0
      ? { low: 0, high: 0 }
      : wilsonInterval(seen / whole, effectiveTrials(tried, whole), confidence);
  const complement = tried.map((stratum) => ({
    ...stratum,
    events: stratum.trials - stratum.events,
  }));
  return {
    share: shareOf(seen),
    interval: { low: shareOf(whole * interval.low), high: shareOf(whole * interval.high) },
    upperBound: shareOf(boundOf(tried, confidence)),
    lowerBound: shareOf(whole - boundOf(complement, confidence)),
  };
}

function pooled(strata: readonly StratumCounts[]): readonly StratumCounts[] {
  if (strata.length === 0) return [];
  const total = (name: "share" | "trials" | "events"): number => sum(strata.map((s) => s[name]));
  return [
    { share: total("share"), trials: total("trials"), events: total("events"), isKnown: false },
  ];
}

const weightedShare = (strata: readonly StratumCounts[]): number =>
  sum(strata.map(({ share, trials, events }) => (trials === 0 ? 0 : (share * events) / trials)));

/**
 * Trials of a plain random sample that would be as precise: Korn and Graubard, "Confidence intervals for proportions with
 * small expected number of positive counts estimated from survey data", Survey Methodology 24, 1998. Half an event of
 * either kind is added to each stratum: one in which nothing was seen is not free of variance.
 */
function effectiveTrials(strata: readonly StratumCounts[], whole: number): number {
  const [only] = strata;
  if (strata.length === 1) return only!.trials;
  if (strata.some(({ trials }) => trials === 0)) return 0;
  const parts = strata.map(({ share, trials, events }) => {
    const own = (events + 0.5) / (trials + 1);
    const part = share / whole;
    return { mean: part * own, variance: (part * part * own * (1 - own)) / trials };
  });
  const mean = sum(parts.map((part) => part.mean));
  return (mean * (1 - mean)) / sum(parts.map(({ variance }) => variance));
}

function boundOf(strata: readonly StratumCounts[], confidence: number): number {
  if (strata.length > 1 && strata.every(({ events }) => events === 0)) {
    return nothingSeenBound(strata, confidence);
  }
  const each = 1 - (1 - confidence) / Math.max(1, strata.length);
  return sum(
    strata.map(({ share, trials, events }) =>
      trials === 0 ? share : share * upperBound(events, trials, each),
    ),
  );
}

/**
 * The largest sum of share x p with the product of (1 - p)^trials at least 1 - confidence: by Lagrange, 1 - p is
 * proportional to trials / share, and at most 1.
 */
function nothingSeenBound(strata: readonly StratumCounts[], confidence: number): number {
  const untried = sum(strata.filter(({ trials }) => trials === 0).map(({ share }) => share));
  const tried = strata.filter(({ trials, share }) => trials > 0 && share > 0);
  const remains = (logFactor: number): number[] =>
    tried.map(({ share, trials }) => Math.min(1, Math.exp(logFactor) * (trials / share)));
  const likelihood = (logFactor: number): number =>
    sum(remains(logFactor).map((left, i) => tried[i]!.trials * Math.log(left)));
  const highest = Math.max(...tried.map(({ share, trials }) => Math.log(share / trials)), 0);
  const alpha = Math.log1p(-confidence);
  const factor = solve(highest - 2000, highest, (log) => likelihood(log) < alpha);
  return untried + sum(remains(factor).map((left, i) => tried[i]!.share * (1 - left)));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
