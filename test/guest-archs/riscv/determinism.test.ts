// However steps are split over calls of `run`, whenever state is saved and restored: the same states.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BinaryStateReader, BinaryStateWriter } from "../../../core/machine/state-codec.ts";
import { program } from "./assemble.ts";
import { BareMetal } from "./bare-metal.ts";

const STEPS = 60_000;

/**
 * A bit of everything: loops, memory, traps, code that changes, a page crossing, devices, atomics on a word shared by
 * the harts, counters.
 */
const TEXT = `
  auipc x31, 0
  lui x30, 0x10000000
  auipc x29, 0x4000
  addi x1, x31, 144
  csrrw x0, 0x305, x1
  csrrs x28, 0xf14, x0
  addi x27, x0, 64
  mul x26, x5, x27
  add x26, x26, x29
  sd x5, 0(x26)
  amoadd.d x7, x27, (x29)
  ld x8, 5(x26)
  xor x9, x9, x8
  csrrs x10, 0xb02, x0
  add x9, x9, x10
  addi x5, x5, 1
  andi x11, x5, 127
  bne x11, x0, 8
  sb x5, 0(x30)
  andi x11, x5, 31
  bne x11, x0, 16
  ecall
  lw x12, 100(x31)
  sw x12, 100(x31)
  addi x13, x13, 3
  slli x14, x5, 3
  lr.d x15, (x29)
  add x15, x15, x28
  sc.d x16, x15, (x29)
  add x17, x17, x16
  lui x18, 0x1000
  addi x18, x18, -8
  add x18, x18, x31
  jalr x19, 6(x18)
  addi x0, x0, 0
  jal x0, -116
  csrrs x20, 0x341, x0
  addi x20, x20, 4
  csrrw x0, 0x341, x20
  addi x21, x21, 1
  mret`;

function machine(harts: number): BareMetal {
  const result = new BareMetal({ harts, ramBytes: 256 * 1024 });
  result.load(program(TEXT));
  // A called function whose first instruction lies across a page border.
  result.load(program("addi x22, x22, 7\njalr x0, 0(x19)"), 4096 - 2);
  return result;
}

function stateOf(machine_: BareMetal): string {
  const bytes = machine_.processor.registers();
  const memory = machine_.memory.read(0, machine_.memory.bytes);
  return `${Buffer.from(bytes).toString("hex")} ${fnv(memory)} ${machine_.output} ${machine_.mmio.join()}`;
}

function fnv(bytes: Uint8Array): number {
  let hash = 0x811c_9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x0100_0193) >>> 0;
  return hash;
}

describe.each([1, 3])("%i harts", (harts) => {
  const whole = machine(harts);
  const done = whole.run(STEPS);
  const expected = stateOf(whole);

  it("really run the program", () => {
    expect(done).toBe(STEPS);
    for (let hart = 0; hart < harts; hart += 1) {
      const prefix = hart === 0 ? "" : `hart${hart}.`;
      expect(whole.get(`${prefix}x22`)).toBeGreaterThan(700n);
      expect(whole.get(`${prefix}x21`)).toBeGreaterThan(10n);
    }
    expect(whole.output.length).toBeGreaterThan(2);
  });

  it("reach the same state however the run is split", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (splits) => {
        const split = machine(harts);
        for (let i = 0; split.steps < STEPS; i += 1) {
          split.run(Math.min(splits[i % splits.length] ?? 1, STEPS - split.steps));
        }
        expect(stateOf(split)).toBe(expected);
      }),
      { numRuns: 12, seed: 1 },
    );
  });

  it("reach the same state step by step", () => {
    const steps = 2000;
    const single = machine(harts);
    const reported = machine(harts);
    const reference = machine(harts);
    for (let i = 0; i < steps; i += 1) {
      single.run(1);
      reported.processor.stepAndReport();
      reference.run(0);
    }
    reference.run(steps);
    expect(stateOf(single)).toBe(stateOf(reference));
    expect(stateOf(reported)).toBe(stateOf(reference));
  });

  it("go on the same way in another machine that restored their state", () => {
    for (const at of [1, 777, 16_384, 30_001]) {
      const first = machine(harts);
      first.run(at);
      const writer = new BinaryStateWriter();
      first.processor.save(writer);
      const second = machine(harts);
      second.run(5000);
      second.memory.write(0, first.memory.read(0, first.memory.bytes));
      second.resume(first);
      second.processor.restore(new BinaryStateReader(writer.finish()));
      expect(stateOf(second)).toBe(stateOf(first));
      second.run(STEPS - at);
      expect(stateOf(second)).toBe(expected);
    }
  });
});

describe("a machine with another number of harts", () => {
  it("refuses the state", () => {
    const writer = new BinaryStateWriter();
    machine(2).processor.save(writer);
    expect(() => machine(1).processor.restore(new BinaryStateReader(writer.finish()))).toThrow(
      /2 harts, this machine 1/,
    );
  });
});
