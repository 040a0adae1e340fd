// Where faults happen: in replicas by their number, on cores whoever runs there, once or several times.
import { describe, expect, it } from "vitest";
import { LETTERS, pairOf, runToy, soloOf } from "./toy-run.ts";

const TEXT = "ABCDEFGHIJ";
const flip = { use: "register-bit-flip", register: "r2", bit: 4 };
const soon = pairOf({ runAheadEpochs: 1 });

describe.each(["inline", "worker-threads"])("placed %s", { timeout: 60_000 }, (placement) => {
  it("a fault of a core hits who runs there, once", async () => {
    // Everything is replayed from the start, past the fault's step, on the same cores.
    const { report, text } = await runToy({
      source: LETTERS,
      placement,
      replication: soon,
      checkpoint: { use: "never" },
      recovery: { use: "rollback", attempts: 3 },
      faults: [{ ...flip, core: 1, at: 9000 }],
    });
    expect(text).toBe(TEXT);
    expect(report.divergences).toHaveLength(1);
    expect(report.faults).toMatchObject([{ fault: 0, replica: 1, core: 1, step: 9000 }]);
    expect(report.faultsNotReached).toEqual([]);
  });

  it("a fault of a core that passed does not come back in a replay, met ahead of the divergence or not", async () => {
    // The other replica had run into the second one before the first one was noticed: no witness agrees with it.
    const { report, text } = await runToy({
      source: LETTERS,
      placement,
      faults: [
        { ...flip, core: 0, at: 1754 },
        { ...flip, core: 1, at: 2276 },
      ],
    });
    expect(text).toBe(TEXT);
    expect(report.stop.reason).toBe("power-off");
    expect(report.faults.map(({ fault }) => fault)).toEqual([0, 1]);
  });

  it("a fault of a core happens nowhere else", async () => {
    const { report } = await runToy({
      source: LETTERS,
      placement,
      faults: [
        { ...flip, core: 1, at: 9000 },
        { ...flip, core: 1, at: 15_000 },
      ],
    });
    // The witness took over from core 2: nobody runs on core 1 any more.
    expect(report.faults).toHaveLength(1);
    expect(report.faultsNotReached).toEqual([
      { fault: 1, use: "register-bit-flip", at: 15_000, core: 1 },
    ]);
  });

  it("a fault of the witness's core happens to the witness", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      placement,
      checkpoint: { use: "never" },
      faults: [
        { ...flip, core: 0, at: 9000 },
        { use: "worker-crash", core: 2, at: 500 },
      ],
    });
    expect(text).toBe(TEXT);
    expect(report.faults).toMatchObject([
      { fault: 1, replica: 2, core: 2, step: 500 },
      { fault: 0, replica: 0, core: 0, step: 9000 },
    ]);
    expect(report.divergences[0]?.outcome).toMatchObject({ kind: "recovered", attempts: 2 });
  });

  it("an intermittent fault happens as often as it says, and is overcome each time", async () => {
    const faults = [{ ...flip, core: 1, at: 2000, repeat: { times: 4, everySteps: 4000 } }];
    const recovery = { use: "rollback", attempts: 3 };
    const { report, text } = await runToy({ source: LETTERS, placement, recovery, faults });
    expect(text).toBe(TEXT);
    expect(report.divergences).toHaveLength(4);
    // So many steps of the core apart, of which each rollback repeats some of the guest's.
    expect(report.faults.map(({ step }) => step)).toEqual([2000, 3500, 5500, 8000]);
    expect(report.faultsNotReached).toEqual([]);
  });
});

it("the same fault in all replicas is seen by none of them", async () => {
  const fault = { use: "register-bit-flip", register: "r2", bit: 5, at: 9000 };
  const pair = await runToy({ source: LETTERS, faults: [{ ...fault, replica: [0, 1] }] });
  const solo = await runToy({
    source: LETTERS,
    replication: soloOf(),
    faults: [{ ...fault, replica: 0 }],
  });
  expect(pair.report.faults.map(({ replica }) => replica)).toEqual([0, 1]);
  expect(pair.report.divergences).toEqual([]);
  expect(pair.text).not.toBe(TEXT);
  expect(pair.text).toBe(solo.text);
});
