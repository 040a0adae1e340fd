// Where a replica stands, for people: the next instruction with its symbol, and the registers that say something.
import type { ExecutedStep } from "../api/processor.ts";
import type { Replica } from "../replica/replica.ts";
import type { SymbolTable } from "../replica/symbol-table.ts";

export interface Position {
  readonly step: number;
  readonly hart: number;
  readonly privilege: string | undefined;
  readonly pc: bigint;
  readonly symbol: string | undefined;
  /** Empty where the processor describes no steps. */
  readonly instruction: string;
  readonly registers: readonly RegisterValue[];
}

export interface RegisterValue {
  readonly name: string;
  readonly group: string;
  readonly value: bigint;
}

/** Reads the registers, then executes one step to see what it is: the replica is of no other use afterwards. */
export function describePosition({ machine }: Replica, symbols: SymbolTable): Position {
  const { processor, steps } = machine;
  const registers = processor
    .registerNames()
    .map(({ name, group }) => ({ name, group, value: processor.readRegister(name) }));
  const executed = machine.stepAndDescribe();
  const pc = executed?.pc ?? registers.find(({ group }) => group === "pc")?.value ?? 0n;
  return {
    step: steps,
    hart: executed?.hart ?? 0,
    privilege: executed?.privilege,
    pc,
    symbol: symbols.text(pc),
    instruction: nextText(executed, machine.steps > steps),
    registers,
  };
}

function nextText(executed: ExecutedStep | undefined, hasStepped: boolean): string {
  if (executed !== undefined) return instructionText(executed);
  return hasStepped ? "" : "(the machine waits, or has ended)";
}

export function instructionText({ kind, word, disassembly }: ExecutedStep): string {
  if (kind === "interrupted") return "(interrupt)";
  return word === undefined ? "(not fetched)" : disassembly;
}
