// What stands in the blocks of recordings: points, entries of the log, plain data.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntries, encodeEntry, endOf } from "../../../core/recording/epoch-entries.ts";
import { plainFromJson, plainToJson } from "../../../core/recording/plain-json.ts";
import { decodePoint, encodePoint } from "../../../core/recording/saved-point.ts";

const digest = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((b) => Buffer.from(b).toString("hex"));

describe("saved points", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(
        fc.record({
          epoch: fc.integer({ min: -1, max: 2 ** 40 }),
          steps: fc.nat(),
          state: fc.option(fc.uint8Array(), { nil: undefined }),
          pages: fc.array(fc.record({ page: fc.nat(), digest })),
        }),
        (point) => {
          expect(decodePoint(encodePoint(point))).toEqual(point);
        },
      ),
    );
  });

  it("of another length are refused", () => {
    const bytes = encodePoint({ epoch: 0, steps: 1, state: Uint8Array.of(1), pages: [] });
    expect(() => decodePoint(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(RangeError);
  });
});

describe("entries of the log", () => {
  const ballot = {
    epoch: 3,
    steps: 500,
    isIdle: false,
    tick: 5,
    nextAlarmTick: Infinity,
    stop: undefined,
    outputs: [{ channel: "uart0", bytes: Uint8Array.of(65) }],
    registers: Uint8Array.of(1, 2, 3),
    dirtyPages: 0,
  };

  it("come back as they were, several in a block", () => {
    const inputs = [{ channel: "uart0", bytes: Uint8Array.of(0, 255, 10) }];
    const entries = [
      { record: { epoch: 3, steps: 500, jumpTicks: 0, inputs }, end: endOf(ballot, true) },
      { record: { epoch: 4, steps: 500, jumpTicks: 70, inputs: [] }, end: undefined },
    ];
    expect(decodeEntries(Buffer.from(entries.map(encodeEntry).join("")))).toEqual(entries);
  });

  it("tell registers and outputs apart", () => {
    const end = endOf(ballot, true);
    const otherRegisters = endOf({ ...ballot, registers: Uint8Array.of(1, 2, 4) }, true);
    const otherOutput = endOf({ ...ballot, outputs: [] }, true);
    expect(otherRegisters).toMatchObject({ outputs: end.outputs, steps: end.steps });
    expect(otherRegisters.registers).not.toBe(end.registers);
    expect(otherOutput.outputs).not.toBe(end.outputs);
    const unverified = endOf({ ...ballot, registers: Uint8Array.of(9) }, false);
    expect(unverified).toEqual(endOf(ballot, false));
    expect(unverified.registers).toBeUndefined();
    expect(new Set([end.digest, otherRegisters.digest, otherOutput.digest]).size).toBe(3);
  });

  it("refuse lines of something else", () => {
    expect(() => decodeEntries(Buffer.from('{"epoch":"x"}'))).toThrow(TypeError);
    expect(() => decodeEntries(Buffer.from("no json"))).toThrow(SyntaxError);
  });
});

describe("plain data as JSON", () => {
  it("keeps bytes and big integers", () => {
    const value = { a: [1n, -5n, { b: Uint8Array.of(0, 255) }], c: null, d: "text", e: 1.5 };
    expect(plainFromJson(plainToJson(value))).toEqual(value);
  });
});
