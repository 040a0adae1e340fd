// Engine diversity: one replica interprets, another one compiles. They end alike, a bug of one engine is noticed and never
// outvotes the other one, and faults of cores are recovered from as without it.
import { beforeAll, describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../core/index.ts";
import { expectedOutput, runGuest, type GuestResult } from "./guest-run.ts";

const PLUGIN = new URL("./engines/wrong-engine-plugin.ts", import.meta.url).href;
const MINUTE = 60_000;
const GUEST = "paging";

const run = (
  replication: SlotConfig,
  more: {
    readonly faults?: readonly FaultConfig[];
    readonly bug?: { readonly engine: string; readonly instruction: string };
    readonly recovery?: string;
  } = {},
): Promise<GuestResult> =>
  runGuest({
    guest: GUEST,
    compiler: { compileAfterJumps: 1 },
    ...(more.faults !== undefined && { faults: more.faults }),
    ...(more.bug !== undefined && {
      plugins: [PLUGIN],
      instrumentation: [{ use: "wrong-engine", ...more.bug }],
    }),
    slots: {
      placement: { use: "inline", cores: 4 },
      replication: { epochSteps: 20_000, ...replication },
      checkpoint: { use: "periodic", everyEpochs: 4 },
      recovery: { use: more.recovery ?? "third-replica" },
    },
  });

const same = { use: "pair" };
const diverse = { use: "pair", engines: "diverse" };
const three = { use: "triple", engines: "diverse" };

describe("replicas of different engines", { timeout: 4 * MINUTE }, () => {
  let golden: GuestResult;

  beforeAll(async () => {
    golden = await run(same);
  });

  it("do the same as replicas of one engine", async () => {
    const { report, committed } = await run(diverse);
    expect(report.engines).toBe("diverse");
    expect(report.divergences).toEqual([]);
    expect(committed).toEqual(golden.committed);
    expect(report.finalState).toBe(golden.report.finalState);
  });

  it("notice a bug of the compiler, which compiled replicas alone agree on", async () => {
    const bug = { engine: "compiled", instruction: "xor" };
    const agreed = await run(same, { bug });
    expect(agreed.report.divergences).toEqual([]);
    expect(agreed.output).not.toBe(expectedOutput(GUEST));
    for (const replication of [diverse, three]) {
      const { report, output } = await run(replication, { bug });
      expect(report.stop.reason).toBe("diverged");
      expect(report.stop.detail).toContain("replicas agree with each other");
      expect(expectedOutput(GUEST).startsWith(output)).toBe(true);
      expect(report.cores.every(({ retired }) => retired === undefined)).toBe(true);
    }
  });

  it("notice a bug of the interpreter", async () => {
    const bug = { engine: "interpreted", instruction: "xor" };
    const { report, output } = await run(diverse, { bug });
    expect(report.stop.reason).toBe("diverged");
    expect(expectedOutput(GUEST).startsWith(output)).toBe(true);
  });

  it.each([
    ["the compiled one", 0, "third-replica"],
    ["the interpreted one", 1, "third-replica"],
    ["the compiled one", 0, "repair"],
    ["the interpreted one", 1, "repair"],
  ])("recover from an upset in %s on core %s by %s", async (_, core, recovery) => {
    const at = Math.floor(golden.report.steps / 2);
    const faults = [{ use: "register-bit-flip", core, at, register: "x2", bit: 4 }];
    const { report, committed } = await run(diverse, { faults, recovery });
    expect(report.divergences).toHaveLength(1);
    expect(report.divergences[0]?.outcome).toMatchObject({ kind: "recovered", blamed: [core] });
    expect(report.divergences[0]?.diagnoses).toMatchObject([{ core, verdict: "transient" }]);
    expect(committed).toEqual(golden.committed);
    expect(report.finalState).toBe(golden.report.finalState);
  });

  it.each([
    [0, diverse],
    [1, diverse],
    [0, three],
    [1, three],
  ])("leave a core with a defect, core %s under %o", async (core, replication) => {
    const at = Math.floor(golden.report.steps / 2);
    const faults = [{ use: "result-stuck-at", core, at, bit: 4, value: 1 }];
    const { report, committed } = await run(replication, { faults });
    expect(report.cores.filter(({ retired }) => retired !== undefined)).toMatchObject([{ core }]);
    expect(committed).toEqual(golden.committed);
    expect(report.finalState).toBe(golden.report.finalState);
  });
});
