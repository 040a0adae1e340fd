// Runs bundled guests as a user would, from a config to the files that it leaves behind.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfigObject } from "../../core/config/load-config.ts";
import { runMachine } from "../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../core/coordinator/run-report.ts";
import type { FaultConfig, SlotConfig, Vmm } from "../../core/index.ts";
import { OverlayFile } from "../../plugins/backends/block/overlay-file.ts";
import { RawFile } from "../../plugins/backends/block/raw-file.ts";

const GUESTS = join(import.meta.dirname, "../../guests");
/** What every bundled guest makes do with. */
const RAM = "16 MiB";

/** The lines that `guests/expected/console-echo.txt` answers. */
export const TYPED = "hello\nGrüße, World 42!\r\nab\b\bx\nexit 300\nexit\nquitter\nexit 7\n";

export interface CompilerChoice {
  readonly compileAfterJumps?: number;
  readonly maxCompiledInstructions?: number;
}

export interface GuestRun {
  readonly guest: string;
  readonly harts?: number;
  readonly commandLine?: string;
  /** Options of the platform: when code is compiled. */
  readonly compiler?: CompilerChoice;
  /** Options of the console beside its output file; default: none. */
  readonly console?: { readonly inputText?: string; readonly script?: readonly object[] };
  /** A block device: its image is written directly, or stays as it is under an overlay. */
  readonly disk?: { readonly image: Uint8Array; readonly isOverlaid: boolean };
  /** The backend of a network card; default: no card. */
  readonly network?: SlotConfig;
  /** Slots of the config; the rest have the defaults users get. */
  readonly slots?: Readonly<Record<string, SlotConfig>>;
  readonly faults?: readonly FaultConfig[];
  /** Specifiers of further plugins. */
  readonly plugins?: readonly string[];
  readonly instrumentation?: readonly SlotConfig[];
  readonly faultArrivals?: readonly SlotConfig[];
  readonly stepLimit?: number;
  /** Ends the run, as its user would, once so many epochs were agreed on: a guest that waits for ever takes few steps. */
  readonly epochLimit?: number;
  readonly signal?: AbortSignal;
  /** Called before anything runs. */
  readonly onVmm?: (vmm: Vmm) => void;
}

export interface GuestResult {
  readonly report: RunReport;
  /** The console's output file. */
  readonly output: string;
  /** Everything that left the sphere of replication, in order: "channel bytes-in-hexadecimal". */
  readonly committed: readonly string[];
  /** What the disk holds after the run, read through its overlay if it has one. */
  readonly disk: Buffer | undefined;
  /** The image file after the run. */
  readonly image: Buffer | undefined;
}

export async function runGuest(run: GuestRun): Promise<GuestResult> {
  const folder = mkdtempSync(join(tmpdir(), "extravirt-e2e-"));
  try {
    return await runIn(folder, run);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runIn(folder: string, run: GuestRun): Promise<GuestResult> {
  const output = join(folder, "console.txt");
  const image = join(folder, "disk.img");
  const overlay = join(folder, "disk.overlay");
  const { disk } = run;
  if (disk !== undefined) writeFileSync(image, disk.image);
  const backend = {
    use: "disk-file",
    path: image,
    ...(disk?.isOverlaid === true ? { overlay } : {}),
  };
  const { config } = await loadConfigObject({
    machine: {
      platform: { use: "riscv-virt", ...run.compiler },
      harts: run.harts ?? 1,
      ram: RAM,
      boot: { use: "elf", program: guestFile(run.guest), commandLine: run.commandLine ?? "" },
      devices: [
        ...(disk === undefined ? [] : [{ use: "virtio-block", backend }]),
        ...(run.network === undefined ? [] : [{ use: "virtio-net", backend: run.network }]),
      ],
      clock: { startTime: "2026-01-01T00:00:00Z" },
    },
    console: { use: "file", output, ...run.console },
    coreDiagnosis: diagnosisOn(run.slots?.["placement"]),
    ...run.slots,
    plugins: run.plugins ?? [],
    ...(run.instrumentation !== undefined && { instrumentation: run.instrumentation }),
    faults: run.faults ?? [],
    faultArrivals: run.faultArrivals ?? [],
    limits: { steps: run.stepLimit ?? 0 },
    log: { level: "error" },
  });
  const committed: string[] = [];
  const { signal, epochLimit = Infinity } = run;
  const limit = new AbortController();
  const report = await runMachine(config, {
    isFinalStateWanted: true,
    onVmm: (vmm) => {
      run.onVmm?.(vmm);
      const { hooks } = vmm;
      hooks.outputCommitted.tap("test", (_epoch, outputs) => {
        for (const { channel, bytes } of outputs) {
          committed.push(`${channel} ${Buffer.from(bytes).toString("hex")}`);
        }
      });
      hooks.epochVerified.tap("test", ({ epoch }) => {
        if (epoch >= epochLimit) limit.abort();
      });
    },
    signal: signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]),
  });
  if (report.framesLeaked !== 0) throw new Error(`${report.framesLeaked} frames leaked`);
  return {
    report,
    output: readFileSync(output, "utf8"),
    committed,
    disk: disk === undefined ? undefined : readDisk(image, disk.isOverlaid ? overlay : undefined),
    image: disk === undefined ? undefined : readFileSync(image),
  };
}

/** A trial of a core starts a worker or a process, which most runs are not about; in turns in one thread it is cheap. */
function diagnosisOn(placement: SlotConfig | undefined): SlotConfig {
  return { use: "replay", tryFrom: placement?.use === "inline" ? 1 : 2 };
}

function readDisk(image: string, overlay: string | undefined): Buffer {
  if (overlay === undefined) return readFileSync(image);
  const disk = new OverlayFile(overlay, new RawFile(image, false));
  try {
    return Buffer.from(disk.read(0, disk.bytes));
  } finally {
    disk.close(false);
  }
}

export function guestFile(guest: string): string {
  return join(GUESTS, "bin", `${guest}.elf`);
}

/** What the guest prints on any right machine. */
export function expectedOutput(name: string): string {
  return readFileSync(join(GUESTS, "expected", `${name}.txt`), "utf8");
}

/** The image that the recorded output of `block` belongs to. */
export function blockImage(): Uint8Array {
  return Uint8Array.from({ length: 1 << 20 }, (_, i) => i * 31 + (i >> 8) * 7);
}
