import { describe, expect, it } from "vitest";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import { createHooks } from "../../../core/coordinator/hooks.ts";
import { OutputDelay } from "../../../core/coordinator/output-delay.ts";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { Vmm } from "../../../core/index.ts";
import { bareMetalMachine } from "../replica/bare-metal-machine.ts";

describe("OutputDelay", () => {
  it("counts from the first replica that emitted an output of the epoch, and leaves out replays", () => {
    let now = 100;
    const delay = new OutputDelay(() => now);
    const hooks = createHooks();
    delay.follow({ hooks } as Vmm);
    hooks.outputCommitted.call(0, []);
    now = 200;
    hooks.outputCommitted.call(3, []);
    const ofReplica = [
      { epoch: 0, atMs: 90 },
      { epoch: 3, atMs: 150 },
    ];
    const ofWitness = [
      { epoch: 0, atMs: 500 },
      { epoch: 3, atMs: 140 },
    ];
    expect(delay.delays([ofReplica, ofWitness])).toEqual([10, 60]);
    expect(delay.delays([[{ epoch: 0, atMs: 500 }]])).toEqual([]);
  });
});

describe("the delay of a run's outputs", { timeout: 60_000 }, () => {
  const measured = async (changes: object) => {
    const { boot, clock } = bareMetalMachine("small");
    const { config } = await loadConfigObject({
      machine: { boot, clock, ram: "16 MiB" },
      console: { use: "null" },
      replication: { use: "pair", epochSteps: 100_000 },
      log: { level: "silent" },
      ...changes,
    });
    let epochs = 0;
    const report = await runMachine(config, {
      isOutputDelayWanted: true,
      onVmm: ({ hooks }) => hooks.outputCommitted.tap("test", () => void epochs++),
    });
    return { report, epochs };
  };

  it.each([
    {
      replication: { use: "solo", epochSteps: 100_000 },
      checkpoint: "never",
      recovery: "fail-stop",
    },
    { placement: "inline" },
    { placement: "processes" },
    { boundary: "devices-below" },
  ])("is known for every epoch with outputs: %j", async (changes) => {
    const { report, epochs } = await measured(changes);
    const delays = report.outputDelaysMs ?? [];
    expect(epochs).toBeGreaterThan(0);
    expect(delays.length).toBe(epochs);
    for (const delay of delays) {
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThan(report.wallMs);
    }
  });

  it("is absent unless it is asked for", async () => {
    const { boot, clock } = bareMetalMachine("small");
    const { config } = await loadConfigObject({
      machine: { boot, clock, ram: "16 MiB" },
      console: "null",
      placement: "inline",
      limits: { steps: 1000 },
    });
    expect((await runMachine(config)).outputDelaysMs).toBeUndefined();
  });
});
