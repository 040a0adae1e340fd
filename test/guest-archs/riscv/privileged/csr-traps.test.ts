import { beforeEach, describe, expect, it } from "vitest";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { accessCsr } from "../../../../guest-archs/riscv/privileged/csr-file.ts";
import { createCore } from "./fake-machine.ts";

const SATP = 0x180;

let core: ReturnType<typeof createCore>;

beforeEach(() => {
  core = createCore();
});

function write(number: number, value: bigint): bigint | undefined {
  return accessCsr(core, number, 1, value, true, true);
}

function read(number: number): bigint | undefined {
  return accessCsr(core, number, 2, 0n, true, false);
}

describe("satp", () => {
  it("takes Bare, Sv39 and Sv48 with ASID and root, and ignores writes of other modes", () => {
    for (const mode of [8n, 9n, 0n]) {
      const value = (mode << 60n) | 0x0abc_d123_4567_89abn;
      write(SATP, value);
      expect(read(SATP)).toBe(value);
    }
    for (const mode of [1n, 7n, 10n, 15n]) {
      write(SATP, mode << 60n);
      expect(read(SATP)).toBe(0x0abc_d123_4567_89abn);
    }
  });

  it("drops translations when it changes", () => {
    write(SATP, 8n << 60n);
    write(SATP, 8n << 60n);
    expect(core.environment.flushes).toBe(1);
  });

  it("is illegal in S-mode under TVM", () => {
    core.state.privilege = 1;
    expect(read(SATP)).toBe(0n);
    core.state.setLow(SLOT.mstatus, 1 << 20);
    expect(read(SATP)).toBeUndefined();
    core.state.privilege = 3;
    expect(read(SATP)).toBe(0n);
  });
});

describe.each([
  ["mtvec", 0x305],
  ["stvec", 0x105],
])("%s", (_name, number) => {
  it("takes direct and vectored mode and ignores writes of reserved ones", () => {
    write(number, 0xffff_ffff_8000_0001n);
    expect(read(number)).toBe(0xffff_ffff_8000_0001n);
    write(number, 0x1002n);
    write(number, 0x1003n);
    expect(read(number)).toBe(0xffff_ffff_8000_0001n);
    write(number, 0x1000n);
    expect(read(number)).toBe(0x1000n);
  });
});
