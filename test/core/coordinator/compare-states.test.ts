import { describe, expect, it } from "vitest";
import { compareStates, type StateComparison } from "../../../core/coordinator/compare-states.ts";
import { DISPUTED, DoubleCheck } from "../../../core/coordinator/double-check.ts";
import { epoch } from "../replica/toy-setup.ts";
import { scriptedReplicas, type Script } from "./scripted-replicas.ts";

async function compare(
  script: Script,
  count = 2,
  check = new DoubleCheck(),
): Promise<StateComparison> {
  const parts = scriptedReplicas(script, { watchdogMs: 100 });
  const { set } = parts;
  for (let index = 0; index < count; index++) set.spawn();
  set.grant(epoch(0, 100));
  await set.quiesce(set.all);
  return compareStates(set.all, 100, { ...parts, replicas: set, check });
}

describe("compareStates", () => {
  it("finds equal machines with equal pages equal", async () => {
    const comparison = await compare({
      epoch: (_replica, _record, memory) => {
        for (const page of [9, 2]) memory.writeU8(page * 4096, 5);
        return {};
      },
      state: () => Uint8Array.of(4, 2),
    });
    expect(comparison).toEqual({
      groups: [[0, 1]],
      absent: [],
      state: Uint8Array.of(4, 2),
      stateCopy: Uint8Array.of(4, 2),
      pages: [2, 9],
      detail: "",
    });
  });

  it("looks at pages that nobody wrote, too, where they are in different frames", async () => {
    const parts = scriptedReplicas({});
    const { set, frames, shared } = parts;
    for (let count = 0; count < 2; count++) set.spawn();
    frames.givePrivateCopy(1, [3]);
    new Uint8Array(shared.buffer)[frames.offsetIn(1, 3)] = 1;
    const compared = { ...parts, replicas: set, check: new DoubleCheck() };
    expect(await compareStates(set.all, 0, compared)).toMatchObject({ groups: [[0, 1]] });
    expect(await compareStates(set.all, 0, compared, "apart")).toMatchObject({
      groups: [[0], [1]],
      pages: [3],
      detail: "page 0x3 differs",
    });
  });

  it("takes a dispute between its two evaluations for a difference", async () => {
    const seen: unknown[] = [];
    const check = new DoubleCheck((subject, step) => {
      seen.push([subject, step]);
      return [[0], [1]];
    });
    expect(await compare({}, 2, check)).toMatchObject({ groups: [[0], [1]], detail: DISPUTED });
    expect(seen).toEqual([["states", 100]]);
  });

  it("is not deceived by an evaluation that finds different machines equal", async () => {
    const script: Script = { state: (replica) => Uint8Array.of(replica) };
    const check = new DoubleCheck(() => [[0, 1]]);
    expect(await compare(script, 2, check)).toMatchObject({
      groups: [[0], [1]],
      detail: "machine states differ",
    });
  });

  it("separates machines whose states differ", async () => {
    const comparison = await compare({ state: (replica) => Uint8Array.of(replica % 2) }, 3);
    expect(comparison).toMatchObject({ groups: [[0, 2], [1]], detail: "machine states differ" });
  });

  it("finds a page that only one of them wrote, and says which", async () => {
    const comparison = await compare({
      epoch: (replica, _record, memory) => {
        if (replica === 1) memory.writeU8(11 * 4096, 1);
        return {};
      },
    });
    expect(comparison).toMatchObject({
      groups: [[0], [1]],
      pages: [11],
      detail: "page 0xb differs",
    });
  });

  it("counts one that dies while it is asked as absent", async () => {
    const comparison = await compare({
      state: (replica) => (replica === 0 ? "crash" : Uint8Array.of(6)),
    });
    expect(comparison).toMatchObject({ groups: [[1]], absent: [0], state: Uint8Array.of(6) });
  });

  it("does not wait for ever for one that hangs while it is asked", async () => {
    const comparison = await compare({
      state: (replica) => (replica === 1 ? "hang" : Uint8Array.of(6)),
    });
    expect(comparison).toMatchObject({ groups: [[0]], absent: [1], state: Uint8Array.of(6) });
  });

  it("has no state to show when all are dead", async () => {
    const comparison = await compare({ state: () => "crash" });
    expect(comparison).toMatchObject({ groups: [], absent: [0, 1], state: undefined });
  });
});
