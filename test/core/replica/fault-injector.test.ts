// Faults that stay for a while, and those that were there before a replica came.
import { describe, expect, it } from "vitest";
import type { FaultModel } from "../../../core/index.ts";
import { Replica } from "../../../core/replica/replica.ts";
import type { ReplicaReport } from "../../../core/replica/replica-setup.ts";
import { COUNTER, epoch, toySetups } from "./toy-setup.ts";

const happened: string[] = [];
const reported: number[] = [];

/** Stays for so many steps; for good without them. */
const staying: FaultModel = {
  kind: "fault",
  name: "staying",
  summary: "Stays",
  schema: { type: "object", additionalProperties: false, properties: {} },
  isPermanent: ({ steps }) => steps === undefined,
  inject(options, { processor, stay }) {
    const note = (what: string): void =>
      void happened.push(`${what} ${processor.readRegister("r1")}`);
    note("came");
    stay({ what: "", release: () => note("went") }, options["steps"] as number | undefined);
    return "staying";
  },
};

async function start(
  at: number,
  options: object,
  { from = 0, isPresent = false } = {},
): Promise<Replica> {
  happened.length = 0;
  reported.length = 0;
  const { registry, setup } = await toySetups(COUNTER);
  registry.register(staying);
  const post = (report: ReplicaReport): void => {
    if (report.kind === "fault") reported.push(report.step);
  };
  const gone = (): never => {
    throw new Error("gone");
  };
  const host = { post, now: () => 0, crash: gone, hang: gone };
  const faults = [{ use: "staying", core: 0, at, ...options }];
  const earlier = new Replica(setup(), registry, host);
  if (from > 0) earlier.runEpoch(epoch(0, from));
  const made = setup({
    faults: faults.map((fault) => ({ ...fault, core: 1 })),
    state: earlier.machine.save(),
  });
  const armed = made.faults.map((fault) => ({ ...fault, ...(isPresent && { isPresent }) }));
  return new Replica({ ...made, faults: armed as typeof made.faults }, registry, host);
}

describe("a fault that stays", () => {
  it.each([1, 7, 100])("goes away after its steps, in epochs of %i", async (cut) => {
    const replica = await start(20, { steps: 31 });
    for (let number = 0; replica.machine.steps < 100; number++)
      replica.runEpoch(epoch(number, cut));
    expect(happened).toEqual(["came 10", "went 26"]);
  });

  it("is over before the state that a replica starts from, if it passes", async () => {
    const replica = await start(20, { steps: 31 }, { from: 40 });
    replica.runEpoch(epoch(1, 100));
    expect(happened).toEqual([]);
  });

  it("is there from the start, if it does not pass", async () => {
    const replica = await start(20, {}, { from: 40 });
    replica.runEpoch(epoch(1, 100));
    expect(happened).toEqual(["came 20"]);
  });

  it("is there from the start where it had come before the guest was rolled back", async () => {
    const replica = await start(80, {}, { from: 40, isPresent: true });
    replica.runEpoch(epoch(1, 100));
    expect(happened).toEqual(["came 20"]);
  });

  it("comes back where the machine is put into another state, if it does not pass, and is told once", async () => {
    for (const [options, again] of [
      [{}, ["came 30"]],
      [{ steps: 31 }, []],
    ] as const) {
      const replica = await start(20, options);
      replica.runEpoch(epoch(0, 60));
      const before = happened.length;
      for (let times = 0; times < 2; times++) {
        replica.obey({ kind: "restore", state: replica.machine.save() });
      }
      replica.runEpoch(epoch(1, 60));
      expect(happened.slice(before)).toEqual(again);
      expect(reported).toEqual([20]);
    }
  });

  it("does not come back to a machine that it has not come to yet", async () => {
    const replica = await start(80, {});
    replica.obey({ kind: "restore", state: replica.machine.save() });
    replica.runEpoch(epoch(0, 60));
    expect(happened).toEqual([]);
    replica.runEpoch(epoch(1, 60));
    expect([happened, reported]).toEqual([["came 40"], [80]]);
  });
});
