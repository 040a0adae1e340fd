// Two machines side by side: what settling and going back must not change.
import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../../core/index.ts";
import { findFirstDifference } from "../../../core/recording/first-difference.ts";
import { IncidentFile } from "../../../core/recording/incident-file.ts";
import { RebuiltMachine } from "../../../core/recording/rebuilt-machine.ts";
import { registryFor } from "../../../core/recording/recorded-machine.ts";
import { TwinReplay, type LookedAt } from "../../../core/recording/twin-replay.ts";
import { incidentsOf } from "./recorded-incident.ts";

async function twinsOf(
  fault: FaultConfig,
  isPatient: boolean,
): Promise<{ readonly twins: TwinReplay; readonly incident: IncidentFile }> {
  const { files } = await incidentsOf([fault]);
  const [file = ""] = files;
  const incident = new IncidentFile(file);
  const { manifest, symbols, point, pages, content, records } = incident;
  const registry = await registryFor(manifest, file, undefined);
  const rebuilt = new RebuiltMachine(manifest, registry, symbols, 2);
  rebuilt.load([point], pages);
  incident.close();
  const { faults } = content;
  return {
    twins: new TwinReplay({ rebuilt, state: point.state, records, faults, isPatient }),
    incident,
  };
}

async function found(fault: FaultConfig, isPatient: boolean): Promise<LookedAt> {
  const { twins, incident } = await twinsOf(fault, isPatient);
  const end = incident.content.divergence.epoch;
  const records = incident.records.filter(({ epoch }) => epoch <= end);
  expect(findFirstDifference(twins, records)).toBe(true);
  return twins.look();
}

const FAULTS: readonly FaultConfig[] = [
  { use: "register-bit-flip", replica: 1, at: 8000, register: "r2", bit: 5 },
  { use: "register-bit-flip", replica: 1, at: 9731, register: "r8", bit: 31 },
  { use: "memory-bit-flip", replica: 1, at: 8000, address: 0x4000 + 4000, bit: 3 },
  { use: "result-bit-flip", replica: 1, at: 8002, bit: 2 },
];

describe("twins", () => {
  it("find the same with and without settling on the way", async () => {
    for (const fault of FAULTS) {
      const [quick, patient] = [await found(fault, false), await found(fault, true)];
      expect(patient).toEqual(quick);
      expect(quick.step).toBeGreaterThanOrEqual(fault.at);
      expect(quick.fault).toBeDefined();
    }
  });

  it("are alike up to the fault, differ behind it, and are alike again when put back", async () => {
    const { twins } = await twinsOf(FAULTS[0] as FaultConfig, false);
    twins.advance({ index: 1, offset: 0 });
    expect(twins.isDifferent()).toBe(false);
    expect(twins.settle()).toBe(true);
    const { steps } = twins;
    twins.advance({ index: 1, offset: 100 });
    expect(twins.isDifferent()).toBe(true);
    twins.rewind();
    expect({ place: twins.place, steps: twins.steps }).toEqual({
      place: { index: 1, offset: 0 },
      steps,
    });
    expect(twins.isDifferent()).toBe(false);
    twins.advance({ index: 1, offset: 100 });
    expect(twins.isDifferent()).toBe(true);
  });
});
