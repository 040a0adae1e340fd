import { beforeEach, describe, expect, it } from "vitest";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { accessCsr } from "../../../../guest-archs/riscv/privileged/csr-file.ts";
import { createCore, RAM } from "./fake-machine.ts";

const PMPCFG0 = 0x3a0;
const PMPCFG2 = 0x3a2;
const PMPADDR0 = 0x3b0;
const LOAD = 1;
const S = 1;

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

describe("PMP CSRs", () => {
  it("have no odd configuration registers on RV64", () => {
    expect(read(0x3a1)).toBeUndefined();
    expect(read(0x3a3)).toBeUndefined();
  });

  it("clear reserved bits, and W where R is clear", () => {
    write(PMPCFG2, 0x7f_66_1a_1e_01_02_03_04n);
    expect(read(PMPCFG2)).toBe(0x1f_04_18_1c_01_00_03_04n);
  });

  it("take effect at once and drop translations", () => {
    expect(core.pmp.allows(RAM, 4, LOAD, S)).toBe(true);
    write(PMPCFG0, 0n);
    expect(core.pmp.allows(RAM, 4, LOAD, S)).toBe(false);
    write(PMPCFG0, 0x19n);
    expect(core.pmp.allows(RAM, 4, LOAD, S)).toBe(true);
    write(PMPADDR0, 0n);
    expect(core.pmp.allows(RAM, 4, LOAD, S)).toBe(false);
    expect(core.environment.flushes).toBe(3);
    write(PMPADDR0, 0n);
    expect(core.environment.flushes).toBe(3);
  });

  it("keep locked entries until reset, with their neighbours free", () => {
    write(PMPCFG0, 0x8900n);
    write(PMPADDR0, 0n);
    write(PMPADDR0 + 1, 0n);
    write(PMPADDR0 + 2, 77n);
    expect(core.state.get(SLOT.pmpaddr)).not.toBe(0n);
    expect(read(PMPADDR0 + 2)).toBe(77n);
    write(PMPCFG0, 0x1f_00_1fn);
    expect(read(PMPCFG0)).toBe(0x1f_89_1fn);
  });
});
