// Each model of faults in a replica once, on a guest with paging: what leaves the machine is what the fault-free run
// shows, and the record alone gives the same run again, whatever is compiled when.
import { beforeAll, describe, expect, it } from "vitest";
import type { FaultConfig } from "../../core/index.ts";
import { loadRegistry } from "../../core/plugin-host/load-registry.ts";
import { expectedOutput, runGuest, type CompilerChoice, type GuestResult } from "./guest-run.ts";

const GUESTS = ["paging"] as const;
const MINUTE = 60_000;

const MODELS: readonly (Omit<FaultConfig, "at"> & { readonly use: string })[] = [
  { use: "branch-flip" },
  { use: "device-bit-flip", device: "uart0", entry: 3, bit: 1 },
  { use: "instruction-bit-flip", bit: 9 },
  { use: "load-address-bit-flip", bit: 12 },
  { use: "load-data-bit-flip", bit: 2, width: 2 },
  { use: "memory-bit-flip", address: 0x8000_0100, bit: 1, width: 3 },
  { use: "register-bit-flip", register: "x2", bit: 4 },
  { use: "result-bit-flip", bit: 1, width: 2 },
  { use: "result-stuck-at", bit: 4, value: 1 },
  { use: "store-address-bit-flip", bit: 6 },
  { use: "store-data-bit-flip", bit: 0 },
  { use: "stuck-at", register: "x10", bit: 2, value: 1 },
  { use: "stuck-at", register: "mstatus", bit: 3, value: 1 },
  { use: "stuck-at", register: "pc", bit: 4, value: 0, steps: 50 },
  { use: "tlb-bit-flip", table: "read", field: "page", bit: 1 },
  { use: "tlb-bit-flip", table: "write", field: "page", bit: 1 },
  { use: "tlb-bit-flip", table: "fetch", field: "page", bit: 1 },
  { use: "tlb-bit-flip", table: "read", field: "tag", bit: 1 },
  { use: "wild-store", frame: 5, offset: 9, bit: 1 },
  { use: "worker-crash" },
];
/** Waits for a watchdog: tried by a test of its own. */
const ELSEWHERE = ["worker-hang"];

describe.each(GUESTS)("%s shows nothing of", { timeout: 4 * MINUTE }, (guest) => {
  const seen = new Set<string>();
  let steps = 0;

  async function run(
    faults: readonly FaultConfig[],
    compiler: CompilerChoice,
  ): Promise<GuestResult> {
    return runGuest({
      guest,
      faults,
      compiler,
      slots: {
        placement: { use: "inline" },
        replication: { use: "pair", epochSteps: 20_000 },
        checkpoint: { use: "periodic", everyEpochs: 4 },
      },
    });
  }

  beforeAll(async () => {
    const golden = await run([], {});
    steps = golden.report.steps;
  });

  it.each(MODELS.map((options) => [textOf(options), options] as const))(
    "%s",
    async (_, options) => {
      // There are loads and stores of all widths.
      const at = Math.floor(steps * 0.9);
      const fault = { ...options, at, core: 1 };
      const runs = [
        await run([fault], { compileAfterJumps: 1 }),
        await run([fault], { compileAfterJumps: 0 }),
      ];
      const [first] = runs.map(storyOf);
      for (const { output, report } of runs) {
        expect(output).toBe(expectedOutput(guest));
        expect(report.faultsNotReached).toEqual([]);
        expect(report.faults.map(({ what }) => what).join("; ")).not.toContain("no such site");
        expect(report.wildWritesStopped).toBe(options.use === "wild-store" ? 1 : undefined);
        expect(storyOf({ report })).toEqual(first);
      }
      if (runs.every(({ report }) => report.divergences.length > 0)) seen.add(textOf(options));
    },
  );

  it("and most of them are noticed", () => {
    expect([...seen].join("; ")).toContain("register-bit-flip");
    expect(seen.size).toBeGreaterThan(MODELS.length / 2);
  });
});

it("every model of faults in a replica has its turn here", async () => {
  const registry = await loadRegistry({ plugins: [] });
  const models = registry.list("fault").filter(({ ofCoordinator }) => ofCoordinator === undefined);
  const tried = new Set([...ELSEWHERE, ...MODELS.map(({ use }) => use)]);
  expect(models.filter(({ name }) => !tried.has(name))).toEqual([]);
});

function textOf({ use, ...options }: (typeof MODELS)[number]): string {
  return [use, ...Object.entries(options).map(([name, value]) => `${name} ${String(value)}`)].join(
    " ",
  );
}

/** What happened, without what depends on the host's speed. */
function storyOf({ report }: Pick<GuestResult, "report">): object {
  return {
    steps: report.steps,
    stop: report.stop,
    faults: report.faults,
    divergences: report.divergences.map(({ divergence, outcome }) => ({ divergence, outcome })),
    wildWritesStopped: report.wildWritesStopped,
  };
}
