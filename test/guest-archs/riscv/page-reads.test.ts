import { describe, expect, it } from "vitest";
import { program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const PAGE = 4096;
const at = (page: number): bigint => BigInt(RAM_BASE + page * PAGE);

function readsOf(machine: BareMetal, steps: number): readonly number[] {
  const { pageReads } = machine.processor;
  pageReads?.begin();
  machine.run(steps);
  const seen = new Set<number>();
  pageReads?.collect((page) => seen.add(page));
  return [...seen].toSorted((a, b) => a - b);
}

describe("pages that were read", () => {
  it("are those of code and of loads, not those of stores", () => {
    const machine = new BareMetal({ ramBytes: 16 * PAGE });
    machine.load(program("ld x3, 0(x1)\nsd x3, 0(x2)\nlw x3, 8(x1)\nld x3, 0(x4)\njal x0, 0"), 0);
    machine.set("pc", at(0));
    machine.set("x1", at(5));
    machine.set("x2", at(7));
    machine.set("x4", at(9));
    expect(readsOf(machine, 2)).toEqual([0, 5]);
    // A page that is known already is seen again.
    expect(readsOf(machine, 1)).toEqual([0, 5]);
    expect(readsOf(machine, 1)).toEqual([0, 9]);
    expect(readsOf(machine, 5)).toEqual([0]);
  });
});
