import { describe, expect, it } from "vitest";
import type { FaultConfig, FaultModel } from "../../../core/index.ts";
import { EPOCH_DEVICE_WORK_BYTES, OUTPUT_WORK_BYTES } from "../../../core/machine/device-work.ts";
import { armFaults } from "../../../core/replica/armed-fault.ts";
import type { ReplicaReport } from "../../../core/replica/replica-setup.ts";
import { Replica } from "../../../core/replica/replica.ts";
import { COUNTER, epoch, toySetups } from "./toy-setup.ts";

interface Started {
  readonly replica: Replica;
  readonly reports: ReplicaReport[];
}

interface StartOptions {
  readonly source?: string;
  readonly faults?: readonly FaultConfig[];
  readonly state?: Uint8Array;
}

class Gone extends Error {}

async function start({ source = COUNTER, ...options }: StartOptions = {}): Promise<Started> {
  const { registry, setup } = await toySetups(source);
  registry.register(observe);
  const reports: ReplicaReport[] = [];
  const gone = (): never => {
    throw new Gone();
  };
  const replica = new Replica(setup(options), registry, {
    post: (report) => reports.push(report),
    now: () => 0,
    crash: gone,
    hang: gone,
  });
  return { replica, reports };
}

/** A fault that only looks: reports r1 and the clock. */
const observe: FaultModel = {
  kind: "fault",
  name: "observe",
  summary: "Changes nothing",
  schema: { type: "object", additionalProperties: false, properties: {} },
  inject: (_options, { processor }) =>
    `r1 ${processor.readRegister("r1")} pc ${processor.readRegister("pc")}`,
};

const look = (at: number, replica = 0): FaultConfig => ({ use: "observe", replica, at });
const flip = (at: number, bit = 16): FaultConfig => ({
  use: "register-bit-flip",
  replica: 0,
  at,
  register: "r1",
  bit,
});

describe("Replica", () => {
  it("votes after exactly the steps of an epoch, counted since power-on", async () => {
    const { replica } = await start();
    expect(replica.runEpoch(epoch(0, 100)).steps).toBe(100);
    const ballot = replica.runEpoch(epoch(1, 51));
    expect(ballot).toMatchObject({ epoch: 1, steps: 151, isIdle: false, stop: undefined });
    expect(replica.machine.processor.readRegister("r1")).toBe(76n);
  });

  it("ends an epoch early in which devices do too much, and goes on in the next", async () => {
    const source = "li r1 65\n li r2 0xf000\n shl16 r2 0\n again:\n store r1 r2 0\n bnz r1 again";
    const { replica } = await start({ source });
    const first = replica.runEpoch(epoch(0, 5_000_000));
    const [output] = first.outputs;
    expect(output?.bytes.length).toBe(Math.ceil(EPOCH_DEVICE_WORK_BYTES / (1 + OUTPUT_WORK_BYTES)));
    expect(first.steps).toBe(2 + 2 * (output?.bytes.length ?? 0));
    expect(first.isIdle).toBe(false);
    const second = replica.runEpoch(epoch(1, 100));
    expect(second.steps).toBe(first.steps + 100);
    expect(second.outputs[0]?.bytes.length).toBe(50);
  });

  it("tells how many pages it wrote since the checkpoint", async () => {
    const source = "li r5 0x4000\n again:\n store r1 r5 0\n addi r5 2048\n bnz r5 again";
    const { replica } = await start({ source });
    // Two stores a page, three steps each.
    expect(replica.runEpoch(epoch(0, 2)).dirtyPages).toBe(1);
    expect(replica.runEpoch(epoch(1, 3)).dirtyPages).toBe(1);
    expect(replica.runEpoch(epoch(2, 12)).dirtyPages).toBe(3);
  });

  it("answers orders with ballots and states, and a remapping with silence", async () => {
    const { replica, reports } = await start();
    replica.obey({ kind: "epoch", record: epoch(0, 10) });
    replica.obey({ kind: "remapped" });
    replica.obey({ kind: "save" });
    expect(reports.map((report) => report.kind)).toEqual(["ballot", "state"]);
  });

  it("goes on from a saved state as if it had never stopped", async () => {
    const first = await start();
    first.replica.runEpoch(epoch(0, 77));
    const second = await start({ state: first.replica.machine.save() });
    expect(second.replica.machine.steps).toBe(77);
    expect(second.replica.runEpoch(epoch(1, 50))).toEqual(first.replica.runEpoch(epoch(1, 50)));
  });

  it("goes on from another's state that it is put into, whatever it did before", async () => {
    const [right, wrong] = [await start(), await start({ source: COUNTER })];
    right.replica.runEpoch(epoch(0, 77));
    wrong.replica.machine.processor.writeRegister("r1", 999n);
    wrong.replica.runEpoch(epoch(0, 30));
    wrong.replica.obey({ kind: "restore", state: right.replica.machine.save() });
    expect(wrong.reports.filter(({ kind }) => kind !== "fault")).toEqual([]);
    expect(wrong.replica.machine.save()).toEqual(right.replica.machine.save());
    expect(wrong.replica.runEpoch(epoch(1, 50))).toEqual(right.replica.runEpoch(epoch(1, 50)));
  });

  it("has no fault any more whose step it is put beyond", async () => {
    const right = await start();
    right.replica.runEpoch(epoch(0, 77));
    const faults = [50, 90].map((at) => ({ use: "observe", replica: 0, at }));
    const { replica, reports } = await start({ faults });
    replica.runEpoch(epoch(0, 10));
    replica.obey({ kind: "restore", state: right.replica.machine.save() });
    replica.runEpoch(epoch(1, 50));
    expect(reports.filter(({ kind }) => kind === "fault")).toMatchObject([{ step: 90 }]);
  });

  it("ends an epoch early when the guest waits", async () => {
    const { replica } = await start({ source: "li r1 5\nwait" });
    expect(replica.runEpoch(epoch(0, 100))).toMatchObject({ steps: 2, isIdle: true });
    expect(replica.runEpoch(epoch(1, 100))).toMatchObject({ steps: 2, isIdle: true });
  });

  it("delivers inputs and jumps of time before the first step", async () => {
    const { replica } = await start({
      source: "li r1 0xf000\nshl16 r1 0\nload r2 r1 0\ntime r3\nbnz r1 0",
    });
    const inputs = [{ channel: "console", bytes: Buffer.from("x") }];
    replica.runEpoch({ ...epoch(0, 100), jumpTicks: 1000, inputs });
    expect(replica.machine.processor.readRegister("r2")).toBe(0x78n);
    expect(replica.machine.processor.readRegister("r3")).toBe(1000n);
  });
});

describe("faults of a replica", () => {
  it.each([0, 1, 2, 49, 50, 99, 100, 101])(
    "happen exactly before step %i, however epochs are cut",
    async (at) => {
      const seen = `r1 ${Math.ceil(at / 2)} pc ${(at % 2) * 4}`;
      for (const cut of [1, 7, 50, 100, 1000]) {
        const { replica, reports } = await start({ faults: [look(at)] });
        for (let number = 0; replica.machine.steps <= at; number++) {
          replica.runEpoch(epoch(number, cut));
        }
        expect(reports).toEqual([{ kind: "fault", step: at, what: seen, id: 0 }]);
      }
    },
  );

  it("wait for the epoch they belong to", async () => {
    const { replica, reports } = await start({ faults: [look(100)] });
    replica.runEpoch(epoch(0, 100));
    expect(reports).toEqual([]);
    replica.runEpoch(epoch(1, 1));
    expect(reports).toHaveLength(1);
  });

  it("never happen beyond the end of the run", async () => {
    const source = "li r1 0xf000\nshl16 r1 0\nli r2 0\nstore r2 r1 4";
    const { replica, reports } = await start({ source, faults: [look(5), look(1000)] });
    for (let number = 0; number < 3; number++) replica.runEpoch(epoch(number, 1000));
    expect(replica.machine.stop).toEqual({ reason: "power-off", exitCode: 0 });
    expect(reports).toEqual([]);
  });

  it("do not happen while the guest waits for an earlier step to come", async () => {
    const source = "wait\naddi r1 1\naddi r1 1\naddi r1 1\nwait";
    const { replica, reports } = await start({ source, faults: [look(3)] });
    expect(replica.runEpoch(epoch(0, 100)).steps).toBe(1);
    expect(reports).toEqual([]);
    const inputs = [{ channel: "console", bytes: Buffer.from("x") }];
    replica.runEpoch({ ...epoch(1, 100), inputs });
    expect(reports).toEqual([{ kind: "fault", step: 3, what: "r1 1 pc 8", id: 0 }]);
  });

  it("happen in the order of their steps, those of one step in the order of the config", async () => {
    const faults = [look(30), flip(10, 20), look(10), flip(10, 21), look(9)];
    const { replica, reports } = await start({ faults });
    replica.runEpoch(epoch(0, 100));
    expect(reports.map((report) => report.kind === "fault" && [report.id, report.step])).toEqual([
      [4, 9],
      [1, 10],
      [2, 10],
      [3, 10],
      [0, 30],
    ]);
    expect(replica.machine.processor.readRegister("r1")).toBe(50n + (3n << 20n));
  });

  it("of another replica are none of its business", async () => {
    const { replica, reports } = await start({ faults: [look(10, 1), look(20, 2)] });
    replica.runEpoch(epoch(0, 100));
    expect(reports).toEqual([]);
  });

  it("before the state it starts from are over", async () => {
    const first = await start();
    first.replica.runEpoch(epoch(0, 50));
    const state = first.replica.machine.save();
    const { replica, reports } = await start({ state, faults: [look(49), look(50), look(60)] });
    replica.runEpoch(epoch(1, 50));
    expect(reports.map((report) => report.kind === "fault" && report.step)).toEqual([50, 60]);
  });

  it("are reported before the replica dies or hangs of them", async () => {
    for (const [use, what] of [
      ["worker-crash", "the worker crashed"],
      ["worker-hang", "the worker hangs"],
    ] as const) {
      const { replica, reports } = await start({ faults: [{ use, replica: 0, at: 42 }] });
      expect(() => replica.runEpoch(epoch(0, 100))).toThrow(Gone);
      expect(reports).toEqual([{ kind: "fault", step: 42, what, id: 0 }]);
      expect(replica.machine.steps).toBe(42);
    }
  });

  it("that name what the machine lacks are refused at the start, whomever they address", async () => {
    const fault = { use: "register-bit-flip", replica: 7, at: 1, register: "x1", bit: 0 };
    await expect(start({ faults: [fault] })).rejects.toMatchObject({
      code: "XV_ERR_FAULT_UNKNOWN_REGISTER",
    });
  });

  it("are named by their place in the config where they are refused", async () => {
    const right = { use: "worker-crash", replica: 0, at: 1 };
    const wide = { use: "result-bit-flip", replica: 7, at: 1, bit: 62, width: 8 };
    await expect(start({ faults: [right, wide] })).rejects.toMatchObject({
      code: "XV_ERR_FAULT_BITS",
      place: "faults[1].bit",
    });
    const nameless = { use: "register-bit-flip", replica: 7, at: 1, register: "x1", bit: 0 };
    await expect(start({ faults: [right, nameless] })).rejects.toMatchObject({
      place: "faults[1]",
    });
  });

  it("that an arrival brought have no place of their own in the config", async () => {
    const { registry, setup } = await toySetups(COUNTER);
    const wide = { use: "result-bit-flip", replica: 0, at: 1, bit: 62, width: 8 };
    const never = (): never => {
      throw new Gone();
    };
    const host = { post: () => {}, now: () => 0, crash: never, hang: never };
    expect(
      () => new Replica({ ...setup({}), faults: armFaults([wide], 0) }, registry, host),
    ).toThrow(expect.objectContaining({ code: "XV_ERR_FAULT_BITS", place: "faultArrivals" }));
  });
});

describe("a fault in a result", () => {
  const result = (at: number): FaultConfig => ({ use: "result-bit-flip", replica: 0, at, bit: 16 });

  it("takes the steps it executes out of the epoch, not on top of it", async () => {
    const { replica, reports } = await start({ faults: [result(20)] });
    expect(replica.runEpoch(epoch(0, 100)).steps).toBe(100);
    expect(reports).toMatchObject([{ step: 20, what: "result in r1 bit 16: 0xb -> 0x1000b" }]);
  });

  it("at the last step of an epoch does not run over its end", async () => {
    // Before step 99 the branch is next: it has no result, and the epoch ends after it.
    const { replica, reports } = await start({ faults: [result(99)] });
    expect(replica.runEpoch(epoch(0, 100)).steps).toBe(100);
    expect(replica.runEpoch(epoch(1, 100)).steps).toBe(200);
    expect(reports).toEqual([
      { kind: "fault", step: 100, what: "result in r1 bit 16: 0x33 -> 0x10033", id: 0 },
    ]);
  });

  it("gives up in the epoch where it finds no result in its bounded search", async () => {
    const source = "li r1 1\nli r2 0x1000\nagain:\nstore r1 r2 0\nbnz r1 again";
    const { replica, reports } = await start({ source, faults: [result(4)] });
    for (let number = 0; number < 3; number++) replica.runEpoch(epoch(number, 100));
    expect(reports).toMatchObject([{ what: "no such site within 64 steps" }]);
  });
});
