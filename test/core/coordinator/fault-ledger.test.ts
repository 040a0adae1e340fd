import { describe, expect, it } from "vitest";
import type { FaultConfig, FaultModel, Registry } from "../../../core/index.ts";
import { FaultLedger } from "../../../core/coordinator/fault-ledger.ts";
import { createRegistry } from "../../../core/plugin-host/create-registry.ts";

const model = (name: string, isPermanent: boolean): FaultModel => ({
  kind: "fault",
  name,
  summary: name,
  schema: { type: "object", additionalProperties: false, properties: {} },
  isPermanent: () => isPermanent,
  inject: () => undefined,
});

function ledger(...faults: FaultConfig[]): FaultLedger {
  const registry: Registry = createRegistry();
  registry.register(model("passes", false));
  registry.register(model("stays", true));
  return new FaultLedger(faults, registry);
}

const report = (id: number, step: number) => ({ kind: "fault", id, step, what: "x" }) as const;
const idsOf = (faults: FaultLedger): number[] => faults.pending.map(({ id }) => id);

describe("FaultLedger", () => {
  it("hands a fault of a core to whoever comes there until it has happened", () => {
    const faults = ledger({ use: "passes", core: 0, at: 10 }, { use: "passes", core: 1, at: 20 });
    expect(idsOf(faults)).toEqual([0, 1]);
    faults.report(0, 0, report(0, 10));
    faults.discarded(0, 500);
    expect(idsOf(faults)).toEqual([1]);
  });

  it("counts nothing that a discarded replica met beyond what was compared", () => {
    const faults = ledger({ use: "passes", core: 0, at: 10 }, { use: "passes", core: 0, at: 600 });
    faults.report(0, 0, report(0, 10));
    faults.report(0, 0, report(1, 600));
    faults.discarded(0, 500);
    expect(idsOf(faults)).toEqual([1]);
    faults.report(3, 0, report(1, 600));
    faults.discarded(3, Infinity);
    expect(idsOf(faults)).toEqual([]);
  });

  it("leaves what lasts on its core, from the beginning on", () => {
    const faults = ledger({ use: "stays", core: 0, at: 10 });
    expect(faults.pending[0]?.isPresent).toBeUndefined();
    faults.report(0, 0, report(0, 10));
    faults.discarded(0, 500);
    expect(faults.pending).toMatchObject([{ id: 0, isPresent: true }]);
  });

  it("keeps faults of replicas, whose numbers never come again", () => {
    const faults = ledger({ use: "passes", replica: [0, 1], at: 10 });
    faults.report(0, 0, report(0, 10));
    faults.discarded(0, 500);
    expect(idsOf(faults)).toEqual([0, 1]);
  });

  it("counts writes astray that were stopped", () => {
    const faults = ledger({ use: "passes", replica: [0, 1], at: 10 });
    expect(faults.wildWrites).toEqual({});
    faults.report(0, 0, { ...report(0, 10), isStopped: true });
    faults.report(1, 1, report(1, 10));
    expect(faults.wildWrites).toEqual({ wildWritesStopped: 1 });
  });

  it("tells what happened, by step, and what never did", () => {
    const faults = ledger(
      { use: "passes", core: 1, at: 10, repeat: { times: 2, everySteps: 5 } },
      { use: "passes", replica: [0, 2], at: 3 },
    );
    faults.report(1, 1, report(0, 10));
    expect(faults.report(0, 0, report(2, 3))).toEqual({
      fault: 1,
      replica: 0,
      core: 0,
      step: 3,
      what: "x",
      record: { use: "passes", replica: 0, at: 3 },
    });
    expect(faults.injected.map(({ fault, step, core }) => [fault, step, core])).toEqual([
      [1, 3, 0],
      [0, 10, 1],
    ]);
    expect(faults.notReached).toEqual([
      { fault: 0, use: "passes", at: 15, core: 1 },
      { fault: 1, use: "passes", at: 3, replica: 2 },
    ]);
  });
});
