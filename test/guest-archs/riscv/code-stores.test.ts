// Every way to store into a page, before and after code was decoded there: the next execution sees what was stored.
import { describe, expect, it } from "vitest";
import { program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const BASE = BigInt(RAM_BASE);
/** The called function lies at the start of a page; the page before it holds data. */
const FUNCTION = 0x4000;
const RETURN = "jalr x0, 0(x1)";
const OLD = program(`addi x5, x5, 1\n${RETURN}`);
const NEW = program(`addi x5, x5, 100\n${RETURN}`);

function both(words: readonly number[]): bigint {
  return BigInt(words[0] ?? 0) | (BigInt(words[1] ?? 0) << 32n);
}

/** [title, store of x3 (both instructions) over the function at x2]. */
const STORES: readonly (readonly [string, string])[] = [
  ["sd", "sd x3, 0(x2)"],
  ["sw", "sw x3, 0(x2)"],
  ["sh of the half that differs", "srli x4, x3, 16\nsh x4, 2(x2)"],
  ["sb of the bytes that differ", "srli x4, x3, 16\nsb x4, 2(x2)\nsrli x4, x3, 24\nsb x4, 3(x2)"],
  ["a misaligned sw", "srli x4, x3, 8\nsw x4, 1(x2)"],
  ["an sd across the page border", "slli x4, x3, 16\nsd x4, -2(x2)"],
  ["fsd", "fmv.d.x f1, x3\nfsd f1, 0(x2)"],
  ["fsw", "fmv.w.x f1, x3\nfsw f1, 0(x2)"],
  ["amoswap.d", "amoswap.d x4, x3, (x2)"],
  ["amoswap.w", "amoswap.w x4, x3, (x2)"],
  ["sc.d", "lr.d x4, (x2)\nsc.d x4, x3, (x2)"],
  ["sc.w", "lr.w x4, (x2)\nsc.w x4, x3, (x2)"],
];

/** x2 function, x3 its code, which toggles; x6 rounds. */
function machineWith(store: string, compiler: Readonly<Record<string, unknown>>): BareMetal {
  const machine = new BareMetal({ ramBytes: 128 * 1024, compiler });
  const body = program(store);
  machine.load([
    ...body,
    ...program(
      `xor x3, x3, x7\njalr x1, 0(x2)\naddi x6, x6, -1\nbne x6, x0, ${-4 * (body.length + 3)}\njal x0, 0`,
    ),
  ]);
  machine.load(OLD, FUNCTION);
  machine.set("mstatus", 0x2000n);
  machine.set("x2", BASE + BigInt(FUNCTION));
  machine.set("x3", both(NEW));
  machine.set("x7", both(NEW) ^ both(OLD));
  return machine;
}

describe.each(STORES)("%s over code", (_title, store) => {
  it.each(
    [1n, 2n, 3n, 40n].flatMap((rounds) => [0, 1, 7].map((jumps) => [rounds, jumps] as const)),
  )("is executed each time (%i rounds, compiled after %i jumps)", (rounds, compileAfterJumps) => {
    const machine = machineWith(store, { compileAfterJumps });
    machine.set("x6", rounds);
    machine.run(2000);
    expect(machine.get("x6")).toBe(0n);
    const news = (rounds + 1n) / 2n;
    expect(machine.get("x5")).toBe(news * 100n + (rounds - news));
  });
});

describe("an instruction that stores over itself", () => {
  it.each(["amoswap.w x4, x3, (x2)", "sc.w x4, x3, (x2)"])("%s writes its destination", (store) => {
    const [swap, ...rest] = program(`${store}\naddi x5, x5, 1\njal x0, 0`);
    const [replacement] = program("addi x6, x6, 1");
    const machine = new BareMetal({ ramBytes: 128 * 1024 });
    machine.load(program("lr.w x7, (x2)"));
    machine.load([swap ?? 0, ...rest], 4);
    machine.set("x2", BASE + 4n);
    machine.set("x3", BigInt(replacement ?? 0));
    machine.run(2);
    expect(machine.get("x4")).toBe(
      store.startsWith("sc") ? 0n : BigInt.asUintN(64, BigInt((swap ?? 0) | 0)),
    );
    machine.set("pc", BASE + 4n);
    machine.run(2);
    expect([machine.get("x5"), machine.get("x6")]).toEqual([1n, 1n]);
    expect(machine.processor.registers().subarray(0, 8)).toEqual(new Uint8Array(8));
  });
});

describe("two harts", () => {
  it.each(STORES)("%s by one is executed by the other", (_title, store) => {
    const machine = new BareMetal({ harts: 2, ramBytes: 128 * 1024 });
    // Hart 1 stores, then waits; hart 0 calls, then waits; each is woken in turn.
    machine.load(program(`jalr x1, 0(x2)\nwfi\njal x0, -8`));
    const body = program(store);
    machine.load(
      [...body, ...program(`xor x3, x3, x7\nwfi\njal x0, ${-4 * (body.length + 2)}`)],
      0x100,
    );
    machine.load(OLD, FUNCTION);
    for (const prefix of ["", "hart1."]) {
      machine.set(`${prefix}mstatus`, 0x2000n);
      machine.set(`${prefix}mie`, 2n);
      machine.set(`${prefix}x2`, BASE + BigInt(FUNCTION));
    }
    machine.set("hart1.pc", BASE + 0x100n);
    machine.set("hart1.x3", both(NEW));
    machine.set("hart1.x7", both(NEW) ^ both(OLD));
    machine.run(1000);
    expect(machine.get("x5")).toBe(1n);
    let expected = 1n;
    for (let round = 0; round < 30; round += 1) {
      machine.set("mip", 2n);
      machine.run(3);
      machine.set("mip", 0n);
      machine.run(1000);
      expected += round % 2 === 0 ? 100n : 1n;
      expect(machine.get("x5")).toBe(expected);
      machine.set("hart1.mip", 2n);
      machine.run(3);
      machine.set("hart1.mip", 0n);
      machine.run(1000);
    }
  });
});
