// `npm run bench:boundary`: device models inside the replicas and below them, side by side: time, state that exists once,
// and what becomes of flips in devices and on the way to them.
//   --runs N    runs for the times (default 3; 0 leaves them out)
//   --faults N  faults for each place and guest (default 50; 0 leaves them out)
//   --places T  only places of faults with this text in their names
import process from "node:process";
import { parseArgs } from "node:util";
import {
  drawOf,
  FAULT_PLACES,
  type FaultPlace,
  OUTCOMES,
  outcomeOf,
} from "./boundary/device-faults.ts";
import { BELOW, DISK, ECHO, INSIDE, runSubject, type Subject } from "./boundary/subjects.ts";
import { BenchError } from "./bench-error.ts";
import { hostText, readHostFacts } from "./host-facts.ts";
import { qemuVersion } from "./qemu.ts";
import { median } from "./statistics.ts";
import { markdownTable } from "./table.ts";

/** A run that takes so much longer than the one without fault does not end by itself. */
const HANG_FACTOR = 3;
const TIMED: readonly Subject[] = [
  { guest: "integer" },
  { guest: "quick-start" },
  { guest: "floating-point" },
  { guest: "paging" },
  ECHO,
  DISK,
];

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    faults: { type: "string", default: "50" },
    places: { type: "string", default: "" },
  },
});
const runs = countOf("--runs", values.runs);
const faults = countOf("--faults", values.faults);
process.stdout.write(`${hostText(readHostFacts(qemuVersion()))}\n`);
if (runs > 0) process.stdout.write(`${await timesTable()}\n`);
if (faults > 0) process.stdout.write(await faultsTable());

async function timesTable(): Promise<string> {
  const rows: string[][] = [];
  for (const subject of TIMED) {
    process.stderr.write(`bench: times of ${subject.guest}\n`);
    const ms: Record<"inside" | "below", number[]> = { inside: [], below: [] };
    let epochs = ["", ""];
    let asked = ["", "", ""];
    for (let index = 0; index < runs; index++) {
      const placement = "worker-threads";
      const inside = (await runSubject(subject, { boundary: INSIDE, placement })).report;
      const below = (await runSubject(subject, { boundary: BELOW, placement })).report;
      if (inside === undefined || below?.devicesBelow === undefined) {
        throw new BenchError(`${subject.guest} did not run to its end`);
      }
      ms.inside.push(inside.wallMs);
      ms.below.push(below.wallMs);
      epochs = [String(inside.epochs), String(below.epochs)];
      const { exchanges, events, stateBytes } = below.devicesBelow;
      const bytes = stateBytes.reduce((sum, device) => sum + device.bytes, 0);
      asked = [String(exchanges), String(events), String(bytes)];
    }
    const [inside, below] = [median(ms.inside), median(ms.below)];
    const perExchange = ((below - inside) * 1000) / Number(asked[0]);
    rows.push([
      subject.guest,
      inside.toFixed(0),
      below.toFixed(0),
      (below / inside).toFixed(2),
      ...epochs,
      ...asked,
      perExchange.toFixed(0),
    ]);
  }
  const head = [
    "guest",
    "inside, ms",
    "below, ms",
    "ratio",
    "epochs, inside",
    "epochs, below",
    "exchanges",
    "accesses",
    "device state, bytes",
    "µs an exchange",
  ];
  return markdownTable(head, rows, [false, ...head.slice(1).map(() => true)]);
}

async function faultsTable(): Promise<string> {
  const rows: string[][] = [];
  for (const place of FAULT_PLACES.filter(({ name }) => name.includes(values.places))) {
    process.stderr.write(`bench: ${place.name}\n`);
    const counts = { right: 0, stopped: 0, wrong: 0, noticed: 0, done: 0 };
    for (const subject of [ECHO, DISK]) {
      await strike(place, subject, counts);
    }
    const { done, noticed } = counts;
    rows.push([
      place.name,
      ...[done, noticed, ...OUTCOMES.map((outcome) => counts[outcome])].map(String),
    ]);
  }
  const head = ["flip in", "done", "noticed", ...OUTCOMES];
  return markdownTable(head, rows, [false, ...head.slice(1).map(() => true)]);
}

async function strike(
  { boundary, fault }: FaultPlace,
  subject: Subject,
  counts: Record<"done" | "noticed" | (typeof OUTCOMES)[number], number>,
): Promise<void> {
  const golden = await runSubject(subject, { boundary });
  const steps = golden.report?.steps ?? 0;
  for (let index = 0; index < faults; index++) {
    const draw = drawOf(index + 1);
    const struck = { at: draw(steps), ...fault(draw, subject) };
    const stepLimit = steps * HANG_FACTOR;
    const seen = await runSubject(subject, { boundary, faults: [struck], stepLimit });
    const { report } = seen;
    if (report !== undefined && report.faults.length === 0) continue;
    counts.done++;
    counts[outcomeOf(seen, golden)]++;
    const isRepaired = (report?.devicesBelow?.repairs ?? 0) > 0;
    if (report === undefined || report.divergences.length > 0 || isRepaired) counts.noticed++;
  }
}

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new BenchError(`${option} ${text}: give a whole number.`);
}
