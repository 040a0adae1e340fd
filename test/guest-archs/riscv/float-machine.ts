// Executes one floating-point instruction in the interpreter, on registers of the caller's choice.
import { assemble } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";
import type { FloatInstruction, Sources } from "./float-reference.ts";

/** mstatus.FS, in place. Quick paths are for the dirty one. */
export const FS = { off: 0n, initial: 0x2000n, dirty: 0x6000n } as const;

export interface FloatOutcome {
  readonly result: bigint;
  readonly fcsr: number;
  /** mstatus.FS, in place. */
  readonly status: bigint;
}

const ILLEGAL_INSTRUCTION = 2n;

export class FloatMachine {
  readonly #machine: BareMetal = new BareMetal({ ramBytes: 65_536, codeBytes: 1 });
  #word = 0;

  /** @param mode "rne", "rtz", ... or "dyn" */
  choose({ name, operands, hasRoundingMode }: FloatInstruction, mode: string): void {
    this.#word = assemble(`${name} ${operands}${hasRoundingMode ? `, ${mode}` : ""}`);
    this.#machine.load([this.#word]);
  }

  /** Whether the instruction traps as an illegal one while the f file is off, and leaves its destination alone. */
  isIllegalWhileOff(instruction: FloatInstruction): boolean {
    const before = 5n;
    this.#machine.set("mcause", 0n);
    this.#machine.set(instruction.destination, before);
    const { result } = this.execute(instruction, { a: 1n, b: 1n, c: 1n }, 1, FS.off);
    return result === before && this.#machine.get("mcause") === ILLEGAL_INSTRUCTION;
  }

  execute(
    { destination, isFromInteger }: FloatInstruction,
    { a, b, c }: Sources,
    fcsr: number,
    status: bigint,
  ): FloatOutcome {
    const machine = this.#machine;
    machine.set(isFromInteger ? "x1" : "f1", a);
    machine.set("f2", b);
    machine.set("f3", c);
    machine.set("fcsr", BigInt(fcsr));
    machine.set("mstatus", status);
    machine.set("pc", BigInt(RAM_BASE));
    machine.run(1);
    return {
      result: machine.get(destination),
      fcsr: Number(machine.get("fcsr")),
      status: machine.get("mstatus") & 0x6000n,
    };
  }
}
