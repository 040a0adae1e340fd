// The compiler of this architecture: its instructions, as the engine's compiler wants to know them.
import type { ActivityObserver, GuestMemory } from "../../core/index.ts";
import type { CodeCache } from "../engine/code-cache.ts";
import { CompiledCode } from "../engine/compiler/compiled-code.ts";
import { type OperationTraits, traitsOf } from "../engine/compiler/operation-traits.ts";
import { during } from "../engine/during.ts";
import type { CompilerOptions } from "./compiler-options.ts";
import { INSTRUCTION_SET } from "./decoder.ts";
import type { GuestAccess } from "./guest-access.ts";
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
  readonly access: GuestAccess;
  /** Byte offset of the compiler's tables. */
  readonly area: number;
  readonly options: CompilerOptions;
  /** The hart that executes now. */
  hart(): Hart;
  /** Semantics of an operation, by number. */
  semanticsOf(op: number): (x: Rv) => void;
  readonly activity: ActivityObserver | undefined;
}

export function createCompiledCode(place: CompilerPlace): CompiledCode<HartServices> {
  const { memory, code, access, area, hart, options, semanticsOf, activity } = place;
  return new CompiledCode<HartServices>(
    {
      memory,
      code,
      layout: STATE_LAYOUT,
      instructionSet: INSTRUCTION_SET,
      semanticsOf,
      traitsOf: (op) => cachedTraits(semanticsOf(op)),
      isLink: (slot) => LINKS.includes(slot),
      fetchedBlock: (address) => hart().tlb.fetched(hart().tlbSet, high(address), low(address)),
      refillRead: during(activity, "refill", (_, address, size) =>
        access.refillRead(hart(), high(address), low(address), size),
      ),
      refillWrite: during(activity, "refill", (_, address, size) =>
        access.refillWrite(hart(), high(address), low(address), size),
      ),
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
