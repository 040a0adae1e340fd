import { beforeEach, describe, expect, it } from "vitest";
import type { Ballot } from "../../../core/index.ts";
import { differenceOf } from "../../../core/coordinator/compare-ballots.ts";
import { rememberSeal } from "../../../core/integrity/ballot-seals.ts";
import { encodeVerdict } from "../../../core/integrity/encoded-verdict.ts";
import { IntegrityBreach, IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";
import { ReleaseGuard, type AgreedClaim } from "../../../core/integrity/release-guard.ts";
import { ballotOf } from "../coordinator/scripted-replicas.ts";

const EPOCH = 4;

describe("the release guard", () => {
  let watch: IntegrityWatch;
  let guard: ReleaseGuard;
  let ballot: Ballot;
  let copy: Ballot;
  let claim: AgreedClaim;

  const sealed = (): Ballot => {
    const outputs = [{ channel: "uart0", bytes: Buffer.from("ab") }];
    const made: Ballot = { ...ballotOf(EPOCH), outputs };
    rememberSeal(made);
    return made;
  };
  const guardWith = (releaseCheck: boolean, encodedVerdict: boolean): ReleaseGuard =>
    new ReleaseGuard({ releaseCheck, encodedVerdict }, watch, (a, b) => {
      return differenceOf(a, b) !== undefined;
    });
  const textOf = (from: ReleaseGuard = guard): string =>
    Buffer.concat(from.release(ballot.outputs, claim, EPOCH).map(({ bytes }) => bytes)).toString();

  beforeEach(() => {
    watch = new IntegrityWatch();
    guard = guardWith(true, true);
    ballot = sealed();
    copy = sealed();
    claim = { ballot, copy, verdict: encodeVerdict(EPOCH, "agreed", "agreed") };
  });

  it("lets through what was agreed on", () => {
    expect(guard.admit(claim, EPOCH)).toBe(claim);
    expect(textOf()).toBe("ab");
    expect(guard.admit({ ...claim, copy: undefined }, EPOCH)?.ballot).toBe(ballot);
    expect(watch.found).toEqual([]);
  });

  it.each<[string, () => void]>([
    ["outputs", () => ballot.outputs[0]?.bytes.fill(0)],
    ["a channel", () => Object.assign(ballot.outputs[0] ?? {}, { channel: "uart1" })],
    ["an output too many", () => (ballot.outputs as unknown[]).push(ballot.outputs[0])],
  ])("releases the other replica's copy when %s changed after the comparison", (_what, flip) => {
    flip();
    expect(textOf()).toBe("ab");
    expect(watch.found).toMatchObject([{ record: "outputs of epoch 4", outcome: "repaired" }]);
  });

  it("releases what it has when the other copy changed", () => {
    copy.outputs[0]?.bytes.fill(0);
    expect(textOf()).toBe("ab");
    expect(watch.found).toHaveLength(1);
  });

  it("releases nothing when no copy is what was compared", () => {
    ballot.outputs[0]?.bytes.fill(0);
    copy.outputs[0]?.bytes.fill(1);
    expect(() => textOf()).toThrow(IntegrityBreach);
    claim = { ...claim, copy: undefined };
    expect(() => textOf()).toThrow(IntegrityBreach);
  });

  it.each<[string, Partial<Ballot>]>([
    ["steps", { steps: 1 }],
    ["its epoch", { epoch: 5 }],
    ["its timers", { nextAlarmTick: 5 }],
    ["registers", { registers: Uint8Array.of(9) }],
  ])("goes on with the other copy of a ballot that changed in %s", (_what, change) => {
    Object.assign(ballot, change);
    expect(guard.admit(claim, EPOCH)).toMatchObject({ ballot: copy });
    expect(watch.found).toMatchObject([{ record: "ballot on epoch 4", outcome: "repaired" }]);
  });

  it("stops when the only ballot there is changed", () => {
    Object.assign(ballot, { steps: 1 });
    expect(() => guard.admit({ ...claim, copy: undefined }, EPOCH)).toThrow(IntegrityBreach);
  });

  it.each<[string, Partial<AgreedClaim>]>([
    ["does not say that it was agreed", { verdict: encodeVerdict(EPOCH, "undecided", "agreed") }],
    ["is on another epoch", { verdict: encodeVerdict(5, "agreed", "agreed") }],
    ["is not there", { verdict: undefined as never }],
  ])("has an epoch judged again whose verdict %s, but not for ever", (_what, change) => {
    for (let times = 0; times < 3; times++) {
      expect(guard.admit({ ...claim, ...change }, EPOCH)).toBeUndefined();
    }
    expect(() => guard.admit({ ...claim, ...change }, EPOCH)).toThrow(IntegrityBreach);
  });

  it("releases nothing on a verdict that changed since, unless the replicas still agree", () => {
    claim = { ...claim, verdict: { first: 0, second: 0 } };
    expect(textOf()).toBe("ab");
    Object.assign(copy, { steps: 1 });
    expect(() => textOf()).toThrow(IntegrityBreach);
  });

  it("looks at nothing that it is not to look at", () => {
    ballot.outputs[0]?.bytes.fill(0x41);
    claim = { ...claim, verdict: { first: 0, second: 0 } };
    const trusting = guardWith(false, false);
    expect(trusting.admit(claim, EPOCH)).toBe(claim);
    expect(textOf(trusting)).toBe("AA");
    expect(watch.found).toEqual([]);
  });
});
