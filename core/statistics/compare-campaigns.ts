// Two campaigns, or two variants of one, side by side: how their shares of outcomes and their absolute counts of failures
// differ, whether that may be chance, and what may not be concluded from it.
//
//   paired      both tried the same faults as random samples: McNemar's exact test, Newcombe's interval for pairs
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
import { pairedDifferenceInterval } from "./score-interval.ts";
import type { PairedCounts } from "./score-interval.ts";
import { summarise } from "./summary.ts";
import type { CampaignSummary, OutcomeFigures } from "./summary.ts";
import { isFailure } from "./weighed-results.ts";

export interface ComparedCampaign {
  readonly name: string;
  readonly facts: PlanFacts;
  readonly results: readonly StoredResult[];
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
  const summaryOf = ({ name, facts, results }: ComparedCampaign, side: 0 | 1): CampaignSummary => {
    const compared = isPaired ? pairs.map((pair) => pair[side]) : results;
    return summarise({ ...facts, planned: isPaired ? compared.length : facts.planned }, compared, {
      variant: name,
      confidence,
    });
  };
  const [first, second] = [summaryOf(one, 0), summaryOf(other, 1)];
  const compare = (
    what: ComparedShare["what"],
    isEvent: (outcome: Outcome) => boolean,
    figuresOf: (summary: CampaignSummary) => OutcomeFigures,
  ): ComparedShare => {
    const found = [figuresOf(first), figuresOf(second)] as const;
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

/** Where fewer are common, each campaign is a sample of its own. */
const COMMON_ENOUGH = 0.5;

function kindOf(one: ComparedCampaign, other: ComparedCampaign, common: number): ComparisonKind {
  const facts = [one.facts, other.facts];
  if (facts.every(({ allocation }) => allocation === "every-point")) return "exact";
  const isPlain = facts.every(
    ({ allocation, strata }) =>
      allocation === "proportional" && strata.every(({ known }) => known === undefined),
  );
  const least = COMMON_ENOUGH * Math.min(one.results.length, other.results.length);
  return isPlain && common > 0 && common >= least ? "paired" : "unpaired";
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
  const isPlain = campaigns.every(
    ({ facts: { allocation, strata } }) =>
      allocation === "proportional" && strata.every(({ known }) => known === undefined),
  );
  if (!isPlain) return { interval };
  const [a, b] = campaigns.map(({ results }) => ({
    events: results.filter(({ outcome }) => isEvent(outcome)).length,
    trials: results.length,
  }));
  return { interval, p: fisherExact(a!, b!) };
}

function isSignificant(
  kind: ComparisonKind,
  difference: number,
  { p, interval }: Tested,
  confidence: number,
): boolean {
  if (kind === "exact") return difference !== 0;
  if (p !== undefined) return p < 1 - confidence;
  return interval !== undefined && (interval.low > 0 || interval.high < 0);
}
