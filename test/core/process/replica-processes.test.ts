import process from "node:process";
import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../../core/index.ts";
import { createLogger } from "../../../core/logger.ts";
import { ReplicaProcesses } from "../../../core/process/replica-processes.ts";
import { collectReports, kindsOf, type Collected } from "../replica/collect-reports.ts";
import { COUNTER, epoch, toySetups } from "../replica/toy-setup.ts";

interface Started extends Collected {
  readonly pid: number;
}

async function start(
  faults: readonly FaultConfig[] = [],
  plugins: readonly string[] = [],
): Promise<Started> {
  const { setup, frames } = await toySetups(COUNTER);
  const ready = { ...setup({ faults }), plugins };
  const processes = new ReplicaProcesses({
    plugins,
    spareDelayMs: () => undefined,
    scrubPages: 4,
    frames,
    shared: ready.shared,
    logger: createLogger("silent"),
  });
  const collected = collectReports(processes.link(ready));
  return { ...collected, pid: collected.link.pid ?? -1 };
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("ReplicaProcesses", { timeout: 60_000 }, () => {
  it("obeys orders in another process, and says what its memory holds", async () => {
    const { link, until, pid } = await start();
    link.send({ kind: "epoch", record: epoch(0, 100) });
    link.send({ kind: "epoch", record: epoch(1, 100) });
    link.send({ kind: "save" });
    link.send({ kind: "memory", order: { kind: "digest", pages: "all" } });
    const reports = await until("memory");
    expect(kindsOf(reports)).toEqual(["ready", "ballot", "ballot", "state", "memory"]);
    expect(reports[2]).toMatchObject({ ballot: { epoch: 1, steps: 200 } });
    // The program, which the checkpoint has, is all that there is.
    expect(reports[3]).toMatchObject({
      memory: { written: { pages: new Uint32Array() }, frames: 1 },
    });
    expect(reports[4]).toMatchObject({ answer: { pages: Uint32Array.of(0), leaked: 0 } });
    expect(pid).not.toBe(process.pid);
    await link.terminate();
    expect(isThere(pid)).toBe(false);
  });

  it("reports the end of the process after the fault that caused it", async () => {
    const { link, until } = await start([{ use: "worker-crash", replica: 0, at: 7 }]);
    link.send({ kind: "epoch", record: epoch(0, 100) });
    const reports = await until("crashed");
    expect(kindsOf(reports)).toEqual(["ready", "fault", "crashed"]);
    expect(reports.at(-1)).toMatchObject({ message: "its process ended with code 70" });
  });

  it("names the signal that ended it", async () => {
    const { until, pid } = await start();
    await until("ready");
    process.kill(pid, "SIGKILL");
    const reports = await until("crashed");
    expect(reports.at(-1)).toMatchObject({ message: "its process was ended by SIGKILL" });
  });

  it("ends a process that hangs or is stopped, and hears no more of it", async () => {
    const hanging = await start([{ use: "worker-hang", replica: 0, at: 7 }]);
    hanging.link.send({ kind: "epoch", record: epoch(0, 100) });
    await hanging.until("fault");
    await hanging.link.terminate();
    const stopped = await start();
    await stopped.until("ready");
    process.kill(stopped.pid, "SIGSTOP");
    stopped.link.ignore?.();
    stopped.link.send({ kind: "epoch", record: epoch(0, 100) });
    await stopped.link.terminate();
    expect([hanging.pid, stopped.pid].map((pid) => isThere(pid))).toEqual([false, false]);
    expect(kindsOf(stopped.reports)).not.toContain("ballot");
  });

  it("reports an error while it runs as a crash of this replica", async () => {
    const { link, until } = await start();
    link.send({ kind: "epoch", record: { ...epoch(0, 10), inputs: [undefined as never] } });
    const reports = await until("crashed");
    expect(kindsOf(reports).slice(0, 2)).toEqual(["ready", "crashed"]);
    expect(reports[1]).toMatchObject({ message: expect.stringContaining("TypeError") as string });
    await link.terminate();
  });

  it("refuses a setup that is wrong", async () => {
    const { until, link } = await start([
      { use: "register-bit-flip", replica: 0, at: 7, register: "nonesuch", bit: 0 },
    ]);
    expect((await until("refused")).at(-1)).toMatchObject({
      error: { message: expect.stringContaining("nonesuch") as string },
    });
    await link.terminate();
  });

  it("keeps a process ready once replicas run, and ends it in the end", async () => {
    const { setup, frames } = await toySetups(COUNTER);
    const ready = setup();
    const processes = new ReplicaProcesses({
      plugins: [],
      spareDelayMs: () => 0,
      scrubPages: 0,
      frames,
      shared: ready.shared,
      logger: createLogger("silent"),
    });
    const { link, until } = collectReports(processes.link(ready));
    await until("ready");
    while (processes.sparePid === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    const spare = processes.sparePid;
    const next = collectReports(processes.link(ready));
    expect(next.link.pid).toBe(spare);
    await next.until("ready");
    for (const { link: each } of [{ link }, next]) await each.terminate();
    await processes.close();
    expect(isThere(spare)).toBe(false);
  });
});
