import { queryObjects } from "node:v8";
import { describe, expect, it } from "vitest";
import { LETTERS, pairOf, runToy, soloOf } from "./toy-run.ts";

describe("runMachine on the toy platform", { timeout: 30_000 }, () => {
  it("runs one machine to its power-off", async () => {
    const { report, text } = await runToy({ source: LETTERS, replication: soloOf() });
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.stop).toEqual({ reason: "power-off", exitCode: 0 });
    expect(report.steps).toBeGreaterThan(20_000);
  });

  it("shows the same with two replicas, verified, and ends in the same state", async () => {
    const solo = await runToy({ source: LETTERS, replication: soloOf() });
    const { report, text } = await runToy({ source: LETTERS });
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.checkpoints).toBeGreaterThan(3);
    expect(report.divergences).toEqual([]);
    expect(report.finalState).toBe(solo.report.finalState);
  });

  it("recovers from a flipped register bit by a third replica", async () => {
    const golden = await runToy({ source: LETTERS });
    const { report, text } = await runToy({
      source: LETTERS,
      faults: [{ use: "register-bit-flip", replica: 1, at: 9000, register: "r6", bit: 3 }],
    });
    expect(text).toBe(golden.text);
    expect(report.finalState).toBe(golden.report.finalState);
    expect(report.divergences).toHaveLength(1);
    expect(report.divergences[0]?.outcome).toMatchObject({
      kind: "recovered",
      by: "third-replica",
      blamed: [1],
      attempts: 1,
    });
  });

  it("does the same on worker threads", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      placement: "worker-threads",
      faults: [{ use: "register-bit-flip", replica: 0, at: 9000, register: "r2", bit: 0 }],
    });
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.divergences[0]?.outcome).toMatchObject({ kind: "recovered", blamed: [0] });
  });

  it("survives the death of a worker", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      placement: "worker-threads",
      faults: [{ use: "worker-crash", replica: 1, at: 12_345 }],
    });
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.divergences[0]?.divergence.signal).toBe("crash");
    expect(report.divergences[0]?.outcome).toMatchObject({ kind: "recovered", blamed: [1] });
  });

  it("survives a hung worker", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      placement: "worker-threads",
      replication: pairOf({ watchdogMs: 300 }),
      faults: [{ use: "worker-hang", replica: 0, at: 12_345 }],
    });
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.divergences[0]?.divergence.signal).toBe("hang");
    expect(report.divergences[0]?.outcome).toMatchObject({ kind: "recovered", blamed: [0] });
  });

  it("finds a memory flip that no register shows, at the checkpoint", async () => {
    const golden = await runToy({ source: LETTERS });
    const { report, text } = await runToy({
      source: LETTERS,
      faults: [{ use: "memory-bit-flip", replica: 1, at: 5000, address: 0x3_0000, bit: 1 }],
    });
    expect(text).toBe(golden.text);
    expect(report.finalState).toBe(golden.report.finalState);
    expect(report.divergences[0]?.divergence).toMatchObject({
      signal: "state",
      detail: "page 0x30 differs",
    });
    expect(report.divergences[0]?.outcome).toMatchObject({ kind: "recovered", blamed: [1] });
  });

  it("stops without a wrong byte under fail-stop", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      recovery: { use: "fail-stop" },
      faults: [{ use: "register-bit-flip", replica: 1, at: 9000, register: "r2", bit: 0 }],
    });
    expect(report.stop.reason).toBe("diverged");
    expect("ABCDEFGHIJ".startsWith(text)).toBe(true);
  });

  it("rolls back under rollback", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      recovery: { use: "rollback", attempts: 2 },
      faults: [{ use: "register-bit-flip", replica: 1, at: 9000, register: "r2", bit: 0 }],
    });
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.divergences[0]?.outcome).toMatchObject({ kind: "recovered", by: "rollback" });
  });

  it("says why the last replay was of no use when nothing helps", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      recovery: { use: "third-replica", attempts: 1 },
      faults: [0, 1, 2, 3, 4].map((replica) => ({ use: "worker-crash", replica, at: 9000 })),
    });
    expect(report.stop.reason).toBe("diverged");
    expect(report.stop.detail).toMatch(/the last replay: replica [34]: the replica crashed/);
    expect("ABCDEFGHIJ".startsWith(text)).toBe(true);
  });

  it("refuses a fault in a register that does not exist, without a stack trace", async () => {
    await expect(
      runToy({
        source: LETTERS,
        faults: [{ use: "register-bit-flip", replica: 1, at: 9, register: "x99", bit: 0 }],
      }),
    ).rejects.toMatchObject({ code: "XV_ERR_FAULT_UNKNOWN_REGISTER", value: "x99" });
  });

  it("leaves no machine's memory behind", async () => {
    const memories = (): number => Number(queryObjects(WebAssembly.Memory, { format: "count" }));
    await runToy({ source: LETTERS });
    const before = memories();
    for (let run = 0; run < 5; run++) {
      await runToy({ source: LETTERS, signal: new AbortController().signal });
    }
    expect(memories()).toBeLessThanOrEqual(before + 1);
  });
});
