// Runs a test program on a machine of ours: solo, in this thread, with the run's outputs collected.
import { runMachine } from "../../core/coordinator/run-machine.ts";
import type { Config, FaultConfig } from "../../core/index.ts";
import { RAM_BYTES } from "./guest-layout.ts";

export interface ExtravirtRun {
  /** What the program printed. */
  readonly output: string;
  readonly steps: number;
}

const STEP_LIMIT = 400_000_000;
const EPOCH_STEPS = 100_000;

/** Options of the platform: when code is compiled. */
export type CompilerChoice = Readonly<Record<string, unknown>>;

export async function runOnExtravirt(
  elfPath: string,
  faults: readonly FaultConfig[],
  compiler: CompilerChoice,
): Promise<ExtravirtRun> {
  const chunks: Uint8Array[] = [];
  const report = await runMachine(configFor(elfPath, faults, compiler), {
    onVmm: (vmm) =>
      vmm.hooks.outputCommitted.tap("differential", (_epoch, outputs) => {
        chunks.push(...outputs.map((output) => output.bytes));
      }),
  });
  const output = Buffer.concat(chunks).toString();
  if (report.stop.reason !== "power-off") {
    throw new Error(
      `the program did not end by itself: ${report.stop.reason} ${report.stop.detail ?? ""} after ` +
        `${report.steps} steps, last output ${JSON.stringify(output.slice(-60))}`,
    );
  }
  return { output: withoutNonText(output), steps: report.steps };
}

/** The finisher's power-off is an output as well; what the program prints is text. */
function withoutNonText(output: string): string {
  return output.replaceAll(/[^\n -~]/gu, "");
}

function configFor(
  program: string,
  faults: readonly FaultConfig[],
  compiler: CompilerChoice,
): Config {
  return {
    plugins: [new URL("../core/coordinator/console-plugin.ts", import.meta.url).href],
    machine: {
      platform: { use: "riscv-virt", ...compiler },
      harts: 1,
      ramBytes: RAM_BYTES,
      boot: { use: "elf", program },
      devices: [],
      clock: { stepsPerTick: 10, startTime: "2026-01-01T00:00:00Z" },
    },
    console: { use: "test-console", input: [] },
    replication: { use: "solo", epochSteps: EPOCH_STEPS, runAheadEpochs: 2, watchdogMs: 60_000 },
    memorySharing: { use: "private" },
    checkpoint: { use: "never" },
    voting: { use: "majority" },
    recovery: { use: "fail-stop" },
    placement: { use: "inline", jitterMs: 0 },
    boundary: { use: "devices-inside" },
    managerProtection: { use: "sealed" },
    faults,
    log: { level: "silent" },
    limits: { steps: STEP_LIMIT },
  };
}
