import { describe, expect, it } from "vitest";
import type { Ballot } from "../../../core/index.ts";
import { decodeBallot, encodeBallot } from "../../../core/replica/ballot-codec.ts";

const RUNNING: Ballot = {
  epoch: 7,
  steps: 2 ** 45 + 1,
  isIdle: true,
  tick: 2 ** 40,
  nextAlarmTick: Infinity,
  stop: undefined,
  outputs: [],
  registers: Uint8Array.from({ length: 900 }, (_, index) => index & 0xff),
  dirtyPages: 9,
};

const STOPPED: Ballot = {
  ...RUNNING,
  isIdle: false,
  nextAlarmTick: 12,
  stop: { reason: "guest-failure", exitCode: 300 },
  outputs: [
    { channel: "uart0", bytes: Uint8Array.of(1, 2) },
    { channel: "größe", bytes: new Uint8Array(0) },
    { channel: "", bytes: Uint8Array.of(0xff) },
  ],
};

describe("an encoded ballot", () => {
  it.each([RUNNING, STOPPED, { ...STOPPED, stop: { reason: "reset", exitCode: 0 } as const }])(
    "says what the ballot said (%#)",
    (ballot) => {
      const bytes = new Uint8Array(2000).fill(0xee);
      const length = encodeBallot(ballot, bytes);
      expect(decodeBallot(bytes.subarray(0, length))).toEqual(ballot);
      expect(decodeBallot(bytes)).toEqual(ballot);
    },
  );

  it("is a copy", () => {
    const bytes = new Uint8Array(2000);
    encodeBallot(STOPPED, bytes);
    const decoded = decodeBallot(bytes);
    bytes.fill(0);
    expect(decoded).toEqual(STOPPED);
  });

  it("has to fit", () => {
    const bytes = new Uint8Array(2000);
    const length = encodeBallot(STOPPED, bytes) ?? 0;
    expect(encodeBallot(STOPPED, bytes.subarray(0, length))).toBe(length);
    expect(encodeBallot(STOPPED, bytes.subarray(0, length - 1))).toBeUndefined();
  });

  it.each([
    ["registers", 44],
    ["outputs", 48],
    ["a reason", 41],
  ])("is refused when its number of %s is damaged", (_what, at) => {
    const bytes = new Uint8Array(2000);
    encodeBallot(STOPPED, bytes);
    bytes.fill(0xff, at, at + 2);
    expect(() => decodeBallot(bytes)).toThrow(RangeError);
  });
});
