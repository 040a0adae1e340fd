import { beforeEach, describe, expect, it } from "vitest";
import fc from "fast-check";
import { BinaryStateReader, BinaryStateWriter } from "../../../../core/machine/state-codec.ts";
import { Plic } from "../../../../guest-archs/riscv/platform/plic.ts";

const M = 0;
const S = 1;

class Rig {
  /** Levels towards hart 0 M, hart 0 S, hart 1 M, hart 1 S. */
  readonly lines: boolean[] = [false, false, false, false];
  readonly plic: Plic = new Plic(
    this.lines.map((_, context) => ({
      set: (isHigh: boolean) => {
        this.lines[context] = isHigh;
      },
    })),
  );

  priority(source: number, value: number): void {
    this.plic.write(4 * source, 4, value);
  }

  enable(context: number, ...sources: number[]): void {
    const words = [0, 0, 0];
    for (const source of sources)
      words[source >> 5] = (words[source >> 5] ?? 0) | (1 << (source & 31));
    words.forEach((word, index) => {
      this.plic.write(0x2000 + 0x80 * context + 4 * index, 4, word >>> 0);
    });
  }

  threshold(context: number, value: number): void {
    this.plic.write(0x20_0000 + 0x1000 * context, 4, value);
  }

  claim(context: number): number {
    return this.plic.read(0x20_0004 + 0x1000 * context, 4);
  }

  complete(context: number, source: number): void {
    this.plic.write(0x20_0004 + 0x1000 * context, 4, source);
  }

  level(source: number, isHigh: boolean): void {
    this.plic.source(source).set(isHigh);
  }
}

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

describe("PLIC delivery", () => {
  it("raises the line of the contexts that enable the source, until it is claimed", () => {
    rig.priority(10, 1);
    rig.enable(S, 10);
    rig.level(10, true);
    expect(rig.lines).toEqual([false, true, false, false]);
    expect(rig.plic.read(0x1000, 4)).toBe(1 << 10);
    expect(rig.claim(S)).toBe(10);
    expect(rig.lines[S]).toBe(false);
    expect(rig.plic.read(0x1000, 4)).toBe(0);
    expect(rig.claim(S)).toBe(0);
  });

  it("comes again after completion while the level is high", () => {
    rig.priority(10, 1);
    rig.enable(S, 10);
    rig.level(10, true);
    rig.claim(S);
    rig.complete(S, 10);
    expect(rig.lines[S]).toBe(true);
    rig.claim(S);
    rig.level(10, false);
    rig.complete(S, 10);
    expect(rig.lines[S]).toBe(false);
  });

  it("goes to the first claimer when two contexts enable a source", () => {
    rig.priority(40, 3);
    rig.enable(M, 40);
    rig.enable(3, 40);
    rig.level(40, true);
    expect(rig.lines).toEqual([true, false, false, true]);
    expect([rig.claim(3), rig.claim(M)]).toEqual([40, 0]);
    expect(rig.lines).toEqual([false, false, false, false]);
  });

  it("needs a priority above the threshold; a claim does not", () => {
    rig.priority(7, 3);
    rig.enable(S, 7);
    rig.threshold(S, 3);
    rig.level(7, true);
    expect(rig.lines[S]).toBe(false);
    rig.threshold(S, 2);
    expect(rig.lines[S]).toBe(true);
    rig.threshold(S, 7);
    expect(rig.claim(S)).toBe(7);
  });

  it("never comes from a source of priority 0", () => {
    rig.enable(S, 7);
    rig.level(7, true);
    expect([rig.lines[S], rig.claim(S)]).toEqual([false, 0]);
    rig.priority(7, 1);
    expect([rig.lines[S], rig.claim(S)]).toEqual([true, 7]);
  });

  it("ignores completion by a context that does not enable the source", () => {
    rig.priority(9, 1);
    rig.enable(S, 9);
    rig.level(9, true);
    rig.claim(S);
    rig.complete(M, 9);
    rig.complete(S, 0);
    rig.complete(S, 4000);
    expect(rig.lines[S]).toBe(false);
    rig.complete(S, 9);
    expect(rig.lines[S]).toBe(true);
  });

  it("claims by priority, then by number (property)", () => {
    const source = fc.record({
      number: fc.integer({ min: 1, max: 95 }),
      priority: fc.integer({ min: 1, max: 7 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(source, { selector: (s) => s.number, maxLength: 30 }),
        (sources) => {
          const { plic } = new Rig();
          for (const { number, priority } of sources) plic.write(4 * number, 4, priority);
          for (let word = 0; word < 3; word++) plic.write(0x2000 + 4 * word, 4, 0xffff_ffff);
          for (const { number } of sources) plic.source(number).set(true);
          const expected = sources
            .toSorted((a, b) => b.priority - a.priority || a.number - b.number)
            .map(({ number }) => number);
          expect(sources.map(() => plic.read(0x20_0004, 4))).toEqual(expected);
          expect(plic.read(0x20_0004, 4)).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("PLIC registers", () => {
  it("keep three bits of priority and threshold, and no source 0", () => {
    rig.priority(1, 0xff);
    rig.priority(0, 1);
    rig.threshold(2, 0xff);
    rig.enable(M, 0, 1);
    expect(rig.plic.read(4, 4)).toBe(7);
    expect(rig.plic.read(0, 4)).toBe(0);
    expect(rig.plic.read(0x20_2000, 4)).toBe(7);
    expect(rig.plic.read(0x2000, 4)).toBe(2);
  });

  it("read back all enable words of each context as unsigned", () => {
    for (let context = 0; context < 4; context++) {
      for (let word = 0; word < 3; word++) {
        const offset = 0x2000 + 0x80 * context + 4 * word;
        rig.plic.write(offset, 4, 0xf000_0000 + 2 * (context * 3 + word));
        expect(rig.plic.read(offset, 4)).toBe(0xf000_0000 + 2 * (context * 3 + word));
      }
    }
  });

  it("read as zero and change nothing elsewhere, for contexts that do not exist and other sizes", () => {
    for (const offset of [0x180, 0x100c, 0x200c, 0x2200, 0x20_0008, 0x20_4000, 0x20_3ffc]) {
      rig.plic.write(offset, 4, 0xffff_ffff);
      expect(rig.plic.read(offset, 4)).toBe(0);
    }
    rig.plic.write(4, 1, 1);
    rig.plic.write(0x1000, 4, 0xffff_ffff);
    expect([rig.plic.read(4, 4), rig.plic.read(0x1000, 4)]).toEqual([0, 0]);
  });

  it("has sources 1 to 95", () => {
    expect(() => rig.plic.source(0)).toThrow(/sources 1 to 95, not 0/);
    expect(() => rig.plic.source(96)).toThrow(RangeError);
  });
});

describe("A saved PLIC", () => {
  it("goes on as if nothing had happened", () => {
    for (const source of [3, 50, 95]) rig.priority(source, 2);
    rig.enable(S, 3, 50, 95);
    rig.threshold(S, 1);
    for (const source of [3, 50, 95]) rig.level(source, true);
    rig.claim(S);
    rig.level(50, false);
    const writer = new BinaryStateWriter();
    rig.plic.save(writer);
    const other = new Rig();
    const reader = new BinaryStateReader(writer.finish());
    other.plic.restore(reader);
    reader.end();
    const run = (subject: Rig): unknown[] => {
      subject.complete(S, 3);
      return [subject.claim(S), subject.claim(S), subject.claim(S), ...subject.lines];
    };
    expect(other.lines).toEqual(rig.lines);
    expect(run(other)).toEqual(run(rig));
  });

  it("does not fit a machine with another number of harts", () => {
    const writer = new BinaryStateWriter();
    rig.plic.save(writer);
    const reader = new BinaryStateReader(writer.finish());
    expect(() => new Plic([]).restore(reader)).toThrow(
      expect.objectContaining({ code: "XV_ERR_STATE_CORRUPT" }),
    );
  });
});
