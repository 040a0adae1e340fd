import { describe, expect, it } from "vitest";
import { ChangeSignal } from "../../../core/coordinator/change-signal.ts";
import { CoreMap } from "../../../core/coordinator/core-map.ts";
import { GatedRelease, RunEnding, unlessEnding } from "../../../core/coordinator/gated-release.ts";
import type { OutputGate } from "../../../core/coordinator/output-gate.ts";
import type { RunStop } from "../../../core/coordinator/run-report.ts";
import type { Output } from "../../../core/index.ts";

const outputs: Output[] = [1, 2, 3].map((number) => ({
  channel: "console",
  bytes: Uint8Array.of(number),
}));

class Gate implements OutputGate {
  isOpen = true;
  stop: RunStop | undefined;
  spreadMs = 30;
  readonly nextLookMs: number = 1;
}

function subject(gate?: Gate, cores = new CoreMap(2), cutOff: number[] = []) {
  const released: number[] = [];
  let stop: RunStop | undefined;
  const commit = {
    commit: (all: readonly Output[]): void => {
      released.push(...all.flatMap(({ bytes }) => [...bytes]));
      // The lease runs out in the middle.
      if (gate !== undefined && released.length === 2) gate.isOpen = false;
    },
  };
  const parts = {
    gate,
    commit,
    signal: new ChangeSignal(),
    replicas: { all: cutOff.map((replica) => ({ replica, isCutOff: true })), cores },
  };
  const release = new GatedRelease(parts, {
    isEnding: () => stop !== undefined,
    stop: (how) => (stop = how),
  });
  return { release, released, stop: () => stop };
}

const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

describe("unlessEnding", () => {
  it("tells the end of a run from what a recovery comes to", async () => {
    expect(await unlessEnding(Promise.resolve(7))).toBe(7);
    expect(await unlessEnding(Promise.reject(new RunEnding()))).toBe("ending");
    await expect(unlessEnding(Promise.reject(new Error("other")))).rejects.toThrow("other");
  });
});

describe("GatedRelease", () => {
  it("releases at once where there is no gate", async () => {
    const { release, released } = subject();
    expect(await release.release(7, outputs, () => outputs)).toBe(true);
    await release.beforeReplay();
    expect(released).toEqual([1, 2, 3]);
  });

  it("holds each single output back while the gate is closed", async () => {
    const gate = new Gate();
    const { release, released } = subject(gate);
    const done = release.release(7, outputs, () => outputs);
    await turns();
    expect(released).toEqual([1, 2]);
    gate.isOpen = true;
    expect(await done).toBe(true);
    expect(released).toEqual([1, 2, 3]);
  });

  it("verifies what is left once more after each wait, and releases what that says", async () => {
    const gate = new Gate();
    const { release, released } = subject(gate);
    gate.isOpen = false;
    const others = [11, 12, 13].map((number) => ({ ...outputs[0]!, bytes: Uint8Array.of(number) }));
    let looks = 0;
    const done = release.release(7, outputs, () => (looks++ === 0 ? outputs : others));
    await turns();
    expect([looks, released]).toEqual([0, []]);
    gate.isOpen = true;
    await turns();
    expect([looks, released]).toEqual([1, [1, 2]]);
    gate.isOpen = true;
    expect(await done).toBe(true);
    expect([looks, released]).toEqual([2, [1, 2, 13]]);
  });

  it("releases nothing twice where verifying failed in the middle", async () => {
    const gate = new Gate();
    const { release, released } = subject(gate);
    const failing = release.release(7, outputs, () => {
      throw new Error("struck");
    });
    await turns();
    gate.isOpen = true;
    await expect(failing).rejects.toThrow("struck");
    expect(await release.release(7, outputs, () => outputs)).toBe(true);
    expect(released).toEqual([1, 2, 3]);
    expect(await release.release(8, outputs, () => outputs)).toBe(true);
    expect(released).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it("ends the run where the gate says so, with the rest unreleased", async () => {
    const gate = new Gate();
    const { release, released, stop } = subject(gate);
    const done = release.release(7, outputs, () => outputs);
    await turns();
    gate.stop = { reason: "fenced", exitCode: 0 };
    expect(await done).toBe(false);
    expect([released, stop()]).toEqual([[1, 2], gate.stop]);
    await expect(release.beforeReplay()).rejects.toThrow(RunEnding);
  });

  it("waits for a host without a replica before another is started, but not for ever", async () => {
    const gate = new Gate();
    gate.spreadMs = 60_000;
    let isReachable = false;
    const hosts = {
      hostOf: (core: number) => (core < 2 ? 0 : 1),
      isReachable: (core: number) => core < 2 || isReachable,
    };
    const cores = new CoreMap(3, hosts);
    cores.place(0);
    const { release } = subject(gate, cores);
    let isResolved = false;
    const done = release.beforeReplay().then(() => (isResolved = true));
    await turns();
    expect(isResolved).toBe(false);
    isReachable = true;
    await done;
    expect(cores.place(1)).toBe(2);
    isReachable = false;
    cores.leave(1);
    gate.spreadMs = 5;
    await release.beforeReplay();
    expect(cores.place(2)).toBe(1);
  });

  it("has the core of a replica that was cut off used again", async () => {
    const cores = new CoreMap(2);
    cores.place(0);
    cores.place(1);
    await subject(new Gate(), cores, [1]).release.beforeReplay();
    expect(cores.free).toEqual([1]);
  });
});
