import { describe, expect, it } from "vitest";
import { reportPage } from "../../../core/report/report-page.ts";
import { figuresOf } from "../../../core/campaign/variant-figures.ts";
import type { ReportInput } from "../../../core/report/report-input.ts";
import { summarise } from "../../../core/statistics/summary.ts";
import { fakeFacts, fakeResult, INTEGERS } from "../statistics/fake-results.ts";
import { sampleReport } from "./sample-report.ts";

const struck = { hart: 0, pc: 0n, symbol: "main+0x4", text: "nop" };

describe("reportPage", { timeout: 60_000 }, () => {
  it("is the same to the last byte for the same data", async () => {
    const first = await reportPage(await sampleReport());
    expect(await reportPage(await sampleReport())).toBe(first);
    expect(first).not.toContain("undefined");
    expect(first).not.toContain("NaN");
    expect(first).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  it("has no section of costs, and no charts without data, where none were measured or detected", async () => {
    const { host: _host, ...sample } = await sampleReport();
    const [solo] = sample.variants;
    const { costs: _costs, ...uncosted } = solo!;
    const page = await reportPage({ ...sample, kind: "campaign", variants: [uncosted] });
    expect(page).toContain("Fault-injection campaign:");
    expect(page).not.toContain('id="costs"');
    expect(page).not.toContain('id="pareto"');
    expect(page).not.toContain('id="latency"');
    expect(page).not.toContain("The same faults");
    expect(page).toContain("278 of 600 faults ended in a failure");
  });

  it("warns where variants do not put out the same", async () => {
    const sample = await sampleReport();
    const [first, second, ...others] = sample.variants;
    const golden = { ...second!.golden, outputDigest: "another" };
    const page = await reportPage({
      ...sample,
      variants: [first!, { ...second!, golden }, ...others],
    });
    expect(page).toContain("DIFFER between variants");
  });

  it("counts faults of classes that are alike with their points, and not the classes", async () => {
    const sample = await sampleReport();
    // Masked ones are of long lives.
    const results = Array.from({ length: 40 }, (_, index) =>
      fakeResult(index, index < 10 ? { outcome: "hang", struck } : { struck }, {
        stratum: "read",
        weight: index < 10 ? 1 : 9,
      }),
    );
    const stratum = { ...INTEGERS, points: 280, name: "read", share: 0.28 };
    const dead = { ...INTEGERS, points: 720, name: "dead", share: 0.72, known: "masked" as const };
    const facts = fakeFacts({
      planned: 40,
      allocation: "every-point",
      strata: [stratum, dead],
    });
    const variant = {
      ...sample.variants[0]!,
      summary: summarise(facts, results, { variant: "base", confidence: 0.95 }),
      figures: figuresOf(facts, results),
    };
    const textOf = async (variants: ReportInput["variants"]): Promise<string> =>
      (await reportPage({ ...sample, variants }))
        .replaceAll(/<style[\s\S]*?<\/style>|<[^>]*>/g, " ")
        .replaceAll(/\s+/g, " ");
    const page = await textOf([variant]);
    expect(page).toContain("1.00 % of all faults end in a failure (from 40 experiments,");
    expect(page).toContain("; 99.00 % of all faults do no harm.");
    expect(page).not.toContain("10 of 40");
    // A table of the heat map: 28 % of all faults are read in x5, of which 10 of 280 fail.
    expect(page).toContain("x5 3 40 3.57 % 3.57 % 1.00 %");
    expect(page).toContain("main 40 30 (27.00 %) 10 (1.00 %)");
    const paired = { faults: 40, others: 0, onlyFirst: 0, onlyThis: 0 };
    const compared = await textOf([variant, { ...variant, name: "other", paired }]);
    expect(compared).toContain("There is no p where plain counts of experiments say nothing");
    expect(compared).toContain("other 40 0 0 0 -");
    expect(compared).toContain("Failures were most frequent with solo: 1.00 % of all faults.");
    expect(compared).toContain("1 solo 40 1.00 % exact 1.00 % 99.00 %");
  });

  it("says so where intervals are wider because results are looked at several times", async () => {
    const sample = await sampleReport();
    const results = Array.from({ length: 100 }, (_, index) => fakeResult(index));
    const summary = summarise(fakeFacts({ looks: 7 }), results, { variant: "a", confidence: 0.95 });
    const page = await reportPage({ ...sample, variants: [{ ...sample.variants[0]!, summary }] });
    expect(page).toContain("widened so that this holds over 7 looks at the results");
    expect(page).toContain("Results are looked at up to 7 times");
  });
});
