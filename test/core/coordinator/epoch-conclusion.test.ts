// What leaves of an epoch while the gate opens and closes.
import { expect, it } from "vitest";
import { ChangeSignal } from "../../../core/coordinator/change-signal.ts";
import { differenceOf } from "../../../core/coordinator/compare-ballots.ts";
import {
  EpochConclusion,
  type ConclusionParts,
} from "../../../core/coordinator/epoch-conclusion.ts";
import { GatedRelease } from "../../../core/coordinator/gated-release.ts";
import { createHooks } from "../../../core/coordinator/hooks.ts";
import { RunPosition } from "../../../core/coordinator/run-position.ts";
import type { Ballot, Output } from "../../../core/index.ts";
import { rememberSeal } from "../../../core/integrity/ballot-seals.ts";
import { encodeVerdict } from "../../../core/integrity/encoded-verdict.ts";
import { IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";
import { ReleaseGuard } from "../../../core/integrity/release-guard.ts";
import { ballotOf } from "./scripted-replicas.ts";

const sealed = (): Ballot => {
  const outputs = ["one", "two"].map((text) => ({ channel: "uart0", bytes: Buffer.from(text) }));
  const ballot = { ...ballotOf(0), outputs };
  rememberSeal(ballot);
  return ballot;
};

it("a byte that flips while the gate is closed between two outputs does not leave", async () => {
  const watch = new IntegrityWatch();
  const left: string[] = [];
  const gate = { isOpen: true, stop: undefined, spreadMs: 0, nextLookMs: 1 };
  const commit = (outputs: readonly Output[]): void => {
    for (const { bytes } of outputs) left.push(Buffer.from(bytes).toString());
    gate.isOpen = false;
  };
  const signal = new ChangeSignal();
  const release = new GatedRelease(
    { gate, commit: { commit }, signal, replicas: {} as never },
    { isEnding: () => false, stop: () => {} },
  );
  const hooks = createHooks();
  const told: number[] = [];
  hooks.outputCommitted.tap("test", (_epoch, outputs) => void told.push(outputs.length));
  const protection = { releaseCheck: true, encodedVerdict: true };
  const conclusion = new EpochConclusion({
    vmm: { hooks },
    plan: { replicas: 2 },
    replicas: { all: [] },
    position: new RunPosition(watch),
    release,
    guard: new ReleaseGuard(protection, watch, (a, b) => differenceOf(a, b) !== undefined),
    faults: { visit: () => {} },
    log: { agree: () => {} },
    sharing: {},
    upkeep: { epochAgreed: () => {}, isSound: true },
    checkpoints: { advance: () => ({}) },
    policy: { shouldCheckpoint: () => false },
    taker: { compareSome: () => {}, adopt: () => {}, hasBegun: false },
    stepLimit: 0,
  } as unknown as ConclusionParts);
  const ballot = sealed();
  const verdict = encodeVerdict(0, "agreed", "agreed");
  conclusion.agree({ ballot, copy: sealed(), verdict }, 0, true);
  const done = conclusion.conclude();
  await expect.poll(() => left, { timeout: 20_000 }).toEqual(["one"]);
  ballot.outputs[1]!.bytes[0]! ^= 1;
  gate.isOpen = true;
  expect(await done).toBeUndefined();
  expect([left, told]).toEqual([["one", "two"], [2]]);
  expect(watch.found).toMatchObject([{ record: "outputs of epoch 0", outcome: "repaired" }]);
});
