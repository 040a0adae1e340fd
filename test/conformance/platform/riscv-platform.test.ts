import { describe, expect, it } from "vitest";
import type { Registry } from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { bareMetalMachine } from "../../core/replica/bare-metal-machine.ts";
import type { PlatformSubject } from "./machine-under-test.ts";
import { PLATFORM_CHECKS } from "./platform-kit.ts";

const registry: Registry = await loadRegistry({ plugins: [] });

/** @param steps somewhat more than the guest runs: its power-off and what follows are part of the test. */
const subject = (
  guest: string,
  harts: number,
  steps: number,
  compiler: Readonly<Record<string, unknown>> = {},
): PlatformSubject => ({
  machine: bareMetalMachine(guest, compiler, harts),
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
