// A seeded campaign of defects on one core of four: what leaves the machine is what leaves it without them. A permanent
// one is found within three recoveries and its core retired; upsets that strike all cores alike retire none.
//
// EXTRAVIRT_CAMPAIGN_SCALE=10 tries ten times as many, and prints the table of docs/cores.md.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../core/index.ts";
import type { RunReport } from "../../core/coordinator/run-report.ts";
import { DEFECTS, drawDefect, drawSetting, type Defect } from "./cores/draw-defect.ts";
import { expectedOutput, runGuest, type GuestResult } from "./guest-run.ts";
import { SeededRandom } from "./single-fault/seeded-random.ts";

const SCALE = Number(process.env["EXTRAVIRT_CAMPAIGN_SCALE"] ?? "1");
const GUESTS = ["small", "timer", "paging"] as const;
const CORES = 4;
const DEFECTS_PER_GUEST = 2 * SCALE;
const ARRIVALS_PER_GUEST = SCALE;
/** Upsets of a run: as many recoveries as a defect can cause, and many more. */
const UPSETS = 24;
const TIMEOUT_MS = 120_000 * SCALE;

interface Row {
  runs: number;
  noticed: number;
  recoveries: number;
  permanent: number;
  intermittent: number;
  transient: number;
  unclear: number;
  untried: number;
  retired: number;
  /** Most recoveries that it took from the first blame to the diagnosis as permanent. */
  latest: number;
}

const rows = new Map<string, Row>();

function count(name: string, { cores, divergences }: RunReport, latest = 0): void {
  const row = rows.get(name) ?? {
    runs: 0,
    noticed: 0,
    recoveries: 0,
    permanent: 0,
    intermittent: 0,
    transient: 0,
    unclear: 0,
    untried: 0,
    retired: 0,
    latest: 0,
  };
  const sum = (of: (core: (typeof cores)[number]) => number): number =>
    cores.reduce((total, core) => total + of(core), 0);
  row.runs += 1;
  row.noticed += divergences.length > 0 ? 1 : 0;
  row.recoveries += divergences.length;
  row.permanent += sum(({ permanent }) => permanent);
  row.intermittent += sum(({ intermittent }) => intermittent);
  row.transient += sum(({ transient }) => transient);
  row.unclear += sum(({ unclear }) => unclear);
  row.untried += sum(({ untried }) => untried);
  row.retired += sum(({ retired }) => (retired === undefined ? 0 : 1));
  row.latest = Math.max(row.latest, latest);
  rows.set(name, row);
}

describe.each(GUESTS)("%s", { timeout: TIMEOUT_MS }, (guest) => {
  let steps = 0;

  const run = async (
    setting: Readonly<Record<string, SlotConfig>>,
    faults: {
      readonly faults?: readonly FaultConfig[];
      readonly faultArrivals?: readonly SlotConfig[];
    },
  ): Promise<GuestResult> => {
    const result = await runGuest({
      guest,
      ...faults,
      slots: {
        placement: { use: "inline", cores: CORES },
        checkpoint: { use: "periodic", everyEpochs: 3 },
        ...setting,
      },
    });
    const what = JSON.stringify({ setting, ...faults });
    expect(result.output, what).toBe(expectedOutput(guest));
    expect(result.report.stop.reason, what).toBe("power-off");
    return result;
  };

  beforeAll(async () => {
    const golden = await runGuest({ guest, slots: { placement: { use: "inline" } } });
    steps = golden.report.steps;
  });

  it.each(DEFECTS)("goes on as without it after %s on one core", async (defect) => {
    for (let index = 0; index < DEFECTS_PER_GUEST; index++) {
      const seed =
        (GUESTS.indexOf(guest) * DEFECTS.length + DEFECTS.indexOf(defect)) * 1000 + index;
      const random = new SeededRandom(seed);
      const setting = drawSetting(random);
      const core = random.below(2);
      const fault = drawDefect(random, defect, { steps, core });
      const { report } = await run({ ...setting }, { faults: [fault] });
      const what = JSON.stringify({ seed, setting, fault });
      const others = report.cores.filter((other) => other.core !== core);
      expect(
        others.filter(({ retired }) => retired !== undefined),
        what,
      ).toEqual([]);
      count(defect, report, isPermanent(defect) ? expectFound(report, core, what) : 0);
    }
  });

  it("retires no core for upsets that strike all of them alike", async () => {
    for (let index = 0; index < ARRIVALS_PER_GUEST; index++) {
      const seed = GUESTS.indexOf(guest) * 1000 + index;
      const setting = drawSetting(new SeededRandom(seed));
      const perBillion = Math.ceil(UPSETS / CORES / (steps / 1e9));
      const arrival = {
        use: "random",
        seed,
        faultsPerBillionSteps: perBillion,
        untilSteps: steps,
        models: ["register-bit-flip", "result-bit-flip", "store-data-bit-flip"],
      };
      const { report } = await run({ ...setting }, { faultArrivals: [arrival] });
      const found = report.cores.filter((core) => core.retired !== undefined || core.permanent > 0);
      expect(found, JSON.stringify({ seed, setting })).toEqual([]);
      count("upsets of all cores", report);
    }
  });
});

const isPermanent = (defect: Defect): boolean =>
  defect === "a stuck register" || defect === "a stuck result";

/** @returns recoveries until the core was diagnosed; 0 where nothing was ever noticed */
function expectFound({ cores, divergences }: RunReport, core: number, what: string): number {
  if (divergences.length === 0) return 0;
  const diagnosed = divergences.findIndex(({ diagnoses = [] }) =>
    diagnoses.some((found) => found.core === core && found.verdict === "permanent"),
  );
  expect(diagnosed, what).toBeGreaterThanOrEqual(0);
  expect(diagnosed, what).toBeLessThan(3);
  expect(cores[core]?.retired?.why, what).toContain("permanent");
  return diagnosed + 1;
}

describe("the campaign as a whole", () => {
  it("noticed most defects, and many upsets", () => {
    const stuck = DEFECTS.filter(isPermanent).map((defect) => rows.get(defect));
    const [runs, noticed] = [sumOf(stuck, "runs"), sumOf(stuck, "noticed")];
    expect(noticed).toBeGreaterThan(runs / 2);
    expect(sumOf(stuck, "retired")).toBe(noticed);
    const upsets = [rows.get("upsets of all cores")];
    expect(sumOf(upsets, "recoveries")).toBeGreaterThan(sumOf(upsets, "runs") * 3);
    expect(sumOf(upsets, "transient")).toBeGreaterThan(0);
  });
});

const sumOf = (list: readonly (Row | undefined)[], key: keyof Row): number =>
  list.reduce((sum, row) => sum + (row?.[key] ?? 0), 0);

afterAll(() => {
  if (SCALE === 1) return;
  const columns = Object.keys([...rows.values()][0] ?? {}) as (keyof Row)[];
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  const text = [
    line(["fault", ...columns]),
    line(columns.map(() => "---:").toSpliced(0, 0, "---")),
    ...[...rows].map(([name, row]) => line([name, ...columns.map((column) => row[column])])),
  ];
  process.stderr.write(`\n${text.join("\n")}\n`);
});
