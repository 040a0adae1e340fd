// Counters (Privileged ISA 1.12, 3.1.10 to 3.1.12; Zicntr). mcycle and minstret both count steps, see `steps` in the
// hart layout; an offset slot holds what software wrote. While mcountinhibit stops a counter, its offset slot holds
// the frozen value itself. The event counters exist, never count and read as zero.
import { SLOT } from "../hart-layout.ts";
import { constantRow, type CsrRow } from "./csr-row.ts";
import type { HartCore } from "./hart-core.ts";

interface Counter {
  readonly offset: number;
  /** Its bit in mcountinhibit, mcounteren and scounteren. */
  readonly bit: number;
}

const CYCLE: Counter = { offset: SLOT.mcycleOffset, bit: 1 };
const INSTRET: Counter = { offset: SLOT.minstretOffset, bit: 4 };
const TIME_BIT = 2;
const TWO_32 = 0x1_0000_0000;
const INHIBITABLE = CYCLE.bit | INSTRET.bit;

const EVENT_COUNTERS: readonly number[] = Array.from({ length: 29 }, (_, index) => index + 3);

function isInhibited(core: HartCore, counter: Counter): boolean {
  return (core.state.low(SLOT.mcountinhibit) & counter.bit) !== 0;
}

function readCounter(core: HartCore, counter: Counter): bigint {
  const offset = core.state.get(counter.offset);
  return isInhibited(core, counter)
    ? offset
    : BigInt.asUintN(64, core.state.get(SLOT.steps) + offset);
}

/** The writing instruction itself is not counted: the next one reads exactly what was written. */
function writeCounter(core: HartCore, counter: Counter, value: bigint): void {
  const isStopped = isInhibited(core, counter);
  core.state.set(counter.offset, isStopped ? value : value - core.state.get(SLOT.steps) - 1n);
}

function writeInhibit(core: HartCore, value: number): void {
  for (const counter of [CYCLE, INSTRET]) {
    const wasStopped = isInhibited(core, counter);
    const isStopped = (value & counter.bit) !== 0;
    if (wasStopped === isStopped) continue;
    const steps = core.state.get(SLOT.steps);
    const offset = core.state.get(counter.offset);
    core.state.set(counter.offset, isStopped ? offset + steps : offset - steps);
  }
  core.state.setLow(SLOT.mcountinhibit, value & INHIBITABLE);
}

/** mcounteren opens a counter to S, mcounteren and scounteren together open it to U. */
function isOpen(core: HartCore, bit: number): boolean {
  const { state } = core;
  const privilege = state.privilege;
  if (privilege === 3) return true;
  if ((state.low(SLOT.mcounteren) & bit) === 0) return false;
  return privilege === 1 || (state.low(SLOT.scounteren) & bit) !== 0;
}

function machineCounter(number: number, name: string, counter: Counter): CsrRow {
  return {
    number,
    name,
    read: (core) => readCounter(core, counter),
    write: (core, value) => writeCounter(core, counter, value),
  };
}

function userCounter(number: number, name: string, counter: Counter): CsrRow {
  return {
    number,
    name,
    read: (core) => readCounter(core, counter),
    isAccessible: (core) => isOpen(core, counter.bit),
  };
}

export const COUNTER_ROWS: readonly CsrRow[] = [
  machineCounter(0xb00, "mcycle", CYCLE),
  machineCounter(0xb02, "minstret", INSTRET),
  userCounter(0xc00, "cycle", CYCLE),
  {
    number: 0xc01,
    name: "time",
    read: (core) => BigInt(core.environment.now()),
    isAccessible: (core) => isOpen(core, TIME_BIT),
    halves: {
      low: (core) => core.environment.now() >>> 0,
      high: (core) => Math.floor(core.environment.now() / TWO_32),
    },
  },
  userCounter(0xc02, "instret", INSTRET),
  {
    number: 0x320,
    name: "mcountinhibit",
    read: (core) => BigInt(core.state.low(SLOT.mcountinhibit) & INHIBITABLE),
    write: (core, value) => writeInhibit(core, Number(value & 0xffff_ffffn)),
  },
  ...EVENT_COUNTERS.map((n) => constantRow(0x320 + n, `mhpmevent${n}`, 0n)),
  ...EVENT_COUNTERS.map((n) => constantRow(0xb00 + n, `mhpmcounter${n}`, 0n)),
  ...EVENT_COUNTERS.map((n) => ({
    ...constantRow(0xc00 + n, `hpmcounter${n}`, 0n),
    isAccessible: (core: HartCore) => isOpen(core, 2 ** n),
  })),
];
