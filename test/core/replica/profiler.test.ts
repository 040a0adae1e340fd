import { describe, expect, it } from "vitest";
import { Profiler } from "../../../core/replica/profiler.ts";
import { SymbolTable } from "../../../core/replica/symbol-table.ts";

const SYMBOLS = new SymbolTable([{ name: "main", address: 0x8000_0000n, bytes: 64 }]);

class Clock {
  ms = 0;
  readonly now = (): number => this.ms;
}

describe("Profiler", () => {
  it("gives each activity the time until the next one, and none to waiting", () => {
    const clock = new Clock();
    const profiler = new Profiler(SYMBOLS, clock.now);
    clock.ms = 100;
    profiler.begin();
    clock.ms += 1;
    expect(profiler.enter("interpreter")).toBe("other");
    clock.ms += 10;
    const before = profiler.enter("devices");
    clock.ms += 5;
    profiler.enter(before);
    clock.ms += 20;
    profiler.enter("other");
    clock.ms += 2;
    profiler.end();
    clock.ms += 1000;
    profiler.begin();
    clock.ms += 3;
    profiler.enter("compiled");
    profiler.end();
    const { activityMs } = profiler.report();
    expect(activityMs).toMatchObject({ interpreter: 30, devices: 5, other: 6 });
    expect(activityMs.compiled).toBe(0);
  });

  it("times some refills and takes the time of the others off what they interrupt", () => {
    const clock = new Clock();
    const profiler = new Profiler(SYMBOLS, clock.now);
    profiler.begin();
    profiler.enter("compiled");
    for (let refill = 0; refill < 1600; refill++) {
      clock.ms += 3;
      const before = profiler.enter("refill");
      clock.ms += 1;
      profiler.enter(before);
    }
    profiler.enter("other");
    const { activityMs } = profiler.report();
    expect(activityMs.refill).toBe(1600);
    expect(activityMs.compiled).toBe(4800);
  });

  it("counts the activity that a run ends in", () => {
    const clock = new Clock();
    const profiler = new Profiler(SYMBOLS, clock.now);
    profiler.begin();
    clock.ms = 7;
    profiler.end();
    expect(profiler.report().activityMs.other).toBe(7);
  });

  it("counts samples by symbol, else by block of code, and by privilege", () => {
    const profiler = new Profiler(SYMBOLS, () => 0);
    const at = (pc: bigint, privilege: string, isCompiled: boolean): void =>
      profiler.sample({ pc, privilege, isCompiled });
    at(0x8000_0004n, "M", true);
    at(0x8000_0008n, "M", false);
    at(0x8000_0104n, "M", true);
    at(0x8000_0008n, "U", true);
    at(0x8000_0000n, "M", true);
    expect(profiler.report().places).toEqual([
      { place: "main", privilege: "M", samples: 3, compiledSamples: 2 },
      { place: "0x80000100", privilege: "M", samples: 1, compiledSamples: 1 },
      { place: "main", privilege: "U", samples: 1, compiledSamples: 1 },
    ]);
    expect(profiler.report().samples).toBe(5);
  });

  it("asks for samples at steps that follow no period, the same ones each time", () => {
    const spans = (): number[] => {
      const profiler = new Profiler(SYMBOLS, () => 0);
      return Array.from({ length: 200 }, () => profiler.nextSpan());
    };
    const found = spans();
    expect(spans()).toEqual(found);
    expect(new Set(found).size).toBeGreaterThan(195);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(50_000);
    expect(Math.max(...found)).toBeLessThan(100_000);
  });
});
