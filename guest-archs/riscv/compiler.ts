// The compiler of this architecture: its instructions, as the engine's compiler wants to know them.
import type { CodeExchange, GuestMemory, ShadowUse } from "../../core/index.ts";
import type { CodeCache } from "../engine/code-cache.ts";
import { CompiledCode } from "../engine/compiler/compiled-code.ts";
import { type OperationTraits, traitsOf } from "../engine/compiler/operation-traits.ts";
import type { RefillImports } from "../engine/interpreter-imports.ts";
import type { CompilerOptions } from "./compiler-options.ts";
import { INSTRUCTION_SET } from "./decoder.ts";
import type { Hart } from "./hart.ts";
import type { HartServices } from "./hart-services.ts";
import { STATE_LAYOUT } from "./interpreter-module.ts";
import type { Rv } from "./row.ts";

/** x1 and x5 hold return addresses (Unprivileged ISA, table of return-address prediction hints). */
const LINKS: readonly number[] = [1, 5];

/** Of plain semantics, since most replicas have these, and of others as long as they are in use. */
const traits: WeakMap<(x: Rv) => void, OperationTraits> = new WeakMap();

export interface CompilerPlace {
  readonly memory: GuestMemory;
  readonly code: CodeCache;
  readonly refills: RefillImports;
  /** Byte offset of the compiler's tables. */
  readonly area: number;
  readonly options: CompilerOptions;
  readonly exchange: CodeExchange | undefined;
  readonly shadow: ShadowUse | undefined;
  /** The hart that executes now. */
  hart(): Hart;
  /** Semantics of an operation, by number. */
  semanticsOf(op: number): (x: Rv) => void;
}

export function createCompiledCode(place: CompilerPlace): CompiledCode<HartServices> {
  const { memory, code, refills, area, hart, options, exchange, shadow, semanticsOf } = place;
  return new CompiledCode<HartServices>(
    {
      memory,
      code,
      layout: STATE_LAYOUT,
      instructionSet: INSTRUCTION_SET,
      exchange,
      shadow,
      semanticsOf,
      traitsOf: (op) => cachedTraits(semanticsOf(op)),
      isLink: (slot) => LINKS.includes(slot),
      fetchedBlock: (address) => hart().tlb.fetched(high(address), low(address)),
      refills,
      jumpsToCompile: options.compileAfterJumps,
      maxInstructions: options.maxCompiledInstructions,
    },
    area,
  );
}

function cachedTraits(semantics: (x: Rv) => void): OperationTraits {
  const known = traits.get(semantics) ?? traitsOf(semantics);
  traits.set(semantics, known);
  return known;
}

function high(address: bigint): number {
  return Number(BigInt.asIntN(32, address >> 32n));
}

function low(address: bigint): number {
  return Number(BigInt.asIntN(32, address));
}
