import { describe, expect, it } from "vitest";
import type { RegisterUse } from "../../../core/index.ts";
import { prunedRegisters, registerLives } from "../../../plugins/fault-sampling/register-lives.ts";
import { INTEGERS, randomTrace, traceSpace } from "./fake-trace.ts";

const registers = prunedRegisters([INTEGERS]);
const [x1, x2, x3] = registers;

interface Told {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly isRead: boolean;
}

function livesIn(uses: readonly RegisterUse[], firstStep: number, endStep: number): Told[] {
  const space = { firstStep, endStep, uses: () => uses };
  return Array.from(registerLives(space, registers), ({ register, ...life }) => ({
    name: register.name,
    ...life,
  })).filter(({ name }) => name === "x1");
}

const use = (step: number, reads: RegisterUse["reads"], writes: string[] = []): RegisterUse => ({
  step,
  reads,
  writes,
});

describe("lives of registers", () => {
  it("know the sites of each register", () => {
    expect([x1, x2, x3]).toMatchObject([
      { name: "x1", firstSite: 0, sites: 4 },
      { name: "x2", firstSite: 4, sites: 4 },
      { name: "x3", firstSite: 8, sites: 4 },
    ]);
  });

  it("end with a read, or with an overwriting", () => {
    const lives = livesIn([use(2, ["x1"]), use(5, ["x2"], ["x1"]), use(9, ["x1"])], 0, 10);
    expect(lives).toEqual([
      { name: "x1", from: 0, to: 2, isRead: true },
      { name: "x1", from: 3, to: 5, isRead: false },
      { name: "x1", from: 6, to: 9, isRead: true },
    ]);
  });

  it("end with the read where an instruction reads and overwrites", () => {
    const lives = livesIn([use(3, ["x1"], ["x1"]), use(4, ["x1"])], 0, 5);
    expect(lives).toEqual([
      { name: "x1", from: 0, to: 3, isRead: true },
      { name: "x1", from: 4, to: 4, isRead: true },
    ]);
  });

  it("end at the end of an epoch, where replicas are compared; what was overwritten before it is not seen there", () => {
    const lives = livesIn(
      [use(3, [], ["x1"]), use(7, []), use(7, "all"), use(9, [], ["x1"])],
      0,
      10,
    );
    expect(lives).toEqual([
      { name: "x1", from: 0, to: 3, isRead: false },
      { name: "x1", from: 4, to: 7, isRead: true },
      { name: "x1", from: 8, to: 9, isRead: false },
    ]);
    // A write right before it: no fault is left that the comparison could see.
    const last = livesIn([use(7, [], ["x1"]), use(7, "all")], 0, 8);
    expect(last).toEqual([{ name: "x1", from: 0, to: 7, isRead: false }]);
  });

  it("are cut to the fault space, and go by uses after it", () => {
    const lives = livesIn([use(1, ["x1"]), use(20, ["x1"])], 4, 10);
    expect(lives).toEqual([{ name: "x1", from: 4, to: 9, isRead: true }]);
  });

  it("that nothing ends before the run does are of no consequence", () => {
    expect(livesIn([use(2, ["x1"])], 0, 10)).toEqual([
      { name: "x1", from: 0, to: 2, isRead: true },
      { name: "x1", from: 3, to: 9, isRead: false },
    ]);
  });

  it("cover every point once", () => {
    for (const seed of [1, 2, 3]) {
      const space = traceSpace(randomTrace(seed));
      const seen = new Map<string, number>();
      for (const { register, from, to } of registerLives(space, registers)) {
        for (let step = from; step <= to; step++) {
          const point = `${register.name}@${step}`;
          seen.set(point, (seen.get(point) ?? 0) + 1);
        }
      }
      expect(seen.size).toBe(3 * (space.endStep - space.firstStep));
      expect(new Set(seen.values())).toEqual(new Set([1]));
    }
  });

  it("stop looking at the run once all are known", () => {
    let told = 0;
    const space = {
      firstStep: 0,
      endStep: 5,
      *uses() {
        for (let step = 0; step < 1000; step++) {
          told++;
          yield use(step, step === 7 ? "all" : []);
        }
      },
    };
    expect([...registerLives(space, registers)]).toHaveLength(3);
    expect(told).toBe(8);
  });
});
