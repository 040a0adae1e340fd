import { beforeEach, describe, expect, it } from "vitest";
import fc from "fast-check";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { nextInterrupt } from "../../../../guest-archs/riscv/privileged/interrupts.ts";
import { createCore } from "./fake-machine.ts";

const SIE = 2;
const MIE = 8;
const ALL = 0xaaa;

let core: ReturnType<typeof createCore>;

beforeEach(() => {
  core = createCore();
  core.state.setLow(SLOT.mie, ALL);
});

/** All interrupts that come, one after the other, each cleared when taken. */
function drain(privilege: number, status: number): number[] {
  core.state.privilege = privilege;
  core.state.setLow(SLOT.mstatus, status);
  core.state.setLow(SLOT.lines, ALL);
  const order: number[] = [];
  for (let next = nextInterrupt(core); next >= 0; next = nextInterrupt(core)) {
    order.push(next);
    core.state.setLow(SLOT.lines, core.state.low(SLOT.lines) & ~(1 << next));
  }
  return order;
}

describe("nextInterrupt", () => {
  it("follows the order MEI, MSI, MTI, SEI, SSI, STI", () => {
    expect(drain(3, MIE)).toEqual([11, 3, 7, 9, 1, 5]);
  });

  it("lets a mode mask its own interrupts and those of lower modes", () => {
    core.state.setLow(SLOT.mideleg, 0x222);
    expect(drain(3, SIE)).toEqual([]);
    expect(drain(3, MIE | SIE)).toEqual([11, 3, 7]);
    expect(drain(1, 0)).toEqual([11, 3, 7]);
    expect(drain(1, SIE)).toEqual([11, 3, 7, 9, 1, 5]);
    expect(drain(0, 0)).toEqual([11, 3, 7, 9, 1, 5]);
  });

  it("gives an interrupt that pends and is enabled, and none only when the mode masks all (property)", () => {
    const bits = fc.integer({ min: 0, max: 0xfff });
    fc.assert(
      fc.property(bits, bits, bits, fc.constantFrom(0, 1, 3), (mie, lines, mideleg, privilege) => {
        core.state.setLow(SLOT.mie, mie);
        core.state.setLow(SLOT.lines, lines);
        core.state.setLow(SLOT.mideleg, mideleg);
        core.state.privilege = privilege;
        core.state.setLow(SLOT.mstatus, MIE | SIE);
        const next = nextInterrupt(core);
        const pending = mie & lines & ALL;
        const isTaken = next >= 0;
        expect(isTaken && (pending & (1 << next)) === 0).toBe(false);
        expect(
          !isTaken && privilege < 3 && (privilege === 0 || !(mideleg & 0x222)) && pending !== 0,
        ).toBe(false);
      }),
    );
  });
});
