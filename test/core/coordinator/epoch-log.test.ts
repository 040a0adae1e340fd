import { describe, expect, it } from "vitest";
import type { Ballot, EpochRecord } from "../../../core/index.ts";
import {
  EpochLog,
  INPUT_OVERHEAD_BYTES,
  LOG_INPUT_BYTES,
} from "../../../core/coordinator/epoch-log.ts";
import { IntegrityBreach, IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";
import { SealedRecord } from "../../../core/integrity/sealed-record.ts";
import { epoch } from "../replica/toy-setup.ts";
import { ballotOf } from "./scripted-replicas.ts";

const output = (text: string, channel = "uart0"): Ballot["outputs"][number] => ({
  channel,
  bytes: Buffer.from(text),
});

const agreed: Ballot = { ...ballotOf(4), outputs: [output("ab"), output("c")] };

describe("EpochLog", () => {
  it("keeps records in order until a checkpoint makes them needless", () => {
    const log = new EpochLog();
    for (const number of [0, 1, 2, 3]) log.append(epoch(number, 10));
    log.trim(1);
    expect(log.records.map((record) => record.epoch)).toEqual([2, 3]);
  });

  it("is long while its inputs are, and until a checkpoint makes them needless", () => {
    const log = new EpochLog();
    const bytes = new Uint8Array(LOG_INPUT_BYTES / 2);
    log.append({ ...epoch(0, 10), inputs: [{ channel: "disk0", bytes }] });
    expect(log.isLong).toBe(false);
    const rest = bytes.subarray(2000 * INPUT_OVERHEAD_BYTES);
    log.append({ ...epoch(1, 10), inputs: [{ channel: "disk0", bytes: rest }] });
    expect(log.isLong).toBe(false);
    // Short ones take memory, too.
    const short = { channel: "net0", bytes: new Uint8Array(0) };
    log.append({ ...epoch(2, 10), inputs: Array.from({ length: 2000 }, () => short) });
    expect(log.isLong).toBe(true);
    log.trim(0);
    expect(log.isLong).toBe(false);
  });

  it("gives the records after an epoch", () => {
    const log = new EpochLog();
    expect(log.after(-1)).toEqual([]);
    for (const number of [0, 1, 2, 3]) log.append(epoch(number, 10));
    const after = (number: number): number[] => log.after(number).map((record) => record.epoch);
    expect([after(-1), after(1), after(3)]).toEqual([[0, 1, 2, 3], [2, 3], []]);
    log.trim(2);
    expect([after(-1), after(2), after(3)]).toEqual([[3], [3], []]);
  });

  it("is contradicted by nothing in an epoch that was not agreed on or is trimmed", () => {
    const log = new EpochLog();
    expect(log.contradicts(agreed)).toBe(false);
    log.agree(agreed, true);
    log.trim(4);
    expect(log.contradicts({ ...agreed, steps: 1 })).toBe(false);
  });

  it.each<[string, Partial<Ballot>]>([
    ["steps", { steps: 1 }],
    ["idleness", { isIdle: true }],
    ["time", { tick: 1 }],
    ["a timer", { nextAlarmTick: 5 }],
    ["a stop", { stop: { reason: "power-off", exitCode: 0 } }],
    ["registers", { registers: Uint8Array.of(1) }],
    ["an output", { outputs: [output("ab"), output("d")] }],
    ["a channel", { outputs: [output("ab"), output("c", "uart1")] }],
    ["where one output ends", { outputs: [output("a"), output("bc")] }],
    ["an output too few", { outputs: [output("ab")] }],
  ])("is contradicted by a ballot that differs in %s", (_what, other) => {
    const log = new EpochLog();
    log.agree(agreed, true);
    expect(log.contradicts({ ...agreed })).toBe(false);
    expect(log.contradicts({ ...agreed, ...other })).toBe(true);
  });

  it("is not contradicted by registers where nobody verified them, but by all else", () => {
    const log = new EpochLog();
    log.agree(agreed, false);
    expect(log.contradicts({ ...agreed, registers: Uint8Array.of(1) })).toBe(false);
    expect(log.contradicts({ ...agreed, steps: 1 })).toBe(true);
    expect(log.contradicts({ ...agreed, outputs: [output("ab")] })).toBe(true);
  });

  describe("with a damaged record", () => {
    const both = { recordSeals: true, logChain: true };
    let watch: IntegrityWatch;

    /** @returns a log of four records, the second damaged */
    function damaged(protection = both): EpochLog {
      watch = new IntegrityWatch();
      const log = new EpochLog(protection, watch);
      for (const number of [0, 1, 2, 3]) log.append(epoch(number, 10));
      Object.assign(log.records[1] ?? {}, { steps: 11 });
      return log;
    }

    it.each<[string, (log: EpochLog) => readonly EpochRecord[]]>([
      ["looked at", (log) => log.after(-1)],
      ["sent", (log) => log.toUse(-1)],
      ["replayed", (log) => log.toReplay(-1)],
    ])("puts it right where it is %s", (_what, use) => {
      expect(use(damaged()).map(({ steps }) => steps)).toEqual([10, 10, 10, 10]);
      expect(watch.found).toMatchObject([{ record: "log record of epoch 1" }]);
    });

    it("finds it by itself, some records at a time", () => {
      const log = damaged();
      expect([log.scrub(1), watch.found.length]).toEqual([1, 0]);
      expect([log.scrub(1), watch.found.length]).toEqual([1, 1]);
      expect([log.scrub(5), log.scrub(5), watch.found.length]).toEqual([2, 4, 1]);
    });

    it("replays no other records than were kept, whatever their own seals say", () => {
      const log = damaged();
      const [first, second] = [log.state.records[0], log.state.records[1]];
      if (first === undefined || second === undefined) throw new Error("no records");
      Object.assign(first, { parts: new SealedRecord({ ...epoch(0, 12) }).parts });
      expect(() => log.toReplay(-1)).toThrow(IntegrityBreach);
    });

    it("takes it for what it is where nothing is sealed", () => {
      const log = damaged({ recordSeals: false, logChain: false });
      expect(log.toReplay(0).map(({ steps }) => steps)).toEqual([11, 10, 10]);
      expect(watch.found).toEqual([]);
    });

    it("takes neither of two ballots for right that are not equal any more", () => {
      const log = damaged();
      expect(() => log.agree(agreed, true, { ...agreed, tick: 8 })).toThrow(IntegrityBreach);
      expect(log.isAgreed(4)).toBe(false);
      damaged({ recordSeals: false, logChain: false }).agree(agreed, true, { ...agreed, tick: 8 });
    });

    it("knows what was agreed on from a second copy", () => {
      const log = damaged();
      log.agree(agreed, true, { ...agreed });
      Object.assign(log.state.agreed.get(4)?.parts.first ?? {}, { digest: "nothing" });
      expect(log.contradicts(agreed)).toBe(false);
      expect(watch.found).toMatchObject([{ record: "what was agreed on in epoch 4" }]);
    });
  });
});
