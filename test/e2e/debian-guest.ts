// Runs the Debian kernel with a scripted user at its console and an ext4 disk. Everything that could differ from run
// to run (start time, entropy, typing) is fixed in the config, so two runs can be compared byte for byte.
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { ExtravirtError, type Config, type FaultConfig } from "../../core/index.ts";
import type { CompilerChoice } from "./guest-run.ts";
import { loadConfigObject, type LoadedConfig } from "../../core/config/load-config.ts";
import { runMachine } from "../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../core/coordinator/run-report.ts";

export interface DebianRun {
  readonly folder: string;
  /** Name of this run's disk in the folder. */
  readonly disk: string;
  readonly replication: string;
  readonly faults?: readonly FaultConfig[];
  /** Default: worker threads. */
  readonly placement?: string;
}

export interface DebianResult {
  readonly report: RunReport;
  readonly text: string;
}

const IMAGES = { use: "debian", suite: "trixie", alternativeSuites: ["forky"] };

/**
 * Fetches the images, once. @returns false, having said why, where the host can't provide them.
 * With EXTRAVIRT_REQUIRE_ALL set, as in CI, that is a failure.
 */
export async function requireDebianImages(): Promise<boolean> {
  const { config, registry } = await load({ machine: { boot: { use: "sbi-linux" } } }, ".");
  const { use, ...options } = config.images ?? { use: "" };
  try {
    await registry.get("image-source", use).obtain(options, (line) => console.warn(line));
    return true;
  } catch (error) {
    const isRequired = (process.env["EXTRAVIRT_REQUIRE_ALL"] ?? "") !== "";
    if (isRequired || !(error instanceof ExtravirtError)) throw error;
    console.warn(`Skipping tests: no Debian images: ${error.message} ${error.remedy}`);
    return false;
  }
}

const load = (content: object, cwd: string): Promise<LoadedConfig> =>
  loadConfigObject({ images: IMAGES, ...content }, { cwd });

/** Boots through an external firmware, unreplicated, runs one command and powers off. */
export async function runThroughFirmware(command: string, harts: number): Promise<DebianResult> {
  const { config } = await load(
    {
      machine: {
        harts,
        ram: "256 MiB",
        boot: { use: "firmware", commandLine: `console=ttyS0 xv.run="${command}"` },
      },
      console: { use: "null" },
      replication: { use: "solo" },
    },
    ".",
  );
  return runAndRead(config);
}

/** Boots unreplicated on the built-in SBI, runs one command and powers off. @param files host path to guest path. */
export async function runWithFiles(
  files: Readonly<Record<string, string>>,
  command: string,
): Promise<DebianResult> {
  const { config } = await load(
    {
      images: { ...IMAGES, files },
      machine: {
        ram: "256 MiB",
        boot: { use: "sbi-linux", commandLine: `console=ttyS0 xv.run="${command}"` },
      },
      console: { use: "null" },
      replication: { use: "solo" },
    },
    ".",
  );
  return runAndRead(config);
}

/** Boots as one machine on the built-in SBI, runs one command and powers off; nothing differs from run to run. */
export async function bootToPowerOff(
  command: string,
  compiler: CompilerChoice,
  replication: string = "solo",
  boundary: string = "devices-inside",
): Promise<DebianResult> {
  const { config } = await load(
    {
      machine: {
        platform: { use: "riscv-virt", ...compiler },
        ram: "256 MiB",
        boot: { use: "sbi-linux", commandLine: `console=ttyS0 xv.run="${command}"` },
        clock: { startTime: "2026-01-01T00:00:00Z" },
      },
      console: { use: "null" },
      replication: { use: replication },
      boundary: { use: boundary },
    },
    ".",
  );
  return runAndRead(config, true);
}

async function runAndRead(config: Config, isFinalStateWanted = false): Promise<DebianResult> {
  const chunks: Uint8Array[] = [];
  const report = await runMachine(config, {
    isFinalStateWanted,
    onVmm: (vmm) =>
      vmm.hooks.outputCommitted.tap("test", (_epoch, outputs) => {
        for (const { channel, bytes } of outputs)
          if (channel.startsWith("uart")) chunks.push(bytes);
      }),
  });
  return { report, text: Buffer.concat(chunks).toString() };
}

/** What is typed at the shell prompt, line by line. */
const SESSION = [
  "mount /dev/vda /mnt",
  "cat /mnt/hello",
  "seq 1 20000 > /mnt/numbers",
  "mkdir /mnt/folder; cp /bin/busybox /mnt/folder/copy",
  "sync; md5sum /mnt/numbers /mnt/folder/copy",
  "echo $((6 * 7))",
  "umount /mnt",
  "exit",
];
const PROMPT = "xv# ";

export async function runDebian(run: DebianRun): Promise<DebianResult> {
  const { config } = await load(
    {
      machine: {
        ram: "256 MiB",
        boot: { use: "sbi-linux", commandLine: "console=ttyS0" },
        clock: { startTime: "2026-01-01T00:00:00Z" },
        devices: [
          { use: "virtio-block", id: "disk0", backend: { use: "disk-file", path: run.disk } },
        ],
      },
      console: {
        use: "file",
        output: `${run.disk}.console`,
        script: SESSION.map((line) => ({ expect: PROMPT, send: `${line}\n` })),
      },
      replication: { use: run.replication },
      placement: { use: run.placement ?? "worker-threads" },
      faults: run.faults ?? [],
    },
    run.folder,
  );
  return runAndRead(config);
}

/** An ext4 image of 32 MiB with one file on it; always the same bytes. */
export function makeDisk(path: string, contents: string): void {
  execFileSync("truncate", ["-s", "32M", path]);
  execFileSync(
    "mke2fs",
    ["-q", "-t", "ext4", "-d", contents, "-U", "12345678-1234-1234-1234-123456789abc", path],
    {
      env: { ...process.env, E2FSPROGS_FAKE_TIME: "1767225600" },
    },
  );
}

export const copyDisk = (from: string, to: string): void => copyFileSync(from, to);

/** @returns what e2fsck says of an image it must not change; throws when it finds anything wrong. */
export const checkDisk = (path: string): string =>
  execFileSync("e2fsck", ["-fn", path], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
