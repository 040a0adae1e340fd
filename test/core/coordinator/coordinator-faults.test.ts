import { describe, expect, it } from "vitest";
import { CoordinatorFaults } from "../../../core/coordinator/coordinator-faults.ts";
import { FaultLedger } from "../../../core/coordinator/fault-ledger.ts";
import type { FaultConfig, FaultInjected, FaultModel } from "../../../core/index.ts";
import { createRegistry } from "../../../core/plugin-host/create-registry.ts";
import { checkpointBitFlip } from "../../../plugins/faults/checkpoint-bit-flip.ts";
import { workerCrash } from "../../../plugins/faults/worker-crash.ts";
import { createTestMemory } from "../memory/shared-memory.ts";

const RAM_BASE = 0x8000;
const RAM_BYTES = 16 * 4096;

/** Finds no site before step 500. */
const picky: FaultModel = {
  ...checkpointBitFlip,
  name: "picky",
  ofCoordinator: { strikeCheckpoint: ({ from }) => ((from as number) > 0 ? undefined : "struck") },
};
const idle: FaultModel = { ...checkpointBitFlip, name: "idle", ofCoordinator: {} };

function faultsOf(...configs: FaultConfig[]) {
  const registry = createRegistry();
  for (const model of [checkpointBitFlip, workerCrash, picky, idle]) registry.register(model);
  const memory = createTestMemory();
  const news: FaultInjected[] = [];
  const ledger = new FaultLedger(configs, registry);
  const faults = new CoordinatorFaults({
    ledger,
    registry,
    frames: memory.frames,
    ramBase: RAM_BASE,
    ramBytes: RAM_BYTES,
    onFault: (fault) => void news.push(fault),
  });
  return { ...memory, ledger, faults, news };
}

const flip = (at: number, address: number): FaultConfig => ({
  use: "checkpoint-bit-flip",
  at,
  address,
  bit: 1,
});

describe("faults of the coordinator", () => {
  it("strike the first checkpoint at or after their step, once", () => {
    const config = flip(100, RAM_BASE + 4097);
    const { faults, news, frames, ledger } = faultsOf(config);
    faults.checkpointTaken(99);
    expect(frames.readCheckpoint(1, 1)).toBe(0);
    expect(ledger.notReached).toEqual([{ fault: 0, use: "checkpoint-bit-flip", at: 100 }]);
    for (const step of [250, 500]) faults.checkpointTaken(step);
    expect(frames.readCheckpoint(1, 1)).toBe(2);
    expect(news).toEqual([
      { fault: 0, step: 250, what: "checkpoint 0x9001 bit 1: 0x0 -> 0x2", record: config },
    ]);
    expect(ledger.injected).toEqual(news);
    expect(ledger.notReached).toEqual([]);
  });

  it("leave those of replicas to the replicas", () => {
    const { faults, news, ledger } = faultsOf({ use: "worker-crash", at: 0, replica: 0 });
    faults.checkpointTaken(100);
    expect(news).toEqual([]);
    expect(ledger.notReached).toHaveLength(1);
  });

  it("wait for an occasion that suits them", () => {
    const { faults, news, ledger } = faultsOf(
      { use: "picky", at: 0, from: 1 },
      { use: "picky", at: 0, from: 0 },
      { use: "idle", at: 0 },
    );
    faults.checkpointTaken(100);
    expect(news).toMatchObject([{ fault: 1, what: "struck" }]);
    expect(ledger.notReached.map(({ fault }) => fault)).toEqual([0, 2]);
  });

  it("have a record of a single event that names no replica", () => {
    const repeat = { times: 2, everySteps: 50 };
    const { faults, news } = faultsOf({ ...flip(100, RAM_BASE), repeat });
    faults.checkpointTaken(120);
    faults.checkpointTaken(150);
    expect(news.map(({ record }) => record)).toEqual([flip(100, RAM_BASE), flip(150, RAM_BASE)]);
  });

  it.each([RAM_BASE - 1, RAM_BASE + RAM_BYTES])("do not leave guest memory (%i)", (address) => {
    const { faults } = faultsOf(flip(0, address));
    expect(() => faults.checkpointTaken(1)).toThrow(RangeError);
  });
});
