// Two campaigns, or two variants of one, side by side: how their shares of outcomes and their absolute counts of failures
// differ, whether that may be chance, and what may not be concluded from it.
//
//   paired      random samples of the same space, the one the beginning of the other: McNemar's exact test, Newcombe's
//               interval for pairs
//   unpaired    Fisher's exact test of plain proportions; the difference's interval from the two intervals, however they
//               came about (Zou and Donner, "Construction of confidence limits about effect measures: a general
//               approach", Statistics in Medicine 27, 2008)
//   exact       both tried every point: nothing is left to chance
import { OUTCOMES } from "../api/experiment.ts";
import type { Outcome } from "../api/experiment.ts";
import type { StoredResult } from "../api/result-store.ts";
import type { Interval } from "./binomial-bounds.ts";
import { comparisonCautions } from "./comparison-cautions.ts";
import { fisherExact, mcnemarExact } from "./exact-tests.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { isPlainSample, isSameSpace } from "./same-space.ts";
import { pairedDifferenceInterval } from "./score-interval.ts";
import type { PairedCounts } from "./score-interval.ts";
import { summarise } from "./summary.ts";
import type { CampaignSummary, OutcomeFigures } from "./summary.ts";
import { isFailure } from "./weighed-results.ts";

export interface ComparedCampaign {
  readonly name: string;
  readonly facts: PlanFacts;
  readonly results: readonly StoredResult[];
  /** Digest of the software that said what became of each. */
  readonly software?: string | undefined;
}

type ComparisonKind = "paired" | "unpaired" | "exact";

export interface ComparedShare {
  readonly what: Outcome | "all failures";
  readonly first: OutcomeFigures;
  readonly second: OutcomeFigures;
  /** Of the second less the first. */
  readonly difference: number;
  readonly interval?: Interval;
  /** Two-sided. Absent where no exact test fits. */
  readonly p?: number;
  /** The difference is not chance, with the confidence of the comparison. */
  readonly isSignificant: boolean;
}

export interface CampaignComparison {
  readonly kind: ComparisonKind;
  readonly confidence: number;
  readonly first: CampaignSummary;
  readonly second: CampaignSummary;
  /** Faults that both tried. */
  readonly common: number;
  /** Of common faults, where they are paired. */
  readonly failures?: PairedCounts;
  /** Paired, and one campaign tried more than the common faults: shares below are of these, no campaign's as a whole. */
  readonly isPartial: boolean;
  /** The first one is what is asked; the others are to look at. */
  readonly shares: readonly ComparedShare[];
  readonly cautions: readonly string[];
}

export function compareCampaigns(
  one: ComparedCampaign,
  other: ComparedCampaign,
  confidence: number,
): CampaignComparison {
  const pairs = pairsOf(one.results, other.results);
  const kind = kindOf(one, other, pairs.length);
  const isPaired = kind === "paired";
  const isPartial = isPaired && one.results.length !== other.results.length;
  const summaryOf = ({ name, facts, results }: ComparedCampaign): CampaignSummary =>
    summarise(facts, results, { variant: name, confidence });
  const commonOf = (campaign: ComparedCampaign, side: 0 | 1): CampaignSummary => {
    const results = pairs.map((pair) => pair[side]);
    return summaryOf({
      ...campaign,
      facts: { ...campaign.facts, planned: results.length },
      results,
    });
  };
  const [first, second] = [summaryOf(one), summaryOf(other)];
  const compared = isPartial ? [commonOf(one, 0), commonOf(other, 1)] : [first, second];
  const compare = (
    what: ComparedShare["what"],
    isEvent: (outcome: Outcome) => boolean,
    figuresOf: (summary: CampaignSummary) => OutcomeFigures,
  ): ComparedShare => {
    const found = [figuresOf(compared[0]!), figuresOf(compared[1]!)] as const;
    const counts = isPaired ? countPairs(pairs, isEvent) : undefined;
    const tested =
      counts === undefined ? unpaired(found, [one, other], isEvent) : paired(counts, confidence);
    const difference = found[1].share - found[0].share;
    return {
      what,
      first: found[0],
      second: found[1],
      difference,
      ...tested,
      isSignificant: isSignificant(kind, difference, tested, confidence),
    };
  };
  return {
    kind,
    confidence,
    first,
    second,
    common: pairs.length,
    ...(isPaired && { failures: countPairs(pairs, isFailure) }),
    isPartial,
    shares: [
      compare("all failures", isFailure, ({ failures }) => failures),
      ...OUTCOMES.map((outcome) =>
        compare(
          outcome,
          (seen) => seen === outcome,
          ({ outcomes }) => outcomes[outcome],
        ),
      ),
    ],
    cautions: comparisonCautions(one, other, { kind, first, second }),
  };
}

/**
 * Faults of one space only: those that samples of two spaces have in common are no sample of either. And all of the
 * shorter one: what is left out of both is left out of every figure.
 */
function kindOf(one: ComparedCampaign, other: ComparedCampaign, common: number): ComparisonKind {
  const facts = [one.facts, other.facts];
  if (facts.every(({ allocation }) => allocation === "every-point")) return "exact";
  const isSame = facts.every(isPlainSample) && isSameSpace(one.facts, other.facts);
  const least = Math.min(one.results.length, other.results.length);
  return isSame && common > 0 && common === least ? "paired" : "unpaired";
}

type Pair = readonly [StoredResult, StoredResult];

/** The replica is no part of a fault here: machines have different numbers of them. In order of the first one's index. */
function pairsOf(ones: readonly StoredResult[], others: readonly StoredResult[]): readonly Pair[] {
  const byFault = new Map<string, StoredResult[]>();
  for (const result of others) {
    const key = faultKey(result);
    const known = byFault.get(key);
    if (known === undefined) byFault.set(key, [result]);
    else known.push(result);
  }
  return ones.flatMap((result): Pair[] => {
    const match = byFault.get(faultKey(result))?.shift();
    return match === undefined ? [] : [[result, match]];
  });
}

function faultKey({ experiment }: StoredResult): string {
  const { replica: _replica, ...fault } = experiment.fault;
  return JSON.stringify(Object.entries(fault).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function countPairs(pairs: readonly Pair[], isEvent: (outcome: Outcome) => boolean): PairedCounts {
  const count = (first: boolean, second: boolean): number =>
    pairs.filter(([a, b]) => isEvent(a.outcome) === first && isEvent(b.outcome) === second).length;
  return {
    both: count(true, true),
    onlyFirst: count(true, false),
    onlySecond: count(false, true),
    neither: count(false, false),
  };
}

type Tested = Pick<ComparedShare, "interval" | "p">;

function paired(counts: PairedCounts, confidence: number): Tested {
  const { low, high } = pairedDifferenceInterval(counts, confidence);
  return {
    interval: { low: -high, high: -low },
    p: mcnemarExact(counts.onlyFirst, counts.onlySecond),
  };
}

function unpaired(
  [first, second]: readonly [OutcomeFigures, OutcomeFigures],
  campaigns: readonly [ComparedCampaign, ComparedCampaign],
  isEvent: (outcome: Outcome) => boolean,
): Tested {
  if (first.interval === undefined && second.interval === undefined) return {};
  const one = first.interval ?? { low: first.share, high: first.share };
  const other = second.interval ?? { low: second.share, high: second.share };
  const difference = second.share - first.share;
  const interval = {
    low: difference - Math.hypot(second.share - other.low, one.high - first.share),
    high: difference + Math.hypot(other.high - second.share, first.share - one.low),
  };
  if (!campaigns.every(({ facts }) => isPlainSample(facts))) return { interval };
  const [a, b] = campaigns.map(({ results }) => ({
    events: results.filter(({ outcome }) => isEvent(outcome)).length,
    trials: results.length,
  }));
  return { interval, p: fisherExact(a!, b!) };
}

/** Sums of shares in another order differ by less. */
const ROUNDING = 1e-12;

function isSignificant(
  kind: ComparisonKind,
  difference: number,
  { p, interval }: Tested,
  confidence: number,
): boolean {
  if (kind === "exact") return Math.abs(difference) > ROUNDING;
  if (p !== undefined) return p < 1 - confidence;
  return interval !== undefined && (interval.low > 0 || interval.high < 0);
}
