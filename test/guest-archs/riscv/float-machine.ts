// Executes one floating-point instruction in the interpreter, on registers of the caller's choice.
import { assemble } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";
import type { FloatInstruction, Sources } from "./float-reference.ts";

const FS_INITIAL = 0x2000n;

export interface FloatOutcome {
  readonly result: bigint;
  readonly fcsr: number;
  /** mstatus.FS, in place. */
  readonly status: bigint;
}

export class FloatMachine {
  readonly #machine: BareMetal = new BareMetal({ ramBytes: 65_536, codeBytes: 1 });
  #word = 0;

  /** @param mode "rne", "rtz", ... or "dyn" */
  choose({ name, operands, hasRoundingMode }: FloatInstruction, mode: string): void {
    this.#word = assemble(`${name} ${operands}${hasRoundingMode ? `, ${mode}` : ""}`);
    this.#machine.load([this.#word]);
  }

  execute(
    { destination, isFromInteger }: FloatInstruction,
    { a, b, c }: Sources,
    fcsr: number,
  ): FloatOutcome {
    const machine = this.#machine;
    machine.set(isFromInteger ? "x1" : "f1", a);
    machine.set("f2", b);
    machine.set("f3", c);
    machine.set("fcsr", BigInt(fcsr));
    machine.set("mstatus", FS_INITIAL);
    machine.set("pc", BigInt(RAM_BASE));
    machine.run(1);
    return {
      result: machine.get(destination),
      fcsr: Number(machine.get("fcsr")),
      status: machine.get("mstatus") & 0x6000n,
    };
  }
}
