import { describe, expect, it } from "vitest";
import { program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const BASE = BigInt(RAM_BASE);
const HANDLER = 0x8000;
const MIE = 1n << 3n;
const MACHINE_SOFTWARE = 1n << 3n;

function machineWith(text: string): BareMetal {
  const machine = new BareMetal();
  machine.load(program(text));
  machine.set("mtvec", BASE + BigInt(HANDLER));
  return machine;
}

describe("a described step", () => {
  it("tells what retired where, and the register written", () => {
    const machine = machineWith("addi x5, x0, 7\nsd x5, 0(x6)");
    machine.set("x6", BASE + 0x100n);
    expect(machine.processor.stepAndDescribe?.()).toEqual({
      hart: 0,
      privilege: "M",
      pc: BASE,
      kind: "retired",
      word: program("addi x5, x0, 7")[0],
      disassembly: "addi x5, x0, 7",
      written: { name: "x5", value: 7n },
    });
    expect(machine.processor.stepAndDescribe?.()).toEqual({
      hart: 0,
      privilege: "M",
      pc: BASE + 4n,
      kind: "retired",
      word: program("sd x5, 0(x6)")[0],
      disassembly: "sd x5, 0(x6)",
    });
    expect(machine.steps).toBe(2);
  });

  it("tells an instruction that traps from one that retires", () => {
    const machine = machineWith("ld x5, 0(x0)");
    const step = machine.processor.stepAndDescribe?.();
    expect(step).toMatchObject({ kind: "trapped", disassembly: "ld x5, 0(x0)", pc: BASE });
    expect(step?.written).toBeUndefined();
  });

  it("tells where nothing could be fetched", () => {
    const machine = machineWith("addi x5, x0, 7");
    machine.set("pc", 0x10n);
    const step = machine.processor.stepAndDescribe?.();
    expect(step).toEqual({ hart: 0, privilege: "M", pc: 0x10n, kind: "trapped", disassembly: "" });
  });

  it("tells an interrupt that is taken instead of an instruction", () => {
    const machine = machineWith("addi x5, x0, 7");
    machine.set("mie", MACHINE_SOFTWARE);
    machine.set("mip", MACHINE_SOFTWARE);
    machine.set("mstatus", MIE);
    const step = machine.processor.stepAndDescribe?.();
    expect(step).toEqual({
      hart: 0,
      privilege: "M",
      pc: BASE,
      kind: "interrupted",
      disassembly: "",
    });
    expect(machine.get("pc")).toBe(BASE + BigInt(HANDLER));
    expect(machine.get("x5")).toBe(0n);
  });
});

describe("a position", () => {
  it("is where the hart stands, in code that is compiled or not", () => {
    const loop = "addi x5, x5, 1\njal x0, -4";
    const interpreted = new BareMetal({ compiler: { compileAfterJumps: 0 } });
    const compiled = new BareMetal({ compiler: { compileAfterJumps: 1 } });
    for (const machine of [interpreted, compiled]) {
      machine.load(program(loop));
      for (let run = 0; run < 200; run++) machine.run(100);
      expect(machine.processor.position?.()).toMatchObject({ pc: BASE, privilege: "M" });
    }
    expect(interpreted.processor.position?.().isCompiled).toBe(false);
    expect(compiled.processor.position?.().isCompiled).toBe(true);
  });
});
