import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../../core/index.ts";
import { ReplicaWorkers } from "../../../core/replica/replica-workers.ts";
import { collectReports, kindsOf, type Collected } from "./collect-reports.ts";
import { COUNTER, epoch, toySetups } from "./toy-setup.ts";

async function start(
  faults: readonly FaultConfig[] = [],
  plugins: readonly string[] = [],
): Promise<Collected> {
  const { setup } = await toySetups(COUNTER);
  const workers = new ReplicaWorkers({ plugins, spareDelayMs: () => undefined });
  return collectReports(workers.link({ ...setup({ faults }), plugins }));
}

describe("ReplicaWorkers", { timeout: 60_000 }, () => {
  it("obeys orders on another thread, also those that come while it sleeps", async () => {
    const { link, until } = await start();
    await until("ready");
    link.send({ kind: "epoch", record: epoch(0, 100) });
    await until("ballot");
    link.send({ kind: "epoch", record: epoch(1, 100) });
    link.send({ kind: "save" });
    const reports = await until("state");
    expect(kindsOf(reports)).toEqual(["ready", "ballot", "ballot", "state"]);
    expect(reports[2]).toMatchObject({ ballot: { epoch: 1, steps: 200 } });
    await link.terminate();
  });

  it("reports the death of the thread after the fault that caused it", async () => {
    const { link, until } = await start([{ use: "worker-crash", replica: 0, at: 7 }]);
    link.send({ kind: "epoch", record: epoch(0, 100) });
    const reports = await until("crashed");
    expect(kindsOf(reports)).toEqual(["ready", "fault", "crashed"]);
    expect(reports.at(-1)).toMatchObject({ message: "the worker ended with code 70" });
  });

  it("ends a thread that hangs", async () => {
    const { link, until } = await start([{ use: "worker-hang", replica: 0, at: 7 }]);
    link.send({ kind: "epoch", record: epoch(0, 100) });
    await until("fault");
    await link.terminate();
    expect(kindsOf(await until("crashed"))).toEqual(["ready", "fault", "crashed"]);
  });

  it("reports an orderly end as an end", async () => {
    const { link, until } = await start();
    link.send({ kind: "end" });
    expect((await until("crashed")).at(-1)).toMatchObject({
      message: "the worker ended with code 0",
    });
  });

  it("reports an error while it runs as a crash of this replica", async () => {
    const { link, until } = await start();
    link.send({ kind: "restore", state: Uint8Array.of(1, 2, 3) });
    const reports = await until("crashed");
    expect(kindsOf(reports).slice(0, 2)).toEqual(["ready", "crashed"]);
    expect(reports[1]).toMatchObject({
      message: expect.stringContaining("state is unusable") as string,
    });
  });

  it("carries a refusal across with its code, place and remedy", async () => {
    const fault = { use: "register-bit-flip", replica: 0, at: 1, register: "x1", bit: 0 };
    const { until } = await start([fault]);
    expect((await until("refused"))[0]).toMatchObject({
      error: {
        code: "XV_ERR_FAULT_UNKNOWN_REGISTER",
        value: "x1",
        remedy: expect.stringContaining("r0") as string,
      },
    });
  });

  it("refuses a plugin that the worker cannot import", async () => {
    const { until } = await start([], ["file:///nowhere/plugin.ts"]);
    expect((await until("refused"))[0]).toMatchObject({ error: { code: "XV_ERR_PLUGIN_FAILED" } });
  });

  it("keeps a worker ready, which becomes the next replica and is replaced", async () => {
    const { setup } = await toySetups(COUNTER);
    const workers = new ReplicaWorkers({ plugins: [], spareDelayMs: () => 10 });
    const first = collectReports(workers.link(setup({})));
    await first.until("ready");
    const spare = await eventually(() => workers.spareThread);
    const second = collectReports(workers.link(setup({})));
    expect(workers.spareThread).toBeUndefined();
    await second.until("ready");
    second.link.send({ kind: "epoch", record: epoch(0, 100) });
    await second.until("ballot");
    expect(await eventually(() => workers.spareThread)).not.toBe(spare);
    await workers.close();
    expect(workers.spareThread).toBeUndefined();
    await first.link.terminate();
    await second.link.terminate();
  });

  it("keeps none where none is wanted", async () => {
    const { setup } = await toySetups(COUNTER);
    const workers = new ReplicaWorkers({ plugins: [], spareDelayMs: () => undefined });
    const { until, link } = collectReports(workers.link(setup({})));
    await until("ready");
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    expect(workers.spareThread).toBeUndefined();
    await link.terminate();
  });
});

async function eventually<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
