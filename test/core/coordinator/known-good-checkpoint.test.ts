import { describe, expect, it } from "vitest";
import type { Ballot } from "../../../core/index.ts";
import { KnownGoodCheckpoint } from "../../../core/coordinator/known-good-checkpoint.ts";
import { ballotOf } from "./scripted-replicas.ts";

const output = { channel: "uart0", bytes: Uint8Array.of(65) };
const at = (epoch: number, steps: number, tick: number, outputs = 0): Ballot => ({
  ...ballotOf(epoch),
  steps,
  tick,
  outputs: Array.from({ length: outputs }, () => output),
});

describe("KnownGoodCheckpoint", () => {
  it("is power-on at first", () => {
    expect(new KnownGoodCheckpoint()).toMatchObject({ state: undefined, epoch: -1, taken: 0 });
  });

  it("measures progress since power-on", () => {
    const checkpoint = new KnownGoodCheckpoint();
    expect(checkpoint.advance(at(0, 100, 10, 2))).toEqual({
      epochs: 1,
      steps: 100,
      ticks: 10,
      outputs: 2,
    });
    expect(checkpoint.advance(at(1, 150, 90, 1))).toEqual({
      epochs: 2,
      steps: 150,
      ticks: 90,
      outputs: 3,
    });
  });

  it("measures it from the latest checkpoint on", () => {
    const checkpoint = new KnownGoodCheckpoint();
    checkpoint.advance(at(0, 100, 10, 2));
    checkpoint.replace(Uint8Array.of(1), at(0, 100, 10, 2));
    expect(checkpoint).toMatchObject({ state: Uint8Array.of(1), epoch: 0, taken: 1 });
    expect(checkpoint.advance(at(1, 130, 12))).toEqual({
      epochs: 1,
      steps: 30,
      ticks: 2,
      outputs: 0,
    });
  });
});
