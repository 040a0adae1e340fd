// Every structure can be hit in a real run, and what is reported is what was done.
import { describe, expect, it } from "vitest";
import {
  COORDINATOR_MOMENTS,
  COORDINATOR_STRUCTURES,
  type CoordinatorStructure,
  type FaultConfig,
  type FaultInjected,
} from "../../../core/index.ts";
import { LETTERS, pairOf, runToy, type ToyRun } from "./toy-run.ts";

const flip = (structure: CoordinatorStructure, options: object = {}): FaultConfig => ({
  use: "coordinator-bit-flip",
  at: 5000,
  structure,
  entry: 0,
  bit: 0,
  ...options,
});
const register: FaultConfig = {
  use: "register-bit-flip",
  replica: 1,
  at: 5000,
  register: "r2",
  bit: 0,
};

/** Where there is such a thing only in some runs. */
const SETUPS: Partial<Record<CoordinatorStructure, Partial<ToyRun>>> = {
  mailboxes: { placement: "worker-threads" },
  "ballot-boxes": { placement: "worker-threads" },
  "device-models": { boundary: { use: "devices-below" }, input: [{ after: 1, text: "xyz" }] },
  "device-effects": { boundary: { use: "devices-below" } },
  inputs: {
    input: [{ after: 1, text: "xyz" }],
    faults: [flip("inputs", { at: 0 })],
  },
};

/** However the run ends: some of these are too much for it, so that it is told to stop. */
async function injectedIn(run: Partial<ToyRun>): Promise<FaultInjected[]> {
  const injected: FaultInjected[] = [];
  const stop = new AbortController();
  await runToy({
    source: LETTERS,
    replication: pairOf({ watchdogMs: 100 }),
    ...run,
    signal: stop.signal,
    onVmm: (vmm) =>
      vmm.hooks.faultInjected.tap("test", (fault) => {
        injected.push(fault);
        if (fault.replica === undefined) stop.abort();
      }),
  }).catch(() => {});
  return injected;
}

describe("the coordinator's state", { timeout: 120_000 }, () => {
  it.each(COORDINATOR_STRUCTURES)("can be hit in its %s", async (structure) => {
    const isVote = structure === "vote";
    const injected = await injectedIn({
      faults: [flip(structure), ...(isVote ? [register] : [])],
      ...SETUPS[structure],
    });
    const [fault] = injected.filter(({ record }) => record?.use === "coordinator-bit-flip");
    expect(fault?.what).toMatch(new RegExp(`^${structure} \\(\\w+\\): .+ bit 0: .+ -> .+$`));
  });

  it.each(COORDINATOR_MOMENTS)("is struck when it is %s", async (when) => {
    const error = { use: "coordinator-error", at: 4000, when };
    const injected = await injectedIn({ faults: [error, register] });
    expect(injected.map(({ what }) => what)).toContain(
      `injected error of the coordinator (${when})`,
    );
  });
});
