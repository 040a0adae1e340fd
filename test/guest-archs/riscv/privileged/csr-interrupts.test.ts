import { beforeEach, describe, expect, it } from "vitest";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { accessCsr } from "../../../../guest-archs/riscv/privileged/csr-file.ts";
import { createCore } from "./fake-machine.ts";

const SIE = 0x104;
const SIP = 0x144;
const STIMECMP = 0x14d;
const MIDELEG = 0x303;
const MIE = 0x304;
const MIP = 0x344;
const MENVCFG = 0x30a;
const SEIP = 0x200n;
const STIP = 0x20n;
const SSIP = 0x02n;
const STCE = 1n << 63n;

let core: ReturnType<typeof createCore>;

beforeEach(() => {
  core = createCore();
});

function access(number: number, operation: 1 | 2 | 3, value: bigint): bigint | undefined {
  return accessCsr(core, number, operation, value, true, true);
}

function read(number: number): bigint | undefined {
  return accessCsr(core, number, 2, 0n, true, false);
}

describe("mip", () => {
  it("reads software bits and line levels", () => {
    access(MIP, 1, SSIP);
    core.state.setLow(SLOT.lines, 0x888);
    expect(read(MIP)).toBe(0x88an);
    access(MIP, 1, 0n);
    expect(read(MIP)).toBe(0x888n);
  });

  it("does not latch the external line into the software SEIP by set and clear", () => {
    core.state.setLow(SLOT.lines, Number(SEIP));
    expect(access(MIP, 2, SSIP)).toBe(SEIP);
    core.state.setLow(SLOT.lines, 0);
    expect(read(MIP)).toBe(SSIP);
    access(MIP, 2, SEIP);
    expect(read(MIP)).toBe(SSIP | SEIP);
    core.state.setLow(SLOT.lines, Number(SEIP));
    access(MIP, 3, SEIP);
    expect(read(MIP)).toBe(SSIP | SEIP);
    core.state.setLow(SLOT.lines, 0);
    expect(read(MIP)).toBe(SSIP);
  });
});

describe("sie and sip", () => {
  it("show and change delegated interrupts alone", () => {
    access(MIE, 1, 0xaaan);
    access(MIP, 1, SSIP | STIP | SEIP);
    expect([read(SIE), read(SIP)]).toEqual([0n, 0n]);
    access(MIDELEG, 1, SSIP | STIP);
    expect([read(SIE), read(SIP)]).toEqual([0x22n, 0x22n]);
    access(SIE, 1, 0n);
    expect(read(MIE)).toBe(0xa88n);
    access(SIP, 1, 0n);
    expect(read(MIP)).toBe(STIP | SEIP);
  });
});

describe("stimecmp", () => {
  it("is open to S-mode only with STCE and mcounteren.TM", () => {
    core.state.privilege = 1;
    expect(read(STIMECMP)).toBeUndefined();
    core.state.set(SLOT.menvcfg, STCE);
    expect(read(STIMECMP)).toBeUndefined();
    core.state.setLow(SLOT.mcounteren, 2);
    expect(read(STIMECMP)).toBe(0n);
    core.state.set(SLOT.menvcfg, 0n);
    expect(read(STIMECMP)).toBeUndefined();
  });

  it("drives STIP by comparison with time while STCE is set, in place of the software bit", () => {
    access(STIMECMP, 1, 100n);
    access(MIP, 1, STIP);
    access(MENVCFG, 1, STCE);
    expect(core.environment.timer).toBe(100);
    expect(read(MIP)).toBe(0n);
    core.environment.tick = 99;
    expect(read(MIP)).toBe(0n);
    core.environment.tick = 100;
    expect(read(MIP)).toBe(STIP);
    access(STIMECMP, 1, 101n);
    expect(read(MIP)).toBe(0n);
    access(MENVCFG, 1, 0n);
    expect(core.environment.timer).toBe(Infinity);
    expect(read(MIP)).toBe(STIP);
  });

  it("never fires for ticks beyond virtual time", () => {
    access(MENVCFG, 1, STCE);
    core.environment.tick = Number.MAX_SAFE_INTEGER;
    access(STIMECMP, 1, 1n << 53n);
    expect(core.environment.timer).toBe(Infinity);
    expect(read(MIP)).toBe(0n);
    access(STIMECMP, 1, (1n << 53n) - 1n);
    expect(read(MIP)).toBe(STIP);
  });
});
