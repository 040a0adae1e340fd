import { describe, expect, it } from "vitest";
import { COST_COLUMNS, costText } from "../../../core/report/cost-columns.ts";
import { sampleReport } from "./sample-report.ts";

describe("costText", () => {
  it("writes amounts, relative to the first variant where that says something", async () => {
    const [solo, pair] = (await sampleReport()).variants.map(({ costs }) => costs!);
    const text = (id: string): string =>
      costText(
        COST_COLUMNS.find((column) => column.id === id)!,
        pair!,
        solo!,
      );
    expect(text("wall_ms")).toBe("208 ms (1.30 x)");
    expect(text("frames_at_rest")).toBe("0.23 MiB (1.03 x)");
    expect(text("checkpoints")).toBe("12");
    expect(text("pause_ms")).toBe("0.80 ms");
    expect(text("recovery_ms")).toBe("");
  });
});
