// Two-sided exact tests: how likely a difference at least as odd would be if there were none.
//
//   the same faults      McNemar, "Note on the sampling error of the difference between correlated proportions or
//                        percentages", Psychometrika 12, 1947, with exact probabilities: those that only one variant
//                        failed are as often the one's as the other's
//   different faults     Fisher, "The design of experiments", 1935: tables no likelier than the one seen
import { atMost } from "./binomial-bounds.ts";
import { logChoose } from "./special-functions.ts";

export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const discordant = onlyFirst + onlySecond;
  return Math.min(1, 2 * atMost(Math.min(onlyFirst, onlySecond), discordant, 0.5));
}

interface Counted {
  readonly events: number;
  readonly trials: number;
}

/** Tables as likely as the one seen differ from it by rounding. */
const ROUNDING = 1e-7;

export function fisherExact(first: Counted, second: Counted): number {
  const events = first.events + second.events;
  const all = logChoose(first.trials + second.trials, events);
  const logProbability = (k: number): number =>
    logChoose(first.trials, k) + logChoose(second.trials, events - k) - all;
  const seen = logProbability(first.events);
  let sum = 0;
  const last = Math.min(events, first.trials);
  for (let k = Math.max(0, events - second.trials); k <= last; k++) {
    const probability = logProbability(k);
    if (probability <= seen + ROUNDING) sum += Math.exp(probability);
  }
  return Math.min(1, sum);
}
