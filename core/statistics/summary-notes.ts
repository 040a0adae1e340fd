// What a reader has to know to read the figures of a campaign right, as far as its results show it.
import type { StoredResult } from "../api/result-store.ts";
import type { PlanFacts } from "./plan-facts.ts";

export function summaryNotes(
  { notes, planned, strata, allocation, looks = 1 }: PlanFacts,
  results: readonly StoredResult[],
  isByPoints: boolean,
): readonly string[] {
  const count = (value: number): string => value.toLocaleString("en");
  const missing = planned - results.length;
  const last = results.at(-1)?.index ?? -1;
  const absent = results.filter(({ injected }) => injected === undefined).length;
  const isPruned = strata.some(({ known }) => known !== undefined);
  return [
    ...notes,
    ...(allocation === "every-point" && missing === 0
      ? ["Every point of the fault space was tried or is known: shares are counted, not estimated."]
      : []),
    ...(missing > 0 && (allocation === "every-point" || last + 1 > results.length)
      ? [
          `${count(missing)} of ${count(planned)} experiments are missing, and not at random: until they are done these figures are no estimates.`,
        ]
      : []),
    ...(looks > 1
      ? [
          `Results are looked at up to ${looks} times to decide whether there are enough: intervals and bounds are wider than those of a single look, and hold over all of them together.`,
        ]
      : []),
    ...(absent > 0
      ? [
          `In ${count(absent)} experiments there was nothing to strike when the fault came; they count with their outcome.`,
        ]
      : []),
    ...(isPruned
      ? [
          "Points that are known without an experiment are in the shares, and not in tables by register, bit and function.",
        ]
      : []),
    ...(isByPoints
      ? []
      : [
          "Fault models have weights of their own: absolute counts are given for each of them, not for all together.",
        ]),
  ];
}
