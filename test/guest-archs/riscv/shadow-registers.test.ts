import { describe, expect, it } from "vitest";
import type { ProcessorInstrumentation, ShadowUse } from "../../../core/index.ts";
import { program } from "./assemble.ts";
import { BareMetal } from "./bare-metal.ts";

function machineWith(shadow: ShadowUse | undefined, harts = 1): BareMetal {
  const instrumentation: ProcessorInstrumentation = {
    key: `shadow ${shadow}`,
    cells: 0,
    transform: () => undefined,
    halted: () => undefined,
    ...(shadow !== undefined && { shadow }),
  };
  const machine = new BareMetal({ harts, instrumentation });
  machine.processor.shadow?.follow();
  return machine;
}

describe("shadow registers", () => {
  it("are the registers after they followed", () => {
    const machine = machineWith("path");
    expect(machine.processor.shadow?.difference()).toBeUndefined();
    machine.set("x5", 7n);
    expect(machine.processor.shadow?.difference()).toBe("x5");
    machine.processor.shadow?.follow();
    expect(machine.processor.shadow?.difference()).toBeUndefined();
  });

  it("are those of all harts, and of both files", () => {
    const machine = machineWith("registers", 2);
    machine.set("hart1.f31", 1n);
    expect(machine.processor.shadow?.difference()).toBe("hart1.f31");
  });

  it("include the pc only where control flow is followed", () => {
    const followed = machineWith("path");
    followed.set("pc", followed.get("pc") + 4n);
    expect(followed.processor.shadow?.difference()).toBe("pc");
    const free = machineWith("registers");
    free.set("pc", free.get("pc") + 4n);
    expect(free.processor.shadow?.difference()).toBeUndefined();
  });

  it("differ in nothing where nobody uses them", () => {
    const machine = machineWith(undefined);
    machine.set("x5", 7n);
    expect(machine.processor.shadow?.difference()).toBeUndefined();
  });

  it("follow what CSR instructions write", () => {
    const machine = machineWith("registers");
    machine.load(program("csrrw x5, 0x340, x0"));
    machine.set("mscratch", 0x1234_5678_9abc_def0n);
    machine.run(1);
    expect(machine.get("x5")).toBe(0x1234_5678_9abc_def0n);
    expect(machine.processor.shadow?.difference()).toBeUndefined();
  });
});
