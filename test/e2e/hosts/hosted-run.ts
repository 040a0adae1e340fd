// A run on this machine and a host that is reached through a network which the test controls. What leaves is watched from
// the outside: the file that the console writes.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";
import type { Vmm } from "../../../core/index.ts";
import { openHost, type OpenHost } from "../../../core/hosts/open-host.ts";
import type { LaneImpairment } from "../../../core/wire/impaired-lane.ts";
import { guestFile } from "../guest-run.ts";
import { ImpairedProxy } from "./impaired-proxy.ts";

export interface HostedRun {
  readonly lines: number;
  readonly impairment?: LaneImpairment;
  readonly placement?: object;
  readonly hostSilenceMs?: number;
  readonly config?: object;
  readonly onVmm?: (vmm: Vmm, scene: Scene) => void;
}

export interface Scene {
  readonly network: ImpairedProxy;
  readonly host: OpenHost;
  readonly folder: string;
  /** Bytes that have left so far. */
  readonly released: () => number;
}

export interface HostedResult {
  readonly report: RunReport;
  readonly output: string;
}

export const LEASE_MS = 400;

const SILENCE_MS = 800;

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** @param during what happens meanwhile */
export async function runHosted(
  run: HostedRun,
  during: (scene: Scene) => Promise<void> = () => Promise.resolve(),
): Promise<HostedResult> {
  const folder = mkdtempSync(join(tmpdir(), "extravirt-hosts-"));
  const keyFile = join(folder, "key");
  const output = join(folder, "console.txt");
  writeFileSync(keyFile, "k".repeat(40), { mode: 0o600 });
  writeFileSync(output, "");
  const host = await openHost({
    address: { host: "127.0.0.1", port: 0 },
    keyFile,
    stateFile: join(folder, "state.json"),
    silenceMs: run.hostSilenceMs ?? SILENCE_MS,
    plugins: [],
    logger: SILENT,
  });
  const network = await ImpairedProxy.open(host.port, run.impairment);
  const scene: Scene = { network, host, folder, released: () => statSync(output).size };
  try {
    const { config } = await loadConfigObject({
      machine: {
        ram: "4 MiB",
        boot: { use: "elf", program: guestFile("console-echo") },
        clock: { startTime: "2026-01-01T00:00:00Z" },
      },
      console: { use: "file", output, inputText: typed(run.lines) },
      replication: { use: "pair", epochSteps: 2000 },
      checkpoint: { use: "periodic", everyEpochs: 40 },
      placement: {
        use: "hosts",
        hosts: [`127.0.0.1:${network.port}`],
        key: keyFile,
        control: join(folder, "control"),
        leaseMs: LEASE_MS,
        silenceMs: SILENCE_MS,
        ...run.placement,
      },
      log: { level: "silent" },
      ...run.config,
    });
    const [report] = await Promise.all([
      runMachine(config, { onVmm: (vmm) => run.onVmm?.(vmm, scene) }),
      during(scene),
    ]);
    return { report, output: readFileSync(output, "utf8") };
  } finally {
    await network.close();
    await host.close();
    rmSync(folder, { recursive: true });
  }
}

export function typed(lines: number): string {
  const all = Array.from({ length: lines }, (_, number) => `line ${number} of what is typed\n`);
  return `${all.join("")}exit 7\n`;
}

/** What the console shows without any fault. */
export function expected(lines: number): string {
  const all = Array.from(
    { length: lines },
    (_, number) => `> line ${number} of what is typed\nLINE ${number} OF WHAT IS TYPED\n`,
  );
  return `console-echo: type a line; \`quit\` or \`exit N\` ends\n${all.join("")}> exit 7\nexit code 7\n`;
}
