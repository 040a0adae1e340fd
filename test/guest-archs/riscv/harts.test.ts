// Harts that start, stop, wait, wake and interrupt each other through the built-in SBI, with timers: the same states
// however the run is split, also after a restore.
import { describe, expect, it } from "vitest";
import type { Processor, ProcessorContext } from "../../../core/index.ts";
import { MachineClock } from "../../../core/machine/machine-clock.ts";
import { BinaryStateReader, BinaryStateWriter } from "../../../core/machine/state-codec.ts";
import {
  createPrivilegedHart,
  type RiscvHart,
} from "../../../guest-archs/riscv/privileged/create-privileged-hart.ts";
import { HartState } from "../../../guest-archs/riscv/privileged/hart-state.ts";
import { createProcessor } from "../../../guest-archs/riscv/processor.ts";
import { processorBytes } from "../../../guest-archs/riscv/processor-area.ts";
import { SLOT } from "../../../guest-archs/riscv/hart-layout.ts";
import { program } from "./assemble.ts";
import { FlatMemory } from "./flat-memory.ts";

const RAM_BASE = 0x8000_0000;
const CODE_BYTES = 1024 * 1024;
const HARTS = 8;
const HANDLER_OFFSET = 512;
/** Register in which the handler counts. */
const INTERRUPTS = 28;
const STEPS = 400_000;

/**
 * x20 data, x21 hart id. Hart 0 starts the others; all count, set their timers, interrupt the next hart and themselves,
 * fence everyone's translations, and wait; odd ones stop now and then until hart 0 starts them again.
 */
const MAIN = `
  auipc x31, 0
  addi x21, x10, 0
  addi x1, x31, ${HANDLER_OFFSET}
  csrrw x0, 0x105, x1
  addi x1, x0, 546
  csrrw x0, 0x104, x1
  auipc x20, 65536
  csrrsi x0, 0x100, 2
loop:
  addi x5, x5, 1
  amoadd.d x6, x5, (x20)
  lr.d x7, (x20)
  add x7, x7, x21
  sc.d x8, x7, (x20)
  add x9, x9, x8
  csrrs x23, 0xc01, x0
  andi x24, x5, 63
  slli x24, x24, 4
  add x23, x23, x24
  csrrw x0, 0x14d, x23
  addi x10, x0, 3 # send_ipi
  andi x11, x21, 6
  lui x17, 0x735000
  addi x17, x17, 73
  addi x16, x0, 0
  ecall
  andi x24, x5, 7
  bne x24, x0, waiting
  addi x10, x0, 0 # remote_sfence_vma
  addi x11, x0, -1
  lui x17, 0x52465000
  addi x17, x17, -445
  addi x16, x0, 1
  ecall
waiting:
  andi x24, x5, 3
  bne x24, x0, busy
  wfi
  jal x0, awake
busy:
  addi x24, x0, 200
spin:
  addi x24, x24, -1
  bne x24, x0, spin
awake:
  lui x17, 0x485000 # hart_start, hart_stop
  addi x17, x17, 845
  bne x21, x0, others
  andi x10, x5, 7
  addi x11, x31, 0
  addi x12, x5, 0
  addi x16, x0, 0
  ecall
  jal x0, loop
others:
  andi x24, x5, 31
  andi x25, x21, 1
  beq x25, x0, loop
  bne x24, x0, loop
  addi x16, x0, 1
  ecall`;
// stvec: counts interrupts by cause and clears the software one, puts the timer off.
const HANDLER = `
  csrrs x26, 0x142, x0
  add x27, x27, x26
  csrrci x0, 0x144, 2
  addi x28, x28, 1
  csrrs x29, 0xc01, x0
  addi x29, x29, 300
  csrrw x0, 0x14d, x29
  sret`;

/** Replaces names of labels by distances. */
function withOffsets(text: string): string {
  const places = new Map<string, number>();
  const lines: string[] = [];
  for (const line of text.split("\n").map((raw) => raw.replace(/#.*/, "").trim())) {
    if (line.endsWith(":")) places.set(line.slice(0, -1), lines.length);
    else if (line !== "") lines.push(line);
  }
  return lines
    .map((line, at) =>
      line.replace(/\w+$/, (name) => {
        const place = places.get(name);
        return place === undefined ? name : String(4 * (place - at));
      }),
    )
    .join("\n");
}

const RAM_BYTES = 256 * 1024;

class Machine {
  readonly memory: FlatMemory = new FlatMemory(
    RAM_BYTES,
    processorBytes(HARTS, RAM_BYTES, CODE_BYTES),
  );
  readonly clock: MachineClock;
  readonly processor: Processor;
  readonly harts: RiscvHart[] = [];

  constructor() {
    const { memory } = this;
    let isBuilt = false;
    const clock = new MachineClock(10, 0n, () => {
      if (isBuilt) this.processor.leave();
    });
    this.clock = clock;
    for (const [text, offset] of [
      [MAIN, 0],
      [HANDLER, HANDLER_OFFSET],
    ] as const) {
      memory.write(offset, new Uint8Array(Uint32Array.from(program(withOffsets(text))).buffer));
    }
    const context: ProcessorContext = {
      harts: HARTS,
      memory,
      ramBase: RAM_BASE,
      areaOffset: 0,
      bus: { read: () => undefined, write: () => false },
      clock,
      stop: () => undefined,
      console: () => undefined,
    };
    const sbi = {
      harts: HARTS,
      hart: (id: number) => this.harts[id],
      fenceInstructions() {},
      readPhysicalU8: () => 0,
      writePhysicalU8() {},
      console: () => undefined,
      stop() {},
    };
    this.processor = createProcessor(context, {
      codeBytes: CODE_BYTES,
      privilegedFor: (hartId, environment, offset) => {
        const state = new HartState(memory.shared.buffer, offset);
        const hart = createPrivilegedHart({ hartId, state, environment, sbi });
        this.harts[hartId] = hart;
        return hart;
      },
    });
    isBuilt = true;
    for (const [id, hart] of this.harts.entries()) {
      hart.reset({ pc: RAM_BASE, arguments: [id], isStopped: id > 0 });
    }
  }

  /** As a machine does; an idle one jumps to its next alarm. */
  runTo(steps: number): void {
    const { clock, processor } = this;
    while (clock.steps < steps) {
      clock.fireDueAlarms();
      const span = Math.min(steps - clock.steps, clock.stepsToNextAlarm());
      if (span === 0) continue;
      if (processor.isIdle()) {
        const next = clock.nextAlarmTick();
        if (next === Infinity) throw new Error("idle for ever");
        clock.jump(Math.max(0, next - clock.now()));
        continue;
      }
      const before = clock.steps;
      clock.report(before + processor.run(span));
    }
    clock.fireDueAlarms();
  }

  save(): Uint8Array {
    const writer = new BinaryStateWriter();
    this.clock.save(writer);
    this.processor.save(writer);
    return writer.finish();
  }

  restoreFrom(other: Machine): void {
    this.memory.write(0, other.memory.read(0, other.memory.bytes));
    const reader = new BinaryStateReader(other.save());
    this.clock.restore(reader);
    this.processor.restore(reader);
  }

  state(): string {
    return Buffer.concat([this.save(), this.memory.read(0, this.memory.bytes)]).toString("latin1");
  }
}

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
}

describe("eight harts", () => {
  const whole = new Machine();
  whole.runTo(STEPS);
  const expected = whole.state();

  it("really do all of it", () => {
    for (const { state } of whole.harts) expect(state.get(SLOT.steps)).toBeGreaterThan(1000n);
    for (const { state } of whole.harts.filter((_, id) => id % 2 === 0)) {
      expect(state.get(SLOT.x + INTERRUPTS)).toBeGreaterThan(100n);
    }
    expect(whole.harts.filter(({ waiting }) => waiting === 2).length).toBeGreaterThan(0);
  });

  it.each([1, 2, 3, 4])("reach the same state, split and restored at random (seed %i)", (seed) => {
    const below = random(seed);
    let split = new Machine();
    while (split.clock.steps < STEPS) {
      split.runTo(Math.min(STEPS, split.clock.steps + 1 + below(below(8) === 0 ? 30_000 : 300)));
      if (below(20) === 0) {
        const next = new Machine();
        next.runTo(below(5000));
        next.restoreFrom(split);
        split = next;
      }
      if (below(10) === 0) split.memory.protect();
      if (below(5) === 0 && split.clock.steps < STEPS && !split.processor.isIdle()) {
        split.processor.stepAndReport();
      }
    }
    expect(split.state() === expected).toBe(true);
  });
});
