import { describe, expect, it } from "vitest";
import {
  dataPrivilege,
  MSTATUS,
  MSTATUS_WRITABLE,
  summaryDirty,
} from "../../../../guest-archs/riscv/privileged/mstatus.ts";

describe("mstatus fields", () => {
  it("are the writable bits of the specification", () => {
    expect(MSTATUS_WRITABLE).toBe(0x7e_79aa);
  });

  it("give loads and stores the privilege in MPP while MPRV is set", () => {
    expect(dataPrivilege(0x800, 3)).toBe(3);
    expect(dataPrivilege(MSTATUS.MPRV | 0x800, 3)).toBe(1);
    expect(dataPrivilege(MSTATUS.MPRV, 3)).toBe(0);
  });

  it("are summed up in SD only when FS is dirty", () => {
    expect(summaryDirty(0x6000)).toBe(1n << 63n);
    expect(summaryDirty(0x4000)).toBe(0n);
  });
});
