// Memory sharing x checkpoint x recovery, each combination on bundled guests with a fault that is sure to be noticed: the
// outside sees the bytes of the run without fault, or under fail-stop a part of them and an honest end.
import { beforeAll, describe, expect, it } from "vitest";
import { loadRegistry } from "../../core/plugin-host/load-registry.ts";
import type { FaultConfig, Registry, SlotConfig } from "../../core/index.ts";
import { expectedOutput, runGuest } from "./guest-run.ts";
import { CHECKPOINT, MEMORY_SHARING, RECOVERY, VARIANTS, slotsOf } from "./strategies/variants.ts";

interface Scene {
  readonly guest: string;
  readonly epochSteps: number;
  readonly fault: FaultConfig;
}

/** Combinations take them in turns. All of these faults are noticed, whatever the strategies are. */
const SCENES: readonly Scene[] = [
  scene("timer", 2000, {
    use: "register-bit-flip",
    replica: 1,
    at: 41_000,
    register: "x2",
    bit: 5,
  }),
  scene("small", 40_000, {
    use: "register-bit-flip",
    replica: 0,
    at: 701_234,
    register: "pc",
    bit: 3,
  }),
  scene("paging", 60_000, {
    use: "register-bit-flip",
    replica: 1,
    at: 1_300_001,
    register: "satp",
    bit: 2,
  }),
  scene("timer", 3000, { use: "worker-crash", replica: 0, at: 60_500 }),
  scene("shared-page", 250_000, {
    use: "register-bit-flip",
    replica: 0,
    at: 5_000_000,
    register: "x2",
    bit: 12,
  }),
];

/** For what survives processors that stop, and only those. */
const CRASHES: readonly Scene[] = [
  scene("timer", 3000, { use: "worker-crash", replica: 0, at: 60_500 }),
  scene("small", 40_000, { use: "worker-crash", replica: 1, at: 701_234 }),
  scene("paging", 60_000, { use: "worker-crash", replica: 0, at: 1_300_001 }),
];

function scene(guest: string, epochSteps: number, fault: FaultConfig): Scene {
  return { guest, epochSteps, fault };
}

/** What a recovery is made for. */
function setting(
  { use }: SlotConfig,
  index: number,
): { readonly replication: string; readonly chosen: Scene } {
  const isFailover = use === "failover";
  const scenes = isFailover ? CRASHES : SCENES;
  const chosen = scenes[index % scenes.length];
  if (chosen === undefined) throw new RangeError("there is no scene");
  return { replication: isFailover ? "primary-backup" : "pair", chosen };
}

const name = (slot: SlotConfig): string =>
  Object.entries(slot)
    .map(([option, value]) => (option === "use" ? String(value) : `${option} ${String(value)}`))
    .join(" ");

let registry: Registry;
/** How the runs without fault end. */
const golden = new Map<string, { readonly output: string; readonly finalState: string }>();

beforeAll(async () => {
  registry = await loadRegistry({ plugins: [] });
  for (const { guest } of SCENES) {
    const { report } = await runGuest({ guest, slots: { placement: { use: "inline" } } });
    if (report.finalState === undefined) throw new Error(`${guest} ended without a final state`);
    golden.set(guest, { output: expectedOutput(guest), finalState: report.finalState });
  }
});

describe("the strategies tried", () => {
  it.each(Object.entries(VARIANTS))("are all of kind %s", (kind, variants) => {
    const known = registry.list(kind as keyof typeof VARIANTS).map((provider) => provider.name);
    expect(Object.keys(variants).toSorted()).toEqual(known.toSorted());
  });
});

const COMBINATIONS = slotsOf(MEMORY_SHARING).flatMap((memorySharing) =>
  slotsOf(CHECKPOINT).flatMap((checkpoint) =>
    slotsOf(RECOVERY).map((recovery) => ({ memorySharing, checkpoint, recovery })),
  ),
);

describe.each(
  slotsOf(MEMORY_SHARING).map((memorySharing) => ({ memorySharing, title: name(memorySharing) })),
)("memory sharing $title", ({ memorySharing }) => {
  const combinations = COMBINATIONS.map((slots, index) => ({ slots, index })).filter(
    ({ slots }) => slots.memorySharing === memorySharing,
  );

  it.each(
    combinations.map(({ slots, index }) => ({
      ...slots,
      title: `${name(slots.checkpoint)}, ${name(slots.recovery)}`,
      ...setting(slots.recovery, index),
    })),
  )("with $title shows no fault", async ({ checkpoint, recovery, replication, chosen }) => {
    const { guest, epochSteps, fault } = chosen;
    const { report, output } = await runGuest({
      guest,
      faults: [fault],
      slots: {
        replication: { use: replication, epochSteps },
        placement: { use: "inline" },
        memorySharing,
        checkpoint,
        recovery,
      },
    });
    expect(report.divergences.length).toBeGreaterThan(0);
    const isStopAllowed = recovery.use === "fail-stop";
    expect(report.stop.reason).toBe(isStopAllowed ? "diverged" : "power-off");
    expect(expectedOutput(guest).startsWith(output)).toBe(true);
    const end = isStopAllowed ? undefined : { output, finalState: report.finalState };
    expect(end).toEqual(isStopAllowed ? undefined : golden.get(guest));
  });
});
