import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../../core/index.ts";
import { inlineLink } from "../../../core/replica/inline-link.ts";
import { collectReports, kindsOf, type Collected } from "./collect-reports.ts";
import { COUNTER, epoch, toySetups } from "./toy-setup.ts";

async function start(faults: readonly FaultConfig[] = [], source = COUNTER): Promise<Collected> {
  const { registry, setup } = await toySetups(source);
  return collectReports(inlineLink(setup({ faults }), registry));
}

/** Long enough for everything queued to have been done. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await setImmediate();
}

describe("inlineLink", () => {
  it("obeys orders one after another and reports after they returned", async () => {
    const { link, reports, until } = await start();
    link.send({ kind: "epoch", record: epoch(0, 100) });
    link.send({ kind: "epoch", record: epoch(1, 100) });
    link.send({ kind: "save" });
    expect(reports).toEqual([]);
    expect(kindsOf(await until("state"))).toEqual(["ready", "ballot", "ballot", "state"]);
    link.send({ kind: "epoch", record: epoch(2, 100) });
    expect((await until("ballot", 3)).at(-1)).toMatchObject({ ballot: { steps: 300 } });
  });

  it("reports a crash after the fault, and obeys no more", async () => {
    const { link, reports, until } = await start([{ use: "worker-crash", replica: 0, at: 7 }]);
    link.send({ kind: "epoch", record: epoch(0, 100) });
    link.send({ kind: "save" });
    expect(kindsOf(await until("crashed"))).toEqual(["ready", "fault", "crashed"]);
    await settle();
    expect(reports).toHaveLength(3);
  });

  it("is silent once hung", async () => {
    const { link, reports } = await start([{ use: "worker-hang", replica: 0, at: 7 }]);
    link.send({ kind: "epoch", record: epoch(0, 100) });
    link.send({ kind: "save" });
    await settle();
    expect(kindsOf(reports)).toEqual(["ready", "fault"]);
  });

  it("refuses a setup that is the user's mistake", async () => {
    const fault = { use: "memory-bit-flip", replica: 0, at: 1, address: 2 ** 40, bit: 0 };
    const { until } = await start([fault]);
    expect(await until("refused")).toMatchObject([
      { error: { code: "XV_ERR_FAULT_ADDRESS", value: String(2 ** 40) } },
    ]);
  });

  it("turns an error while it runs into a crash of this replica only", async () => {
    const { link, until } = await start();
    link.send({ kind: "epoch", record: { ...epoch(0, 10), inputs: undefined as never } });
    expect(kindsOf(await until("crashed"))).toEqual(["ready", "crashed"]);
  });

  it("does nothing any more after it was ended", async () => {
    const { link, reports, until } = await start();
    await until("ready");
    link.send({ kind: "save" });
    await link.terminate();
    await settle();
    expect(kindsOf(reports)).toEqual(["ready"]);
  });
});
