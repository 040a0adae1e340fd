// Repair in place of real guests: pages of code and data, registers, devices, whatever was compiled before.
import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../core/index.ts";
import { runGuest } from "./guest-run.ts";
import type { GuestResult } from "./guest-run.ts";
import { SUBJECTS } from "./single-fault/subjects.ts";

const RAM_BASE = 0x8000_0000;
const wanted = ["small", "timer with 2 harts", "paging", "block on an overlay"];

describe.each(SUBJECTS.filter(({ name }) => wanted.includes(name)))(
  "$name",
  { timeout: 120_000 },
  (subject) => {
    const run = (replication: string, faults: readonly FaultConfig[]): Promise<GuestResult> =>
      runGuest({
        ...subject.run,
        compiler: { compileAfterJumps: 1 },
        slots: {
          replication: { use: replication, epochSteps: subject.epochSteps[0], runAheadEpochs: 2 },
          checkpoint: { use: "periodic", everyEpochs: 3 },
          placement: { use: "inline" },
          recovery: { use: "repair" },
        },
        faults,
      });

    it("ends as if nothing had happened", async () => {
      const golden = await run("pair", []);
      const third = Math.floor(golden.report.steps / 3);
      const faults: FaultConfig[] = [
        { use: "register-bit-flip", replica: 1, at: third, register: "x10", bit: 7 },
        { use: "register-bit-flip", replica: 0, at: third, register: "pc", bit: 3 },
        { use: "memory-bit-flip", replica: 1, at: third, address: RAM_BASE + 0x40, bit: 5 },
        { use: "memory-bit-flip", replica: 0, at: third, address: RAM_BASE + 0xf0_0000, bit: 1 },
      ];
      const outcomes: string[] = [];
      for (const [index, fault] of faults.entries()) {
        const { report, output } = await run(index % 2 === 0 ? "pair" : "triple", [fault]);
        expect(output).toBe(golden.output);
        expect(report.finalState).toBe(golden.report.finalState);
        outcomes.push(
          ...report.divergences.map(({ outcome }) =>
            outcome.kind === "recovered" ? outcome.by : outcome.why,
          ),
        );
      }
      expect(outcomes.length).toBeGreaterThan(1);
      expect(new Set(outcomes)).toEqual(new Set(["repair"]));
    });

    it("does not lose a defect by it, and is repaired as often as that shows", async () => {
      const golden = await run("triple", []);
      const at = Math.floor(golden.report.steps / 3);
      const { report, output } = await run("triple", [
        { use: "stuck-at", replica: 1, at, register: "mscratch", bit: 40, value: 1 },
      ]);
      expect(output).toBe(golden.output);
      expect(report.faults).toHaveLength(1);
      expect(report.divergences.length).toBeGreaterThan(1);
      for (const { outcome } of report.divergences) {
        expect(outcome).toMatchObject({ kind: "recovered", by: "repair", blamed: [1] });
      }
    });
  },
);
