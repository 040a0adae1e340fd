import { expect, it } from "vitest";
import { strategiesTable } from "../../../bench/strategies/strategies-table.ts";

it("sets combinations against the first one", () => {
  const text = strategiesTable([
    {
      name: "solo",
      costs: {
        wallSeconds: 2,
        cpuSeconds: 2,
        framesAtRest: 100,
        peakFrames: 100,
        pauseMs: undefined,
      },
      survival: { crash: { right: 0, stopped: 4, wrong: 0 } },
    },
    {
      name: "pair",
      costs: { wallSeconds: 3, cpuSeconds: 5, framesAtRest: 101, peakFrames: 180, pauseMs: 1.25 },
      survival: { crash: { right: 4, stopped: 0, wrong: 0 } },
    },
  ]);
  expect(text.split("\n")).toEqual([
    "| strategies |   wall | CPU time | memory at rest |   peak |  pause |     crash |",
    "| ---------- | -----: | -------: | -------------: | -----: | -----: | --------: |",
    "| solo       | 1.00 x |   1.00 x |         1.00 x | 1.00 x |        | 0 / 4 / 0 |",
    "| pair       | 1.50 x |   2.50 x |         1.01 x | 1.80 x | 1.3 ms | 4 / 0 / 0 |",
    "",
  ]);
});
