// What may not be concluded from a comparison: the pitfalls of Schirmeier, Borchert and Spinczyk, "Avoiding pitfalls in
// fault-injection based comparison of program susceptibility to soft errors", DSN 2015, and those of statistics.
import type { CampaignComparison, ComparedCampaign } from "./compare-campaigns.ts";
import { hasSamePoints, hasSameShares } from "./same-space.ts";

type Found = Pick<CampaignComparison, "kind" | "first" | "second">;

export function comparisonCautions(
  one: ComparedCampaign,
  other: ComparedCampaign,
  { kind, first, second }: Found,
): readonly string[] {
  const cautions: string[] = [];
  if (one.software !== other.software) {
    cautions.push(
      "The campaigns were made by two versions of ExtraVirt, which may not call the same end by the same name (CHANGELOG.md).",
    );
  }
  if (!hasSamePoints(one.facts, other.facts)) {
    cautions.push(
      "The fault spaces differ: a share of the one is no share of the other. A longer run or more state is struck more often; compare the points that fail, not percentages.",
    );
  }
  if (!hasSameShares(one.facts, other.facts)) {
    cautions.push(
      "Models have other weights, or parts other shares: all failures together mean something else in each; compare part by part.",
    );
  }
  if (kind === "unpaired") {
    cautions.push(
      "The faults are not the same: each campaign is a sample of its own, and a difference has to be larger to be told from chance. The same seed, models and steps give the same faults.",
    );
  }
  if ([one, other].some(({ facts: { looks = 1 } }) => looks > 1)) {
    cautions.push(
      kind === "paired"
        ? "Results were looked at several times to decide whether there are enough: neither p nor intervals of differences allow for that."
        : "Results were looked at several times to decide whether there are enough: intervals allow for that, p does not.",
    );
  }
  const failures = first.failures.experiments + second.failures.experiments;
  if (failures === 0) {
    cautions.push(
      "Neither failed: that tells nothing about which is better, only that both are at least as good as their bounds.",
    );
  }
  for (const { name, results, facts } of [one, other]) {
    if (facts.allocation !== "every-point" || results.length >= facts.planned) continue;
    cautions.push(`${name} is not complete: its shares are none of the whole fault space.`);
  }
  cautions.push(
    "A difference that is not significant is no proof that there is none; its interval says how large it may be.",
    "Outcomes beside the first row are looked at all at once: by chance one in a while seems significant.",
    "Stopped is no failure here, and no service either: where availability counts, compare masked and recovered.",
  );
  return cautions;
}
