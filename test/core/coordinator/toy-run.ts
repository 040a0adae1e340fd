// Runs programs of the toy architecture through the whole coordinator.
import { expect } from "vitest";
import type { Config, FaultConfig, SlotConfig, Vmm } from "../../../core/index.ts";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";

export interface ToyRun {
  readonly source: string;
  readonly input?: readonly { readonly after: number; readonly text: string }[];
  readonly faults?: readonly FaultConfig[];
  readonly faultArrivals?: readonly SlotConfig[];
  readonly replication?: SlotConfig;
  readonly memorySharing?: string;
  readonly checkpoint?: SlotConfig;
  readonly voting?: string;
  readonly recovery?: SlotConfig;
  readonly placement?: string;
  /** Cores, and host cores that replicas are bound to. */
  readonly cores?: number;
  readonly bind?: readonly number[];
  readonly boundary?: SlotConfig;
  readonly coreDiagnosis?: SlotConfig;
  readonly managerProtection?: SlotConfig;
  readonly jitterMs?: number;
  readonly signal?: AbortSignal;
  readonly stepLimit?: number;
  /** Specifiers of further plugins. */
  readonly plugins?: readonly string[];
  readonly onVmm?: (vmm: Vmm) => void;
}

export interface ToyResult {
  readonly report: RunReport;
  /** Everything the console showed. */
  readonly text: string;
}

const epochs = { epochSteps: 500, runAheadEpochs: 2, watchdogMs: 2000 };

export const primaryBackupOf = (overrides: object = {}): SlotConfig => ({
  use: "primary-backup",
  backupLagEpochs: 2,
  ...epochs,
  ...overrides,
});
export const tripleOf = (overrides: object = {}): SlotConfig => ({
  use: "triple",
  ...epochs,
  ...overrides,
});
export const pairOf = (overrides: object = {}): SlotConfig => ({
  use: "pair",
  ...epochs,
  ...overrides,
});
export const soloOf = (overrides: object = {}): SlotConfig => ({
  use: "solo",
  ...epochs,
  ...overrides,
});

export function toyConfig(run: ToyRun): Config {
  return {
    plugins: [new URL("./console-plugin.ts", import.meta.url).href, ...(run.plugins ?? [])],
    machine: {
      platform: { use: "toy" },
      harts: 1,
      ramBytes: 64 * 4096,
      boot: { use: "toy-program", source: run.source },
      devices: [],
      clock: { stepsPerTick: 10, startTime: "2026-01-01T00:00:00Z" },
    },
    console: { use: "test-console", input: run.input ?? [] },
    replication: run.replication ?? pairOf(),
    memorySharing: { use: run.memorySharing ?? "merge-verified" },
    checkpoint: run.checkpoint ?? { use: "periodic", everyEpochs: 4 },
    voting: { use: run.voting ?? "majority" },
    recovery: run.recovery ?? { use: "third-replica", attempts: 3 },
    placement: {
      use: run.placement ?? "inline",
      jitterMs: run.jitterMs ?? 0,
      ...(run.cores !== undefined && { cores: run.cores }),
      ...(run.bind !== undefined && { bind: run.bind }),
    },
    boundary: run.boundary ?? { use: "devices-inside" },
    ...(run.coreDiagnosis !== undefined && { coreDiagnosis: run.coreDiagnosis }),
    managerProtection: run.managerProtection ?? { use: "sealed" },
    faults: run.faults ?? [],
    faultArrivals: run.faultArrivals ?? [],
    log: { level: "silent" },
    limits: { steps: run.stepLimit ?? 0 },
  };
}

export async function runToy(run: ToyRun): Promise<ToyResult> {
  const chunks: Uint8Array[] = [];
  const report = await runMachine(toyConfig(run), {
    isFinalStateWanted: true,
    ...(run.signal === undefined ? {} : { signal: run.signal }),
    onVmm: (vmm) => {
      vmm.hooks.outputCommitted.tap("test", (_epoch, outputs) => {
        chunks.push(...outputs.map((output) => output.bytes));
      });
      run.onVmm?.(vmm);
    },
  });
  expectNoLeak(report);
  return { report, text: Buffer.concat(chunks).toString() };
}

/** However a run went, its frames are accounted for. */
function expectNoLeak({ framesLeaked, framesByOwner }: RunReport): void {
  expect(framesLeaked, "frames leaked").toBe(0);
  expect(Object.values(framesByOwner).every((count) => count >= 0)).toBe(true);
}

/** Prints ten letters, one per outer round of memory work over several pages, then powers off. */
export const LETTERS = `
  li r1 0xf000
  shl16 r1 0          # console
  li r2 65            # 'A'
  li r3 10            # rounds
round:
  li r4 300           # inner rounds
  li r5 0x4000        # work area
inner:
  load r6 r5 0
  add r6 r4
  mul r6 r2
  store r6 r5 0
  addi r5 20
  addi r4 -1
  bnz r4 inner
  load r7 r5 -20
  add r8 r7
  store r2 r1 0
  addi r2 1
  addi r3 -1
  bnz r3 round
  li r9 0
  store r9 r1 4
`;
