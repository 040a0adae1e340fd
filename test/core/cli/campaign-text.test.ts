import { describe, expect, it } from "vitest";
import { campaignText } from "../../../core/cli/campaign-text.ts";
import { summarise } from "../../../core/statistics/summary.ts";
import { fakeFacts, fakeResult, resultsOf } from "../statistics/fake-results.ts";

const GOLDEN = { steps: 1000, epochs: 3, stop: { reason: "power-off", exitCode: 0 } } as const;
const OPTIONS = { variant: "base", confidence: 0.95 };

function textOf(results: ReturnType<typeof resultsOf>, changes = {}, options = {}): string {
  const summary = summarise(fakeFacts({ planned: results.length, ...changes }), results, {
    ...OPTIONS,
    ...options,
  });
  return campaignText("letters", GOLDEN, summary);
}

/** Cells of the line that starts with a name. */
function rowOf(text: string, name: string): string[] {
  const line = text.split("\n").find((row) => row.startsWith(`  ${name}  `)) ?? "";
  return line.trim().split(/ {2,}/);
}

describe("campaignText", () => {
  it("tells outcomes with intervals, bounds and points, and what may be claimed", () => {
    const text = textOf(
      resultsOf([
        ["masked", 700],
        ["recovered", 295],
        ["hang", 5],
      ]),
    );
    expect(text).toContain("power-off, exit code 0, 1,000 steps, 3 epochs");
    expect(text).toContain("200,000 points, before steps 0 to 999");
    // 1.96 * 0.5 / sqrt(1000), a little less since the space is finite; 9,604 of an infinite one.
    expect(rowOf(text, "precision")[1]).toBe(
      "± 3.10 % at worst, with 95 % confidence; ± 1 % takes 9,164 experiments",
    );
    expect(rowOf(text, "outcome")).toEqual([
      "outcome",
      "experiments",
      "share",
      "95 % interval",
      "at most",
      "points",
    ]);
    expect(rowOf(text, "masked")).toEqual([
      "masked",
      "700",
      "70.00 %",
      "67.09 to 72.76 %",
      "72.39 %",
      "140,000",
    ]);
    expect(rowOf(text, "all failures").slice(0, 3)).toEqual(["all failures", "5", "0.500 %"]);
    // One-sided, Clopper and Pearson: 5 of 1,000 at 95 % is at most 1.05 %.
    expect(rowOf(text, "no harm")).toEqual([
      "no harm",
      "at least 98.95 % of all faults (with 95 % confidence)",
    ]);
  });

  it("lists the worst registers and functions, and nothing where no fault did harm", () => {
    const harmed = fakeResult(0, {
      outcome: "crash",
      struck: { hart: 0, pc: 4n, symbol: "main+0x4", text: "nop" },
    });
    const text = textOf([harmed, fakeResult(1)]);
    expect(rowOf(text, "x5").slice(0, 2)).toEqual(["x5", "2"]);
    expect(rowOf(text, "main").slice(0, 2)).toEqual(["main", "1"]);
    const clean = textOf(resultsOf([["masked", 5]]));
    expect(clean).not.toMatch(/worst (registers|functions)/);
  });

  it("tells latencies, rates and notes where there are any", () => {
    const detected = fakeResult(0, {
      outcome: "recovered",
      detector: "ballots",
      latencySteps: 1234,
      latencyEpochs: 2,
      lostSteps: 99,
    });
    const text = textOf([detected], { notes: ["Drawn by hand."] }, { rawFitPerMbit: 1000 });
    expect(rowOf(text, "detected by")).toEqual(["detected by", "ballots 1"]);
    expect(rowOf(text, "latency, steps")).toEqual([
      "latency, steps",
      "1",
      "1,234",
      "1,234",
      "1,234",
      "1,234",
    ]);
    expect(rowOf(text, "raw rate")[1]).toBe("0.2 FIT: 200 bits at 1,000 FIT per 10^6");
    expect(rowOf(text, "failing")[1]).toContain("0 FIT, none seen; at most 0.19 FIT");
    expect(text).toContain("  - Drawn by hand.\n");
    const bare = textOf(resultsOf([["masked", 5]]));
    expect(bare).not.toMatch(/detected by|raw rate|Notes/);
  });

  it("says how precise a sample is that was looked at several times", () => {
    const results = resultsOf([
      ["masked", 50],
      ["hang", 50],
    ]);
    // 2.690, the normal quantile of 1 - 0.05 / 7 / 2, instead of 1.960: 9.80 % of a single look.
    const text = textOf(results, { looks: 7 });
    expect(rowOf(text, "precision")[1]).toMatch(
      /^± 13\.45 % at worst, with 95 % confidence over 7 looks at the results; /,
    );
    expect(rowOf(textOf(results), "precision")[1]).toMatch(/^± 9\.80 % at worst, with 95 % conf/);
    expect(text).toContain("Results are looked at up to 7 times");
    expect(textOf(results)).not.toContain("looked at");
  });

  it("knows no time to failure where no point fails", () => {
    const changes = { allocation: "every-point" };
    const text = textOf(resultsOf([["masked", 5]]), changes, { rawFitPerMbit: 1000 });
    expect(rowOf(text, "failing")[1]).toBe("0 FIT: no point of these bits fails");
    expect(text).not.toContain("Infinity");
  });

  it("claims no confidence where every point was tried", () => {
    const text = textOf(resultsOf([["masked", 5]]), { allocation: "every-point" });
    expect(rowOf(text, "masked")).toEqual(["masked", "5", "100 %", "exact", "100 %", "200,000"]);
    expect(rowOf(text, "no harm")[1]).toBe("100 % of all faults");
    expect(text).not.toContain("precision");
  });
});
