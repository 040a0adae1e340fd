import { describe, expect, it } from "vitest";
import { noteText, observationsText } from "../../../core/cli/observations.ts";
import type { InstrumentReport } from "../../../core/coordinator/run-report.ts";
import { reportOf } from "./report-of.ts";

const found = (replica: number, line: string): InstrumentReport => ({
  use: "instruction-mix",
  replica,
  fromStep: 0,
  toStep: 5000,
  lines: [line],
  data: { line },
});

const NO_TIME = {
  interpreter: 0,
  compiled: 0,
  translation: 0,
  refill: 0,
  devices: 0,
  callouts: 0,
  other: 0,
};

describe("what instruments and profiles found", () => {
  it("is nothing without any", () => {
    expect(observationsText(reportOf())).toBe("");
  });

  it("is told once where replicas found the same", () => {
    const text = observationsText(reportOf({ instrumentation: [found(0, "a"), found(1, "a")] }));
    expect(text).toBe("instruction-mix (replicas 0, 1, steps 0 to 5,000)\n  a\n");
  });

  it("is told for each replica where they differ", () => {
    const text = observationsText(reportOf({ instrumentation: [found(0, "a"), found(2, "b")] }));
    expect(text).toContain("instruction-mix (replica 0, steps 0 to 5,000)\n  a\n");
    expect(text).toContain("instruction-mix (replica 2, steps 0 to 5,000)\n  b\n");
  });

  it("is told twice where a replica has the same instrument twice", () => {
    const text = observationsText(reportOf({ instrumentation: [found(0, "a"), found(0, "a")] }));
    expect(text.match(/replica 0/g)).toHaveLength(2);
  });

  it("shows shares of time, and places with their share of instructions", () => {
    const place = { privilege: "S", samples: 1, compiledSamples: 0 };
    const text = observationsText(
      reportOf({
        profile: [
          {
            replica: 1,
            activityMs: { ...NO_TIME, interpreter: 250, compiled: 750 },
            samples: 24,
            places: [
              { place: "main", privilege: "M", samples: 3, compiledSamples: 3 },
              ...Array.from({ length: 21 }, (_, index) => ({ ...place, place: `0x${index}00` })),
            ],
          },
        ],
      }),
    );
    expect(text).toContain("profile of replica 1: 1.00 s at work\n");
    expect(text).toMatch(/ 25\.0 % +250 ms +interpreter\n/);
    expect(text).toMatch(/ 75\.0 % +750 ms +compiled code\n/);
    expect(text).toContain("from 24 samples");
    expect(text).toMatch(/ 12\.5 % +M main +100\.0 % compiled\n/);
    expect(text).toMatch(/ 4\.2 % +S 0x000 +0\.0 % compiled\n/);
    expect(text).toMatch(/and 2 more\n$/);
  });
});

describe("noteText", () => {
  const note = { use: "trace", replica: 1, text: "first\nsecond\n" };

  it("is the note itself with one replica", () => {
    expect(noteText({ ...note, replicas: 1 })).toBe("first\nsecond\n");
  });

  it("has the replica in front of each line with several", () => {
    expect(noteText({ ...note, replicas: 2 })).toBe("replica 1: first\nreplica 1: second\n");
  });
});
