import { describe, expect, it } from "vitest";
import { reportPage } from "../../../core/report/report-page.ts";
import { sampleReport } from "./sample-report.ts";

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
});
