// The long campaigns: faults of every model that strikes a replica, transient and lasting, in every bundled guest that
// needs nothing beside the machine, under the default strategies. Prints a line per guest, then what all of them together
// allow to claim; exit code 1 where any experiment failed.
//
//   npm run soak:campaigns -- [--experiments 2500] [--seed 1] [--guest NAME]... [--directory DIR]
//
// `experiments` is per guest. What is done is kept in `directory` (default: a temporary one that is removed), and the same
// command goes on there.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { OUTCOMES } from "../../core/api/experiment.ts";
import { lowerBound } from "../../core/statistics/binomial-bounds.ts";

const ROOT = join(import.meta.dirname, "../..");
const CONFIDENCE = 0.95;

const TRANSIENT = [
  "branch-flip",
  "instruction-bit-flip",
  "load-address-bit-flip",
  "load-data-bit-flip",
  "memory-bit-flip",
  "register-bit-flip",
  "result-bit-flip",
  "store-address-bit-flip",
  "store-data-bit-flip",
  "tlb-bit-flip",
  { use: "device-bit-flip", device: "uart0" },
  "worker-crash",
];
/** For good. */
const LASTING = ["stuck-at", "result-stuck-at"];
/** Of a guest of hundreds of millions of steps: executed one by one, they would take a minute each. */
const LONG_STEPS = 2_000_000;
const forSteps = (use: string): object => ({ use, steps: LONG_STEPS });

const GUESTS: Readonly<Record<string, "short" | "long">> = {
  calls: "short",
  "cold-code": "short",
  "floating-point": "short",
  integer: "long",
  memory: "long",
  "numeric-fused": "short",
  "numeric-separate": "short",
  "page-border": "short",
  paging: "short",
  "quick-start": "long",
  "shared-page": "short",
  small: "short",
  switches: "short",
  timer: "short",
};

const { values } = parseArgs({
  options: {
    experiments: { type: "string", default: "2500" },
    seed: { type: "string", default: "1" },
    guest: { type: "string", multiple: true, default: Object.keys(GUESTS) },
    directory: { type: "string" },
  },
});

type Counts = Record<string, number>;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const configOf = (guest: string): object => ({
  extends: join(ROOT, "configs/quick-start.yaml"),
  machine: { boot: { program: join(ROOT, `guests/bin/${guest}.elf`) } },
  campaign: {
    experiments: Number(values.experiments),
    seed: Number(values.seed),
    models: [...TRANSIENT, ...(GUESTS[guest] === "long" ? LASTING.map(forSteps) : LASTING)],
  },
});

async function campaign(guest: string, folder: string): Promise<Counts> {
  const file = join(folder, `${guest}.json`);
  writeFileSync(file, JSON.stringify(configOf(guest)));
  const command = [join(ROOT, "core/cli/main.ts"), "campaign", "run", file, "--quiet", "--json"];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  if (code !== 0) throw new Error(`the campaign of ${guest} ended with exit code ${code}`);
  const { summary } = JSON.parse(Buffer.concat(chunks).toString()) as {
    summary: { outcomes: Record<string, { experiments: number }> };
  };
  return Object.fromEntries(OUTCOMES.map((name) => [name, summary.outcomes[name]!.experiments]));
}

const harmless = ({ masked = 0, recovered = 0, stopped = 0 }: Counts): number =>
  masked + recovered + stopped;
const sum = (counts: Counts): number => Object.values(counts).reduce((all, one) => all + one, 0);
const told = (counts: Counts): string =>
  OUTCOMES.filter((name) => counts[name] !== 0)
    .map((name) => `${counts[name]} ${name}`)
    .join(", ");

const folder = values.directory ?? mkdtempSync(join(tmpdir(), "extravirt-campaigns-"));
mkdirSync(folder, { recursive: true });
const total: Counts = Object.fromEntries(OUTCOMES.map((name) => [name, 0]));
try {
  for (const guest of values.guest) {
    const startMs = performance.now();
    const counts = await campaign(guest, folder);
    for (const name of OUTCOMES) total[name] = (total[name] ?? 0) + (counts[name] ?? 0);
    print(`${guest}: ${told(counts)}  ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  }
} finally {
  if (values.directory === undefined) rmSync(folder, { recursive: true, force: true });
}
// As many in each guest: no failure in any of them bounds the mean share of failures as in a sample of all together.
const bound = lowerBound(harmless(total), sum(total), CONFIDENCE);
print(`all: ${told(total)}`);
print(
  `no harm: at least ${(Math.floor(bound * 1e6) / 1e4).toFixed(4)} % with 95 % confidence, of ${sum(total)} faults`,
);
process.exitCode = harmless(total) === sum(total) ? 0 : 1;
