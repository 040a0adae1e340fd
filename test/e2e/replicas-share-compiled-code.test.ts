// One compilation serves all replicas, and nobody can tell: not by what a guest prints or leaves behind, and not by what
// becomes of a fault in the code of one replica.
import { beforeAll, describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../core/index.ts";
import { runGuest } from "./guest-run.ts";
import type { GuestResult } from "./guest-run.ts";

const RAM_BASE = 0x8000_0000;
/** Bytes between the flipped ones: they fall into loops, around them and into code that never runs. */
const STRIDE = 0x2a6;
const FLIPS = 12;
/** After so much of the run all that gets hot is compiled. */
const PARTS = [0.3, 0.7] as const;

const GUESTS = [
  { name: "integer", commandLine: "iterations=20" },
  { name: "switches", commandLine: "iterations=4" },
  { name: "calls", commandLine: "iterations=4" },
] as const;

describe.each(GUESTS)("$name", { timeout: 120_000 }, ({ name, commandLine }) => {
  let alone: GuestResult;

  function run(
    shareCompiledCode: boolean,
    placement: string,
    faults: readonly FaultConfig[] = [],
  ): Promise<GuestResult> {
    const slots: Record<string, SlotConfig> = {
      replication: { use: "pair", epochSteps: 100_000, runAheadEpochs: 2, shareCompiledCode },
      checkpoint: { use: "periodic", everyEpochs: 8 },
      placement: { use: placement },
    };
    return runGuest({ guest: name, commandLine, slots, faults });
  }

  beforeAll(async () => {
    alone = await run(false, "inline");
  });

  it.each(["worker-threads", "inline"])(
    "ends in the same state with it (%s)",
    async (placement) => {
      const { report, output } = await run(true, placement);
      expect(output).toBe(alone.output);
      expect(report.steps).toBe(alone.report.steps);
      expect(report.finalState).toBe(alone.report.finalState);
      expect(report.stop).toEqual({ reason: "power-off", exitCode: 0 });
      expect(report.divergences).toEqual([]);
    },
  );

  it("keeps one replica's wrong code to itself", async () => {
    let recovered = 0;
    for (let flip = 0; flip < FLIPS; flip++) {
      const part = PARTS[flip % PARTS.length] ?? 0;
      const fault = {
        use: "memory-bit-flip",
        replica: flip % 2,
        at: Math.floor(alone.report.steps * part),
        address: RAM_BASE + flip * STRIDE,
        bit: flip % 8,
      };
      const { report, output } = await run(true, "inline", [fault]);
      expect({ fault, output }).toEqual({ fault, output: alone.output });
      for (const { outcome } of report.divergences) expect(outcome.kind).toBe("recovered");
      recovered += report.divergences.length;
    }
    expect(recovered).toBeGreaterThan(0);
  });
});
