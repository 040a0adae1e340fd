import { describe, expect, it } from "vitest";
import { DoubleCheck } from "../../../core/coordinator/double-check.ts";
import { digestFinalState } from "../../../core/coordinator/final-state.ts";
import { epoch } from "../replica/toy-setup.ts";
import { scriptedReplicas, type Script } from "./scripted-replicas.ts";

async function digest(script: Script, initial = 0): Promise<string | undefined> {
  const { set, frames, memories } = scriptedReplicas(script, { watchdogMs: 100 });
  frames.load(3 * 4096, Uint8Array.of(initial));
  for (let count = 0; count < 2; count++) set.spawn();
  set.grant(epoch(0, 100));
  return digestFinalState({ replicas: set, memories, check: new DoubleCheck() });
}

const writing = (page: number, value: number): Script => ({
  epoch: (_replica, _record, memory) => {
    memory.writeU8(page * 4096, value);
    return {};
  },
});

describe("digestFinalState", () => {
  it("is the same for the same state, wherever pages lie", async () => {
    const plain = await digest({});
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest({})).toBe(plain);
    expect(await digest(writing(5, 0))).toBe(plain);
    expect(await digest(writing(3, 9))).toBe(await digest({}, 9));
  });

  it("changes with machine state, with a page's contents and with its place", async () => {
    const digests = await Promise.all([
      digest({}),
      digest({ state: () => Uint8Array.of(1) }),
      digest(writing(5, 1)),
      digest(writing(6, 1)),
      digest(writing(5, 2)),
    ]);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it("is that of the live replicas", async () => {
    const expected = await digest({ state: () => Uint8Array.of(1) });
    const script: Script = {
      epoch: (replica) => (replica === 0 ? "crash" : {}),
      state: (replica) => Uint8Array.of(replica),
    };
    expect(await digest(script)).toBe(expected);
  });

  it("is undefined when the live replicas disagree", async () => {
    expect(await digest({ state: (replica) => Uint8Array.of(replica) })).toBeUndefined();
    const oneWrote: Script = {
      epoch: (replica, _record, memory) => {
        if (replica === 1) memory.writeU8(0, 1);
        return {};
      },
    };
    expect(await digest(oneWrote)).toBeUndefined();
  });

  it("is undefined when nobody is left to answer", async () => {
    expect(await digest({ epoch: () => "crash" })).toBeUndefined();
    expect(await digest({ state: () => "crash" })).toBeUndefined();
    expect(await digest({ state: () => "hang" })).toBeUndefined();
  });
});
