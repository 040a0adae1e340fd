// Replicas on two machines with a network between them that fails in every way: what leaves is what leaves without
// faults, nothing leaves while the other machine cannot be heard, and afterwards the guest goes on protected.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sendReprotect } from "../../core/hosts/control-socket.ts";
import type { Vmm } from "../../core/index.ts";
import { SeededSequence } from "../../core/wire/seeded-sequence.ts";
import type { Direction } from "../../core/wire/impaired-stream.ts";
import {
  expected,
  LEASE_MS,
  runHosted,
  type HostedResult,
  type HostedRun,
  type Scene,
} from "./hosts/hosted-run.ts";

const LINES = 40;
/** Longer than both sides wait for each other. */
const LONG_MS = 1500;
/** Cores of the far host come after the two of this one. */
const FIRST_FAR_CORE = 2;
const FAULT = { use: "register-bit-flip", at: 140_000, replica: 0, register: "x2", bit: 40 };

interface Seen extends HostedResult {
  /** Bytes that left when the lease was over, and right before the network healed. */
  readonly held: readonly [number, number];
  /** Cores of all replicas, in the order they were started. */
  readonly cores: readonly number[];
}

type Moment = (vmm: Vmm, now: () => void) => void;

const atEpoch =
  (wanted: number): Moment =>
  ({ hooks }, now) =>
    hooks.epochVerified.tap("test", ({ epoch }) => {
      if (epoch === wanted) now();
    });

const inRecovery: Moment = ({ hooks }, now) => {
  hooks.divergenceDetected.tap("test", () => now());
};

type Scenario = [where: string, direction: Direction, moment: Moment, config: object];

/** More of them than in every test run: `npm run soak`. */
const DRAWN = Number(process.env["EXTRAVIRT_PARTITIONS"] ?? 1);

function drawn(seed: number): Scenario {
  const random = new SeededSequence(seed);
  const direction = (["in", "out", "both"] as const)[random.below(3)] ?? "both";
  // The guest has released everything by epoch 136 or so.
  const epoch = 50 + random.below(75);
  const step = epoch * 2000 - random.below(20_000);
  const isFaulty = random.below(2) === 1;
  const faults = isFaulty ? [{ ...FAULT, at: step, bit: random.below(64) }] : [];
  const fault = isFaulty ? `, with a fault at step ${step}` : "";
  return [`(${direction}) at epoch ${epoch}${fault}`, direction, atEpoch(epoch), { faults }];
}

const SCENARIOS: readonly Scenario[] = [
  ["in both directions when a checkpoint is due", "both", atEpoch(79), {}],
  ["in a recovery", "both", inRecovery, { faults: [FAULT] }],
  ...Array.from({ length: DRAWN }, (_, seed) => drawn(seed + 1)),
];

/** Cuts the network at a moment, and mends it later. */
async function partitioned(
  when: Moment,
  direction: Direction,
  ms: number,
  run: Partial<HostedRun> = {},
  healed: (scene: Scene) => Promise<void> = () => Promise.resolve(),
): Promise<Seen> {
  const cores: number[] = [];
  const held: [number, number] = [-1, -2];
  let start = (): void => {};
  const started = new Promise<void>((resolve) => (start = resolve));
  const result = await runHosted(
    {
      lines: LINES,
      ...run,
      onVmm: (vmm, scene) => {
        vmm.hooks.replicaStarted.tap("test", ({ core }) => void cores.push(core));
        let isDone = false;
        when(vmm, () => {
          if (isDone) return;
          isDone = true;
          scene.network.cut(direction);
          start();
        });
      },
    },
    async (scene) => {
      await started;
      await pause(LEASE_MS + 100);
      held[0] = scene.released();
      await pause(ms - LEASE_MS - 100);
      held[1] = scene.released();
      scene.network.heal();
      await healed(scene);
    },
  );
  return { ...result, held, cores };
}

function expectRight({ report, output, held }: Seen): void {
  expect(report.stop).toMatchObject({ reason: "guest-failure", exitCode: 7 });
  expect(output).toBe(expected(LINES));
  expect(held[1]).toBe(held[0]);
  expect(held[0]).toBeGreaterThan(0);
  expect(held[0]).toBeLessThan(expected(LINES).length);
}

describe("a run on two hosts", () => {
  it("waits out a short cut, and loses nobody", async () => {
    const patient = { placement: { silenceMs: 20_000 }, hostSilenceMs: 20_000 };
    const seen = await partitioned(atEpoch(60), "both", 900, patient);
    expectRight(seen);
    expect(seen.report.divergences).toEqual([]);
    expect(seen.cores).toEqual([0, FIRST_FAR_CORE]);
  });

  it.each(SCENARIOS)(
    "holds back outputs while it is cut %s, then starts a replica on the host again",
    async (...scenario) => {
      const [, direction, moment, config] = scenario;
      const seen = await partitioned(moment, direction, LONG_MS, { config });
      expectRight(seen);
      expect(seen.report.divergences.map(({ outcome }) => outcome.kind)).not.toContain("stopped");
      expect(seen.cores.length).toBeGreaterThan(2);
      expect(seen.cores.at(-1)).toBeGreaterThanOrEqual(FIRST_FAR_CORE);
    },
  );

  it("goes on with a new replica when all connections are lost, and when bytes are flipped", async () => {
    const cores: number[] = [];
    const { report, output } = await runHosted({
      lines: LINES,
      onVmm: ({ hooks }, { network }) => {
        hooks.replicaStarted.tap("test", ({ core }) => void cores.push(core));
        hooks.epochVerified.tap("test", ({ epoch }) => {
          if (epoch === 45) network.lose();
          if (epoch === 70) network.flipOnce("in");
          if (epoch === 100) network.flipOnce("out");
        });
      },
    });
    expect(output).toBe(expected(LINES));
    expect(report.stop.exitCode).toBe(7);
    expect(cores.length).toBeGreaterThanOrEqual(3);
    expect(cores.every((core) => core === 0 || core >= FIRST_FAR_CORE)).toBe(true);
  });

  it("only gets slower where the network is slow", async () => {
    const { report, output } = await runHosted({ lines: 10, impairment: { delayMs: [1, 6] } });
    expect(output).toBe(expected(10));
    expect(report.divergences).toEqual([]);
  });

  it("goes on at a command where it is not to go on by itself", async () => {
    const placement = { reconnect: "manual" };
    let before: readonly [number, number] = [0, 1];
    const seen = await partitioned(atEpoch(60), "both", LONG_MS, { placement }, async (scene) => {
      const atFirst = scene.released();
      await pause(700);
      before = [atFirst, scene.released()];
      const control = join(scene.folder, "control");
      await expect
        .poll(() => sendReprotect(control), { timeout: 5000 })
        .toMatchObject({
          missing: [],
          isOpen: true,
        });
    });
    expectRight(seen);
    expect(before[1]).toBe(before[0]);
    expect(seen.cores.at(-1)).toBeGreaterThanOrEqual(FIRST_FAR_CORE);
  });

  it("stops honestly when it has waited as long as it is to wait", async () => {
    const placement = { giveUpMs: 2000 };
    const { report, output } = await partitioned(atEpoch(60), "both", 4000, { placement });
    expect(report.stop).toMatchObject({ reason: "cut-off" });
    expect(output.length).toBeGreaterThan(0);
    expect(output.length).toBeLessThan(expected(LINES).length);
    expect(expected(LINES).startsWith(output)).toBe(true);
  });
});
