// The interpreter of a replica that errs: made when it is first needed, beside the one that does not. Its refills leave
// to the slow paths what a fault changed, and those ask the hart.
import { dataAccessOf, type DataAccess, erringSemantics } from "../engine/fault-semantics.ts";
import { traitsOf } from "../engine/compiler/operation-traits.ts";
import type { RefillImports } from "../engine/interpreter-imports.ts";
import { FAULT_WORD, WORD } from "../engine/record-layout.ts";
import { OPERATIONS } from "./decoder.ts";
import type { Hart } from "./hart.ts";
import { HART_STATE_BYTES } from "./hart-layout.ts";
import type { SlowPaths } from "./interpreter-instance.ts";
import type { InterpreterChoice } from "./interpreter-module.ts";
import { type Access, ACCESS } from "./privileged/privileged-hart.ts";
import type { Row, Rv } from "./row.ts";

const FIRST_FAULT_SLOT = (HART_STATE_BYTES + WORD.faults) / 8;

export interface FaultSite {
  readonly data: DataAccess;
  readonly isBranch: boolean;
}

let sites: readonly FaultSite[] | undefined;

/** Where faults can hit an operation, by its number from PSEUDO_OP.first on. */
export function faultSites(): readonly FaultSite[] {
  sites ??= OPERATIONS.map(({ row: { semantics } }) => ({
    data: dataAccessOf(semantics),
    isBranch: traitsOf(semantics).control === "branch",
  }));
  return sites;
}

/** The interpreter that errs of the one that does not. */
function erringChoice(choice: InterpreterChoice): InterpreterChoice {
  return {
    ...choice,
    semantics: OPERATIONS.map(({ row }, index) =>
      erringSemantics(choice.semantics[index] as (x: Rv) => void, FIRST_FAULT_SLOT, isInteger(row)),
    ),
    variant: "erring",
  };
}

/** Operations of the integer unit: what moves data, jumps or touches floating-point registers is none. */
function isInteger({ semantics, format: { rd, rs1, rs2, rs3 } }: Row): boolean {
  const { memory, control } = traitsOf(semantics);
  return memory === "none" && control === "next" && ![rd, rs1, rs2, rs3].includes("f");
}

/** A hart's fault words. */
export function faultWords(hart: Hart): BigUint64Array<SharedArrayBuffer> {
  const { buffer } = hart.slots;
  return new BigUint64Array(buffer, hart.base + HART_STATE_BYTES + WORD.faults, FAULT_WORD.end);
}

/** Sets fault words so that nothing goes wrong. */
export function clearFaultWords(hart: Hart): void {
  const words = faultWords(hart);
  words.fill(0n);
  words[FAULT_WORD.branch] = 1n;
  words[FAULT_WORD.resultAnd] = ~0n;
  words[FAULT_WORD.stuckAnd] = ~0n;
  words[FAULT_WORD.stuckAddress] = BigInt(hart.data);
}

/** The slow paths of the interpreter that errs: profiles count all of it as interpretation. */
export function erringPaths(paths: SlowPaths): SlowPaths {
  return {
    ...paths,
    refills: erringRefills(paths.refills, paths.hart),
    activity: undefined,
    interpreter: erringChoice(paths.interpreter),
  };
}

/** Refills that serve no page whose translation is damaged, and no instruction word that is. */
function erringRefills(refills: RefillImports, hart: () => Hart): RefillImports {
  const isDamaged = (address: bigint, access: Access): boolean => {
    const current = hart();
    if (current.damaged.length === 0) return false;
    const low = Number(BigInt.asIntN(32, address));
    const high = Number(BigInt.asIntN(32, address >> 32n));
    return current.findDamaged(high, low, access) !== undefined;
  };
  return {
    refillRead: (base, address, size) =>
      isDamaged(address, ACCESS.load) ? 0 : refills.refillRead(base, address, size),
    refillWrite: (base, address, size) =>
      isDamaged(address, ACCESS.store) ? 0 : refills.refillWrite(base, address, size),
    refillFetch: (base, address) =>
      hart().fetchMask !== 0 || isDamaged(address, ACCESS.fetch)
        ? 0
        : refills.refillFetch(base, address),
  };
}
