// The compiler of this architecture: its instructions, as the engine's compiler wants to know them.
import type { CodeExchange, GuestMemory } from "../../core/index.ts";
import type { CodeCache } from "../engine/code-cache.ts";
import { CompiledCode } from "../engine/compiler/compiled-code.ts";
import { type OperationTraits, traitsOf } from "../engine/compiler/operation-traits.ts";
import type { RefillImports } from "../engine/interpreter-imports.ts";
import { PSEUDO_OP } from "../engine/record-layout.ts";
import type { CompilerOptions } from "./compiler-options.ts";
import { INSTRUCTION_SET, OPERATIONS } from "./decoder.ts";
import type { Hart } from "./hart.ts";
import type { HartServices } from "./hart-services.ts";
import { STATE_LAYOUT } from "./interpreter-module.ts";
import type { Rv } from "./row.ts";

/** x1 and x5 hold return addresses (Unprivileged ISA, table of return-address prediction hints). */
const LINKS: readonly number[] = [1, 5];

const traits: (OperationTraits | undefined)[] = [];

export interface CompilerPlace {
  readonly memory: GuestMemory;
  readonly code: CodeCache;
  readonly refills: RefillImports;
  /** Byte offset of the compiler's tables. */
  readonly area: number;
  readonly options: CompilerOptions;
  readonly exchange: CodeExchange | undefined;
  /** The hart that executes now. */
  hart(): Hart;
}

export function createCompiledCode(place: CompilerPlace): CompiledCode<HartServices> {
  const { memory, code, refills, area, hart, options, exchange } = place;
  return new CompiledCode<HartServices>(
    {
      memory,
      code,
      layout: STATE_LAYOUT,
      instructionSet: INSTRUCTION_SET,
      exchange,
      semanticsOf,
      traitsOf: (op) => (traits[op] ??= traitsOf(semanticsOf(op))),
      isLink: (slot) => LINKS.includes(slot),
      fetchedBlock: (address) => hart().tlb.fetched(high(address), low(address)),
      refills,
      jumpsToCompile: options.compileAfterJumps,
      maxInstructions: options.maxCompiledInstructions,
    },
    area,
  );
}

function semanticsOf(op: number): (x: Rv) => void {
  if (op === PSEUDO_OP.illegal) return (x) => x.illegal();
  const operation = OPERATIONS[op - PSEUDO_OP.first];
  if (operation === undefined) throw new RangeError(`operation ${op} is no instruction`);
  return operation.row.semantics;
}

function high(address: bigint): number {
  return Number(BigInt.asIntN(32, address >> 32n));
}

function low(address: bigint): number {
  return Number(BigInt.asIntN(32, address));
}
