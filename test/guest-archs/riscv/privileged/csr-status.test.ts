import { beforeEach, describe, expect, it } from "vitest";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { accessCsr } from "../../../../guest-archs/riscv/privileged/csr-file.ts";
import { createCore } from "./fake-machine.ts";

const MSTATUS = 0x300;
const SSTATUS = 0x100;

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

describe("mstatus", () => {
  it("keeps its writable bits and shows UXL, SXL and SD", () => {
    write(MSTATUS, 0xffff_ffff_ffff_ffffn);
    expect(read(MSTATUS)).toBe(0x8000_000a_007e_79aan);
    write(MSTATUS, 0n);
    expect(read(MSTATUS)).toBe(0xa_0000_0000n);
  });

  it("keeps the old MPP when the reserved mode is written", () => {
    write(MSTATUS, 0x0800n);
    write(MSTATUS, 0x1008n);
    expect(read(MSTATUS)).toBe(0xa_0000_0808n);
  });

  it("shows and changes its supervisor part through sstatus", () => {
    write(MSTATUS, 0x1888n);
    write(SSTATUS, 0xffff_ffff_ffff_ffffn);
    expect(read(SSTATUS)).toBe(0x8000_0002_000c_6122n);
    expect(core.state.low(SLOT.mstatus)).toBe(0xc_79aa);
    write(SSTATUS, 0n);
    expect(core.state.low(SLOT.mstatus)).toBe(0x1888);
  });

  it("stores nothing but writable bits, so that equal states have equal slots", () => {
    write(MSTATUS, 0xffff_ffff_ffff_ffffn);
    expect(core.state.get(SLOT.mstatus)).toBe(0x7e_79aan);
  });

  it("drops translations when SUM, MXR, MPRV, or MPP under MPRV change, and only then", () => {
    const { environment } = core;
    const flushesBy = (value: bigint): number => {
      const before = environment.flushes;
      write(MSTATUS, value);
      return environment.flushes - before;
    };
    expect(flushesBy(0x1802n)).toBe(0);
    expect(flushesBy(0x0802n)).toBe(0);
    expect(flushesBy(0x4_0802n)).toBe(1);
    expect(flushesBy(0x8_0802n)).toBe(1);
    expect(flushesBy(0x2_0802n)).toBe(1);
    expect(flushesBy(0x2_0002n)).toBe(1);
    expect(flushesBy(0x2_0002n)).toBe(0);
  });

  it("switches regimes instead where the environment keeps several", () => {
    let switches = 0;
    const { environment } = core;
    Object.assign(environment, { translationRegimeChanged: () => switches++ });
    write(SSTATUS, 0x4_0000n);
    expect([switches, environment.flushes]).toEqual([1, 0]);
  });

  it("makes the run loop look for interrupts when it enables them", () => {
    write(MSTATUS, 0x8n);
    expect(core.environment.interruptChanges).toBe(1);
    write(MSTATUS, 0x80008n);
    expect(core.environment.interruptChanges).toBe(1);
  });
});
