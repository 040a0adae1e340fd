import { describe, expect, it } from "vitest";
import { tableText } from "../../bench/table.ts";

describe("the table", () => {
  it("lines up, with numbers to the right", () => {
    const text = tableText([
      {
        id: "speed.integer",
        what: "integer, running",
        value: 153.4,
        unit: "MIPS",
        peer: { name: "QEMU", value: 2412.6 },
        ratio: { kind: "speed", value: 0.0636 },
        budget: { text: ">= 1.3", isMet: false },
      },
      { id: "start.worker", what: "start", value: 0.25, unit: "ms" },
    ]);
    expect(text).toBe(
      [
        "| what             |    value | compared with |  its value |         ratio | budget          |",
        "| ---------------- | -------: | ------------- | ---------: | ------------: | --------------- |",
        "| integer, running | 153 MIPS | QEMU          | 2,413 MIPS | 0.064 x speed | >= 1.3: not met |",
        "| start            |   0.3 ms |               |            |               |                 |",
        "",
      ].join("\n"),
    );
  });

  it.each([
    [1234567, "frames", "1,234,567 frames"],
    [999, "pages", "999 pages"],
    [12345.678, "s", "12,345.68 s"],
    [0.123456, "µs", "0.12 µs"],
  ] as const)("writes %d in %s as %s", (value, unit, expected) => {
    expect(tableText([{ id: "x", what: "x", value, unit }])).toContain(`| ${expected} |`);
  });

  it("says that a budget is met, and gives ratios two decimals from 0.2", () => {
    const row = { id: "x", what: "x", value: 2, unit: "s" } as const;
    const text = tableText([
      { ...row, ratio: { kind: "time", value: 1.026 }, budget: { text: "<= 1.03", isMet: true } },
    ]);
    expect(text).toContain("| 1.03 x time |");
    expect(text).toContain("| <= 1.03: met |");
  });
});
