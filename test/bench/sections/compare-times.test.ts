import { expect, it } from "vitest";
import { atLeast } from "../../../bench/row.ts";
import { compareSpeeds, compareTimes } from "../../../bench/sections/compare-times.ts";

const mine = { name: "integer, wall", seconds: [2, 9, 2] };
const peer = { name: "QEMU", seconds: [3, 1, 3] };

it("times are compared by their medians, every sample kept", () => {
  expect(compareTimes("x", mine, peer)).toEqual({
    id: "x",
    what: "integer, wall",
    value: 2,
    unit: "s",
    samples: [2, 9, 2],
    peer: { name: "QEMU", value: 3, samples: [3, 1, 3] },
    ratio: { kind: "time", value: 2 / 3 },
  });
});

it("a speed ratio is the peer's time over ours", () => {
  const row = compareSpeeds("x", mine, peer, (ratio) => atLeast(1, ratio));
  expect(row.ratio).toEqual({ kind: "speed", value: 1.5 });
  expect(row.budget?.isMet).toBe(true);
});

it("without a peer there is only the time", () => {
  expect(compareTimes("x", mine)).toEqual({
    id: "x",
    what: "integer, wall",
    value: 2,
    unit: "s",
    samples: [2, 9, 2],
  });
});
