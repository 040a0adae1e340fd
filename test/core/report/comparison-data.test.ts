import { describe, expect, it } from "vitest";
import type { ComparedVariant } from "../../../core/campaign/compare-variants.ts";
import { comparisonCsv, comparisonJson } from "../../../core/report/comparison-data.ts";
import { sampleReport } from "./sample-report.ts";

const compared = async (): Promise<readonly ComparedVariant[]> =>
  (await sampleReport()).variants as unknown as readonly ComparedVariant[];

describe("comparisonCsv", () => {
  it("has a line per variant, with figures of outcomes and costs", async () => {
    const [head, ...rows] = comparisonCsv(await compared())
      .trimEnd()
      .split("\r\n");
    expect(rows.length).toBe(4);
    const columns = head!.split(",");
    const cell = (row: number, name: string): string | undefined =>
      rows[row]?.split(",")[columns.indexOf(name)];
    expect(cell(0, "variant")).toBe("solo");
    expect(cell(0, "silent_corruption")).toBe("143");
    expect(Number(cell(2, "failure_share"))).toBe(0);
    expect(Number(cell(2, "failure_at_most"))).toBeCloseTo(0.00498, 4);
    expect(Number(cell(1, "wall_ms_relative"))).toBeCloseTo(1.3, 10);
    expect(cell(0, "recovery_ms")).toBe("");
    for (const row of rows) expect(row.split(",").length).toBe(columns.length);
  });

  it("quotes what needs it, and leaves empty what was not measured", async () => {
    const [first] = await compared();
    const { costs: _costs, ...uncosted } = { ...first!, name: 'a "b", c' };
    const [head, row] = comparisonCsv([uncosted]).split("\r\n");
    expect(row).toMatch(/^"a ""b"", c",600,/);
    expect(row?.endsWith(",,")).toBe(true);
    expect(head).toContain("wall_ms,wall_ms_relative");
  });
});

describe("comparisonJson", () => {
  it("has everything but what belongs to the run at hand", async () => {
    const { variants } = JSON.parse(comparisonJson(await compared())) as {
      variants: Record<string, unknown>[];
    };
    expect(variants.map(({ name }) => name)).toEqual([
      "solo",
      "pair-fail-stop",
      "pair-third-replica",
      "broken-voting",
    ]);
    expect(variants[1]).toHaveProperty("summary.failures.upperBound");
    expect(variants[1]).toHaveProperty("costs.wallMs", 208);
    expect(variants[1]).toHaveProperty("paired.pValue");
    expect(variants[1]).not.toHaveProperty("figures");
  });
});
