import { beforeEach, describe, expect, it } from "vitest";
import { IntegrityBreach, IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";
import { sealOf } from "../../../core/integrity/seal.ts";
import { SealedTwin, type TwinKind } from "../../../core/integrity/sealed-twin.ts";

const BYTES: TwinKind<Uint8Array> = { seal: sealOf, copy: (bytes) => bytes.slice() };

describe("a sealed twin", () => {
  let watch: IntegrityWatch;
  let twin: SealedTwin<Uint8Array>;

  beforeEach(() => {
    watch = new IntegrityWatch();
    twin = new SealedTwin(BYTES, 7, Uint8Array.of(1, 2, 3));
  });

  it("gives what it holds, and says nothing", () => {
    expect(twin.read(watch, "it")).toEqual(Uint8Array.of(1, 2, 3));
    twin.scrub(watch, "it");
    expect(watch.found).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ["its first copy", () => (twin.parts.first[1] = 9), "from its second copy"],
    ["its seal", () => (twin.parts.seal ^= 4), "its seal alone was damaged"],
  ])("repairs %s when it is read", (_what, damage, how) => {
    damage();
    expect(twin.read(watch, "it")).toEqual(Uint8Array.of(1, 2, 3));
    expect(watch.found).toEqual([{ record: "it", outcome: "repaired", how }]);
    twin.scrub(watch, "it");
    expect(watch.found).toHaveLength(1);
  });

  it("knows whether a second copy that it is given equals the first", () => {
    const of = (second: Uint8Array): boolean =>
      new SealedTwin(BYTES, 7, Uint8Array.of(1, 2, 3), second).isWhole;
    expect([of(Uint8Array.of(1, 2, 3)), of(Uint8Array.of(1, 2, 7))]).toEqual([true, false]);
  });

  it("repairs its second copy when it is scrubbed, not by the way", () => {
    twin.parts.second[0] = 0;
    twin.read(watch, "it");
    expect(watch.found).toEqual([]);
    twin.scrub(watch, "it");
    expect(watch.found).toMatchObject([{ outcome: "repaired" }]);
    twin.parts.first[0] = 5;
    expect(twin.read(watch, "it")).toEqual(Uint8Array.of(1, 2, 3));
  });

  it.each<[string, () => void]>([
    ["both copies", () => (twin.parts.second[0] = 8)],
    ["a copy and the seal", () => (twin.parts.seal += 1)],
  ])("stops when %s are damaged", (_what, damage) => {
    twin.parts.first[0] = 9;
    damage();
    expect(() => twin.read(watch, "it")).toThrow(IntegrityBreach);
    expect(watch.found).toMatchObject([{ record: "it", outcome: "stopped" }]);
  });
});

describe("the watch", () => {
  it("tells of each thing found, and keeps a bounded number", () => {
    const told: unknown[] = [];
    const watch = new IntegrityWatch((found) => told.push(found));
    for (let count = 0; count < 1500; count++) watch.repaired("it", "somehow");
    expect([told.length, watch.found.length]).toEqual([1500, 1000]);
    expect(() => watch.broken("it", "it is gone")).toThrow(
      "the coordinator's own state is damaged: it: it is gone",
    );
  });
});
