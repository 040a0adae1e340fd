import { describe, expect, it } from "vitest";
import { never } from "../../../plugins/checkpoint/never.ts";

describe("never", () => {
  it("asks for none, however far the run is", () => {
    const progress = { epochs: 1e6, steps: 1e12, ticks: 1e12, outputs: 1e6 };
    expect(never.create({}).shouldCheckpoint(progress)).toBe(false);
  });
});
