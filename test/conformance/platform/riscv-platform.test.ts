import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { MachineConfig, Registry } from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import type { PlatformSubject } from "./machine-under-test.ts";
import { PLATFORM_CHECKS } from "./platform-kit.ts";

const bareMetal = (
  guest: string,
  harts: number,
  compiler: Readonly<Record<string, unknown>>,
): MachineConfig => ({
  platform: { use: "riscv-virt", ...compiler },
  harts,
  ramBytes: 16 * 2 ** 20,
  boot: {
    use: "elf",
    program: fileURLToPath(new URL(`../../../guests/bin/${guest}.elf`, import.meta.url)),
  },
  devices: [],
  clock: { stepsPerTick: 100, startTime: "2026-01-01T00:00:00Z" },
});

const registry: Registry = await loadRegistry({ plugins: [] });

/** @param steps somewhat more than the guest runs: its power-off and what follows are part of the test. */
const subject = (
  guest: string,
  harts: number,
  steps: number,
  compiler: Readonly<Record<string, unknown>> = {},
): PlatformSubject => ({
  machine: bareMetal(guest, harts, compiler),
  registry,
  steps,
  waits: true,
  cases: 5,
});

const subjects: Readonly<Record<string, PlatformSubject>> = {
  "riscv-virt, small": subject("small", 1, 1_400_000),
  "riscv-virt, paging": subject("paging", 1, 2_400_000),
  "riscv-virt, timer with two harts": subject("timer", 2, 500_000),
  "riscv-virt, small, interpreted": subject("small", 1, 1_400_000, { compileAfterJumps: 0 }),
  "riscv-virt, small, compiled at once": subject("small", 1, 1_400_000, { compileAfterJumps: 1 }),
  "riscv-virt, paging, compiled at once": subject("paging", 1, 2_400_000, { compileAfterJumps: 1 }),
  "riscv-virt, timer with two harts, compiled soon, forgotten often": subject("timer", 2, 500_000, {
    compileAfterJumps: 3,
    maxCompiledInstructions: 200,
  }),
};

describe.each(Object.entries(subjects))("%s", { timeout: 120_000 }, (_name, machine) => {
  it.each(Object.entries(PLATFORM_CHECKS))("%s", async (_check, check) => {
    await expect(check(machine)).resolves.toBeUndefined();
  });
});
