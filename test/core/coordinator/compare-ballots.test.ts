import { describe, expect, it } from "vitest";
import type { Ballot } from "../../../core/index.ts";
import { differenceOf, groupBallots } from "../../../core/coordinator/compare-ballots.ts";
import { DoubleCheck } from "../../../core/coordinator/double-check.ts";
import { EpochLog, digestBallot } from "../../../core/coordinator/epoch-log.ts";

const base: Ballot = {
  epoch: 1,
  steps: 10,
  isIdle: false,
  tick: 5,
  nextAlarmTick: Infinity,
  stop: undefined,
  outputs: [{ channel: "uart0", bytes: Uint8Array.of(65, 66) }],
  registers: Uint8Array.of(1, 2, 3),
  dirtyPages: 0,
};

/** Every way in which one claim can differ. */
const variants: Record<string, Ballot> = {
  steps: { ...base, steps: 11 },
  idleness: { ...base, isIdle: true },
  tick: { ...base, tick: 6 },
  alarm: { ...base, nextAlarmTick: 9 },
  stop: { ...base, stop: { reason: "power-off", exitCode: 0 } },
  "output byte": { ...base, outputs: [{ channel: "uart0", bytes: Uint8Array.of(65, 67) }] },
  "output channel": { ...base, outputs: [{ channel: "disk0", bytes: Uint8Array.of(65, 66) }] },
  "missing output": { ...base, outputs: [] },
  "more output": {
    ...base,
    outputs: [...base.outputs, { channel: "uart0", bytes: new Uint8Array(0) }],
  },
  register: { ...base, registers: Uint8Array.of(1, 2, 4) },
};

describe("ballots", () => {
  it("equal ones form one group and have one digest", () => {
    const copy = structuredClone(base);
    expect(
      groupBallots(
        [
          { replica: 0, ballot: base },
          { replica: 4, ballot: copy },
        ],
        new DoubleCheck(),
      ),
    ).toEqual([[0, 4]]);
    expect(digestBallot(copy)).toBe(digestBallot(base));
  });

  it.each(Object.entries(variants))(
    "a different %s is noticed by comparison and by digest",
    (_name, other) => {
      expect(differenceOf(base, other)).toBeTypeOf("string");
      expect(
        groupBallots(
          [
            { replica: 0, ballot: base },
            { replica: 1, ballot: other },
          ],
          new DoubleCheck(),
        ),
      ).toHaveLength(2);
      expect(digestBallot(other)).not.toBe(digestBallot(base));
    },
  );

  it("names the register that differs, where it has a name", () => {
    const other = { ...base, registers: Uint8Array.of(1, 2, 4) };
    expect(differenceOf(base, other, (byte) => (byte === 2 ? "x7" : undefined))).toBe(
      "register x7 differs",
    );
    expect(differenceOf(base, other)).toBe("processor states differ at byte 2");
  });

  it("the log knows what contradicts it, until a checkpoint makes that epoch unneeded", () => {
    const log = new EpochLog();
    log.append({ epoch: 1, steps: 10, jumpTicks: 0, inputs: [] });
    log.agree(base, true);
    expect(log.contradicts(structuredClone(base))).toBe(false);
    expect(log.contradicts({ ...base, tick: 6 })).toBe(true);
    expect(log.contradicts({ ...base, epoch: 2, tick: 6 })).toBe(false);
    log.trim(1);
    expect(log.records).toEqual([]);
    expect(log.contradicts({ ...base, tick: 6 })).toBe(false);
  });
});
