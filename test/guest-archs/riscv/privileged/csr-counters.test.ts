import { beforeEach, describe, expect, it } from "vitest";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { accessCsr } from "../../../../guest-archs/riscv/privileged/csr-file.ts";
import { createCore } from "./fake-machine.ts";

const MCYCLE = 0xb00;
const MINSTRET = 0xb02;
const MCOUNTINHIBIT = 0x320;
const CYCLE = 0xc00;
const TIME = 0xc01;
const INSTRET = 0xc02;

let core: ReturnType<typeof createCore>;

beforeEach(() => {
  core = createCore();
});

function write(number: number, value: bigint): void {
  expect(accessCsr(core, number, 1, value, false, true)).toBeDefined();
}

function read(number: number): bigint | undefined {
  return accessCsr(core, number, 2, 0n, true, false);
}

describe("Counters", () => {
  it("count the hart's steps", () => {
    core.state.set(SLOT.steps, 1234n);
    expect([MCYCLE, MINSTRET, CYCLE, INSTRET].map((number) => read(number))).toEqual([
      1234n,
      1234n,
      1234n,
      1234n,
    ]);
  });

  it("read by the next instruction what was written", () => {
    core.state.set(SLOT.steps, 1000n);
    write(MINSTRET, 7n);
    core.state.set(SLOT.steps, 1001n);
    expect(read(INSTRET)).toBe(7n);
    expect(read(CYCLE)).toBe(1001n);
    core.state.set(SLOT.steps, 1011n);
    expect(read(MINSTRET)).toBe(17n);
  });

  it("wrap at 64 bits", () => {
    write(MCYCLE, 0xffff_ffff_ffff_ffffn);
    core.state.set(SLOT.steps, 2n);
    expect(read(MCYCLE)).toBe(0n);
  });

  it("stand still while inhibited, and go on from there", () => {
    core.state.set(SLOT.steps, 100n);
    write(MCOUNTINHIBIT, 4n);
    core.state.set(SLOT.steps, 150n);
    expect([read(MINSTRET), read(MCYCLE)]).toEqual([100n, 150n]);
    write(MINSTRET, 5n);
    core.state.set(SLOT.steps, 160n);
    expect(read(MINSTRET)).toBe(5n);
    write(MCOUNTINHIBIT, 0n);
    core.state.set(SLOT.steps, 163n);
    expect(read(MINSTRET)).toBe(8n);
  });

  it("show virtual time", () => {
    core.environment.tick = 4242;
    expect(read(TIME)).toBe(4242n);
  });

  it.each([
    ["cycle", CYCLE, 1],
    ["time", TIME, 2],
    ["instret", INSTRET, 4],
    ["hpmcounter3", 0xc03, 8],
    ["hpmcounter31", 0xc1f, 0x8000_0000],
  ])("%s is opened to S by mcounteren and to U by both registers", (_name, number, bit) => {
    const isOpenTo = (privilege: number): boolean => {
      core.state.privilege = privilege;
      return read(number) !== undefined;
    };
    expect([isOpenTo(3), isOpenTo(1), isOpenTo(0)]).toEqual([true, false, false]);
    core.state.setLow(SLOT.scounteren, bit);
    expect([isOpenTo(1), isOpenTo(0)]).toEqual([false, false]);
    core.state.setLow(SLOT.mcounteren, bit);
    expect([isOpenTo(1), isOpenTo(0)]).toEqual([true, true]);
    core.state.setLow(SLOT.scounteren, ~bit);
    expect([isOpenTo(1), isOpenTo(0)]).toEqual([true, false]);
  });
});
