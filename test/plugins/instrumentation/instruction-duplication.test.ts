import { describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { SelfCheckFailure } from "../../../core/replica/replica-setup.ts";
import { Replica } from "../../../core/replica/replica.ts";
import { bareMetalMachine } from "../../core/replica/bare-metal-machine.ts";
import { buildSetups } from "../../core/replica/build-setup.ts";

const registry = await loadRegistry({ plugins: [] });
const DUPLICATION: SlotConfig = { use: "instruction-duplication" };
const EPOCH = 100_000;

interface Duplicated {
  readonly faults?: readonly FaultConfig[];
  readonly instrumentation?: readonly SlotConfig[];
  readonly guest?: string;
  readonly compileAfterJumps?: number;
}

async function replicaOf(options: Duplicated): Promise<Replica> {
  const { guest = "small", faults = [], instrumentation = [DUPLICATION] } = options;
  const { compileAfterJumps = 1 } = options;
  const { setup } = await buildSetups({
    machine: bareMetalMachine(guest, { compileAfterJumps }),
    console: { use: "null" },
    arenas: 1,
    registry,
    instrumentation,
  });
  return new Replica(setup({ faults }), registry, {
    post: () => undefined,
    now: () => 0,
    crash: () => {
      throw new Error("no crash was asked for");
    },
    hang: () => {
      throw new Error("no hang was asked for");
    },
  });
}

/** Runs some epochs. @returns what the replica found wrong with itself, and at which step it stood then */
async function found(
  options: Duplicated,
): Promise<{ readonly what: string; readonly steps: number } | undefined> {
  const replica = await replicaOf(options);
  const { machine } = replica;
  try {
    for (let epoch = 0; epoch < 4 && machine.stop === undefined; epoch++) {
      replica.runEpoch({ epoch, steps: EPOCH, jumpTicks: 0, inputs: [] });
    }
  } catch (error) {
    if (!(error instanceof SelfCheckFailure)) throw error;
    return { what: error.message, steps: machine.steps };
  }
  return undefined;
}

const flip = (register: string, bit: number, at: number): FaultConfig => ({
  use: "register-bit-flip",
  replica: 0,
  at,
  register,
  bit,
});

describe("instruction-duplication", { timeout: 60_000 }, () => {
  it.each([0, 1])("finds nothing without a fault (compiled after %d jumps)", async (jumps) => {
    expect(await found({ compileAfterJumps: jumps })).toBeUndefined();
    expect(await found({ compileAfterJumps: jumps, guest: "floating-point" })).toBeUndefined();
  });

  it.each([0, 1])(
    "finds a flipped stack pointer where it is used, and executes nothing any more (compiled after %d jumps)",
    async (compileAfterJumps) => {
      const faults = [flip("x2", 3, 20_000)];
      const end = await found({ guest: "calls", faults, compileAfterJumps });
      expect(end?.what).toMatch(/^hart 0 at 0x8[0-9a-f]{7}: .* differs from its shadow$/);
      expect(end?.steps).toBeLessThan(EPOCH);
    },
  );

  it("finds a flipped register that was not used at the end of the epoch", async () => {
    const end = await found({ faults: [flip("x4", 5, EPOCH - 1)] });
    expect(end?.what).toBe("register x4 differs from its shadow at the end of an epoch");
    expect(end?.steps).toBe(EPOCH);
  });

  it("finds a flipped floating-point register", async () => {
    const faults = [flip("f30", 5, EPOCH - 1)];
    const end = await found({ guest: "floating-point", faults });
    expect(end?.what).toMatch(/^register f30 differs|differs from its shadow$/);
  });

  it.each([1, 4, 9, 33, 63])("finds a flip of bit %d of the pc at once", async (bit) => {
    for (const at of [5000, 20_001, EPOCH - 1]) {
      const end = await found({ faults: [flip("pc", bit, at)] });
      expect(end?.what).toMatch(/control flow went where no computation led$/);
      expect(end?.steps).toBe(at);
    }
  });

  it("follows no control flow where that was not asked for", async () => {
    const instrumentation = [{ ...DUPLICATION, controlFlow: false }];
    const faults = [flip("x2", 3, 20_000)];
    const end = await found({ guest: "calls", instrumentation, faults });
    expect(end?.what).toContain("differs from its shadow");
    expect(await found({ instrumentation })).toBeUndefined();
    const strayed = await found({ instrumentation, faults: [flip("pc", 2, 20_000)] });
    expect(strayed?.what ?? "").not.toContain("control flow");
  });

  it("lets a wrong address trap in the guest where addresses of loads are not compared", async () => {
    const unchecked = [{ ...DUPLICATION, checkLoads: false }];
    const faults = [flip("x2", 62, 20_000)];
    const checked = await found({ guest: "calls", faults });
    const late = await found({ guest: "calls", faults, instrumentation: unchecked });
    expect(checked).toBeDefined();
    expect(late).toBeDefined();
    expect(late?.steps ?? 0).toBeGreaterThanOrEqual(checked?.steps ?? 0);
  });

  it("goes with other instruments, but not with itself", async () => {
    const instrumentation = [{ use: "instruction-mix" }, DUPLICATION, { use: "instruction-mix" }];
    expect(await found({ instrumentation })).toBeUndefined();
    await expect(replicaOf({ instrumentation: [DUPLICATION, DUPLICATION] })).rejects.toThrow(
      expect.objectContaining({ code: "XV_ERR_INSTRUMENT_SHADOW" }) as Error,
    );
  });
});
