// A region across a page border, when the second page is mapped otherwise between its runs: it executes what is mapped.
import { describe, expect, it } from "vitest";
import { assemble, program } from "../../riscv/assemble.ts";
import { BareMetal, RAM_BASE } from "../../riscv/bare-metal.ts";

const BASE = 0x4000_0000n;
const PAGE = 4096;
const RAM_PAGE = RAM_BASE / PAGE;
const [ROOT, MIDDLE, LAST] = [1, 2, 3];
/** Virtual pages of the code: the second one leads to one of two pages of RAM. */
const CODE = 8;
const [FIRST_CHOICE, SECOND_CHOICE] = [9, 12];
const VALID = 0x01n;
const ALL = 0xcfn;
const [EXECUTABLE, READABLE] = [0xcbn, 0xc3n];
const ROUNDS = 60;

const pte = (page: number, flags: bigint): bigint => (BigInt(RAM_PAGE + page) << 10n) | flags;

/** Adds to x10 in the first page, changes x11 or x12 behind the border, then goes back to the start. */
function machineWith(compiler: Readonly<Record<string, number>>, isCrossing: boolean): BareMetal {
  const machine = new BareMetal({ ramBytes: 64 * 1024, compiler });
  const { memory } = machine;
  memory.writeU64(ROOT * PAGE + 8, pte(MIDDLE, VALID));
  memory.writeU64(MIDDLE * PAGE, pte(LAST, VALID));
  memory.writeU64(LAST * PAGE + CODE * 8, pte(CODE, ALL));
  const start = PAGE - 10;
  machine.load(program("addi x10, x10, 1"), CODE * PAGE + start);
  machine.load(isCrossing ? [0x0001, 0x0001] : [0x0001, 0x0001, 0x0001], CODE * PAGE + start + 4);
  for (const [page, register] of [
    [FIRST_CHOICE, "x11"],
    [SECOND_CHOICE, "x12"],
  ] as const) {
    const word = assemble(`addi ${register}, ${register}, 1`);
    const length = isCrossing ? 2 : 4;
    if (isCrossing) {
      // Its first half stays what it is: the second half, with most of the source, is mapped otherwise.
      memory.writeU16(CODE * PAGE + PAGE - 2, assemble("addi x11, x11, 1") & 0xffff);
      memory.writeU16(page * PAGE, word >>> 16);
    } else machine.load([word], page * PAGE);
    machine.load([assemble(`jal x0, ${-(length + 10)}`)], page * PAGE + length);
  }
  machine.load(program("jal x0, 0"));
  machine.set("satp", (8n << 60n) | BigInt(RAM_PAGE + ROOT));
  machine.set("pmpaddr0", (1n << 54n) - 1n);
  machine.set("pmpcfg0", 0x1fn);
  machine.set("priv", 1n);
  machine.set("mtvec", BigInt(RAM_BASE));
  machine.set("pc", BASE + BigInt(CODE * PAGE + start));
  return machine;
}

function map(machine: BareMetal, page: number, flags: bigint): void {
  machine.memory.writeU64(LAST * PAGE + (CODE + 1) * 8, pte(page, flags));
}

describe.each([false, true])(
  "a loop over a page border (instruction across it: %s)",
  (isCrossing) => {
    it("executes what the second page leads to each time, and faults where that is not executable", () => {
      const [interpreted, compiled] = [0, 1].map((compileAfterJumps) => {
        const machine = machineWith({ compileAfterJumps }, isCrossing);
        const seen: string[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          map(machine, round % 2 === 0 ? FIRST_CHOICE : SECOND_CHOICE, EXECUTABLE);
          machine.run(37);
          seen.push(["pc", "x10", "x11", "x12"].map((name) => machine.get(name)).join());
        }
        map(machine, FIRST_CHOICE, READABLE);
        machine.run(8);
        seen.push(String(machine.get("mcause")), machine.get("mtval").toString(16));
        return seen;
      });
      expect(compiled).toEqual(interpreted);
      expect(interpreted?.slice(-2)).toEqual(["12", "40009000"]);
    });
  },
);
