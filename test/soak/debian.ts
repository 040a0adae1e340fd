// The long soak: an unmodified Debian kernel in two replicas computes, writes its disk, prints and serves files while a
// fault strikes every few seconds. Prints a line of figures now and then and a verdict at the end; exit code 1 where
// anything was wrong.
//
//   npm run soak:debian -- --minutes 60 [--faults-per-billion 3] [--seed 1] [--sample-seconds 30] [--no-network]
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { loadConfigObject } from "../../core/config/load-config.ts";
import { runMachine } from "../../core/coordinator/run-machine.ts";
import type { Vmm } from "../../core/index.ts";
import { ConsoleCheck, DISK_BYTES, diskProblem, workload } from "./guest-workload.ts";
import { describeSample, problemsOf, type SoakSample } from "./soak-verdict.ts";
import { WebCheck } from "./web-check.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    "faults-per-billion": { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    "sample-seconds": { type: "string", default: "30" },
    network: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const minutes = Number(values.minutes);
const sampleMs = Number(values["sample-seconds"]) * 1000;
const hasPasst = spawnSync("passt", ["--version"], { stdio: "ignore" }).status === 0;
const hasNetwork = values.network && hasPasst;
/** More than such a run takes: a hundred million steps a second. */
const UNTIL_STEPS = minutes * 60 * 100_000_000;

/** A recovery replays about so much: faults come a dozen times as far apart, so that few find a replica missing. */
const CHECKPOINT_STEPS = 25_000_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function soak(folder: string): Promise<readonly string[]> {
  const disk = join(folder, "disk.img");
  writeFileSync(disk, new Uint8Array(DISK_BYTES));
  const port = await freePort();
  const net = hasNetwork ? "xv.net=10.0.2.15/24,10.0.2.2 " : "";
  const { config } = await loadConfigObject(
    {
      images: { use: "debian", suite: "trixie", alternativeSuites: ["forky"] },
      machine: {
        ram: "256 MiB",
        boot: {
          use: "sbi-linux",
          commandLine: `console=ttyS0 quiet ${net}xv.run="${workload(hasNetwork)}"`,
        },
        devices: [
          { use: "virtio-entropy", backend: { use: "seeded-entropy" } },
          { use: "virtio-block", id: "disk0", backend: { use: "disk-file", path: disk } },
          ...(hasNetwork
            ? [{ use: "virtio-net", backend: { use: "passt", forward: [`127.0.0.1/${port}:80`] } }]
            : []),
        ],
      },
      console: { use: "null" },
      replication: { use: "pair" },
      checkpoint: { use: "periodic", everySteps: CHECKPOINT_STEPS },
      faultArrivals: [
        {
          use: "random",
          seed: Number(values.seed),
          faultsPerBillionSteps: Number(values["faults-per-billion"]),
          untilSteps: UNTIL_STEPS,
        },
      ],
      log: { level: "error" },
    },
    { cwd: folder },
  );
  const console = new ConsoleCheck();
  const web = hasNetwork ? new WebCheck(`http://127.0.0.1:${port}/numbers`) : undefined;
  const samples: SoakSample[] = [];
  const seen = { steps: 0, epoch: -1, checkpoint: -1, logEpochs: 0, faults: 0, divergences: 0 };
  const watch = ({ hooks }: Vmm): void => {
    hooks.epochVerified.tap("soak", ({ epoch, steps }) => {
      seen.epoch = epoch;
      seen.steps = steps;
      seen.logEpochs = Math.max(seen.logEpochs, epoch - seen.checkpoint);
    });
    hooks.checkpointTaken.tap("soak", ({ epoch }) => {
      seen.checkpoint = epoch;
    });
    hooks.faultInjected.tap("soak", () => {
      seen.faults += 1;
    });
    hooks.divergenceDetected.tap("soak", () => {
      seen.divergences += 1;
    });
    hooks.outputCommitted.tap("soak", (_epoch, outputs) => {
      for (const { channel, bytes } of outputs) if (channel === "uart0") console.take(bytes);
    });
  };
  const end = new AbortController();
  const startMs = performance.now();
  const sample = (): void => {
    const { steps, logEpochs, faults, divergences } = seen;
    samples.push({
      seconds: (performance.now() - startMs) / 1000,
      steps,
      rounds: console.rounds,
      faults,
      divergences,
      fetched: web?.bytes ?? 0,
      logEpochs,
      residentBytes: process.memoryUsage.rss(),
    });
    seen.logEpochs = 0;
    print(describeSample(samples.at(-1) as SoakSample));
  };
  const sampler = setInterval(sample, sampleMs);
  const timer = setTimeout(() => end.abort(), minutes * 60_000);
  process.once("SIGINT", () => end.abort());
  web?.start();
  // The run closes the guest's network before it returns; a fetch in flight would fail by that.
  end.signal.addEventListener("abort", () => void web?.stop());
  try {
    const report = await runMachine(config, { onVmm: watch, signal: end.signal });
    sample();
    await web?.stop();
    const problems = [
      console.problem,
      web?.problem,
      diskProblem(readFileSync(disk), console.rounds),
    ];
    if (web !== undefined && web.fetches === 0) problems.push("web: nothing was fetched");
    if (seen.steps > UNTIL_STEPS) problems.push(`faults ended at step ${UNTIL_STEPS}`);
    return problemsOf({
      samples,
      framesLeaked: report.framesLeaked,
      stop:
        report.stop.detail === undefined
          ? report.stop.reason
          : `${report.stop.reason}: ${report.stop.detail}`,
      problems: problems.filter((problem) => problem !== undefined),
    });
  } finally {
    clearInterval(sampler);
    clearTimeout(timer);
    await web?.stop();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), "xv-soak-"));
try {
  print(`${minutes} minutes, ${hasNetwork ? "with" : "without"} network`);
  const problems = await soak(folder);
  for (const problem of problems) print(`WRONG: ${problem}`);
  print(problems.length === 0 ? "verdict: passed" : "verdict: failed");
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
