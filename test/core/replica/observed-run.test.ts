import { describe, expect, it } from "vitest";
import type { ExecutedStep, InstrumentationProvider, SlotConfig } from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import type { ReplicaReport } from "../../../core/replica/replica-setup.ts";
import { Replica } from "../../../core/replica/replica.ts";
import { bareMetalMachine } from "./bare-metal-machine.ts";
import { buildSetups } from "./build-setup.ts";
import { epoch } from "./toy-setup.ts";

const SEEN: [step: number, executed: ExecutedStep][] = [];

/** Looks at a window of steps. */
const watcher: InstrumentationProvider = {
  kind: "instrumentation",
  name: "watcher",
  summary: "Looks at a window",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: ({ from, to }) => ({
    window: { from: from as number, to: to as number },
    stepped: (step, executed) => void SEEN.push([step, executed]),
  }),
};

async function start(
  instrumentation: readonly SlotConfig[],
  faults: readonly (SlotConfig & { replica: number; at: number })[] = [],
): Promise<{ replica: Replica; reports: ReplicaReport[] }> {
  SEEN.length = 0;
  const registry = await loadRegistry({ plugins: [] });
  registry.register(watcher);
  const { setup } = await buildSetups({
    machine: bareMetalMachine("small"),
    console: { use: "null" },
    registry,
    instrumentation,
  });
  const reports: ReplicaReport[] = [];
  const gone = (): never => {
    throw new Error("gone");
  };
  const replica = new Replica(setup({ faults }), registry, {
    post: (report) => reports.push(report),
    now: () => 0,
    crash: gone,
    hang: gone,
  });
  return { replica, reports };
}

const steps = (): number[] => SEEN.map(([step]) => step);

describe("a watched run", () => {
  it("hands each step of a window to its instrument, and stands where it would without", async () => {
    const { replica } = await start([{ use: "watcher", from: 90, to: 110 }]);
    const plain = await start([]);
    for (const { replica: each } of [{ replica }, plain]) {
      each.runEpoch(epoch(0, 100));
      each.runEpoch(epoch(1, 100));
    }
    expect(replica.machine.save()).toEqual(plain.replica.machine.save());
    const { replica: watched } = await start([{ use: "watcher", from: 90, to: 110 }]);
    watched.runEpoch(epoch(0, 100));
    watched.runEpoch(epoch(1, 100));
    expect(steps()).toEqual(Array.from({ length: 20 }, (_, index) => 90 + index));
  });

  it("serves windows that overlap, each with its own steps", async () => {
    const { replica } = await start([
      { use: "watcher", from: 10, to: 14 },
      { use: "watcher", from: 12, to: 16 },
      { use: "watcher", from: 30, to: 31 },
    ]);
    replica.runEpoch(epoch(0, 100));
    expect(steps()).toEqual([10, 11, 12, 12, 13, 13, 14, 15, 30]);
  });

  it("shows the step that a fault executes", async () => {
    const fault = { use: "result-bit-flip", replica: 0, at: 12, bit: 0 };
    const { replica, reports } = await start([{ use: "watcher", from: 10, to: 15 }], [fault]);
    replica.runEpoch(epoch(0, 100));
    expect(reports.some((report) => report.kind === "fault")).toBe(true);
    expect(steps()).toEqual([10, 11, 12, 13, 14]);
  });
});
