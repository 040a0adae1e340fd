// The operations of this architecture as transforms of semantics see them, and their semantics after a transform.
import type { Operation, ProcessorInstrumentation } from "../../core/index.ts";
import { traitsOf } from "../engine/compiler/operation-traits.ts";
import { PSEUDO_OP } from "../engine/record-layout.ts";
import { OPERATIONS } from "./decoder.ts";
import { disassemble } from "./disassembler.ts";
import type { Row, Rv } from "./row.ts";

type RvSemantics = (x: Rv) => void;

let described: readonly Operation[] | undefined;

/** In the order of their numbers. */
function operations(): readonly Operation[] {
  described ??= OPERATIONS.map(({ row, length }) => ({
    name: row.name,
    length,
    traits: traitsOf(row.semantics),
    usesFloat: usesFloat(row),
    disassemble,
  }));
  return described;
}

function usesFloat({ format: { rd, rs1, rs2, rs3 } }: Row): boolean {
  return [rd, rs1, rs2, rs3].includes("f");
}

/** Semantics by operation number, from PSEUDO_OP.first on. */
export function semanticsFor(
  instrumentation: ProcessorInstrumentation | undefined,
): readonly RvSemantics[] {
  if (instrumentation === undefined) return OPERATIONS.map(({ row }) => row.semantics);
  return operations().map((operation, index) => {
    const plain = (OPERATIONS[index] as (typeof OPERATIONS)[number]).row.semantics;
    return instrumentation.transform(operation)?.(plain) ?? plain;
  });
}

const ILLEGAL: RvSemantics = (x) => x.illegal();

/** Semantics of an operation by its number. */
export function semanticsOf(semantics: readonly RvSemantics[], op: number): RvSemantics {
  if (op === PSEUDO_OP.illegal) return ILLEGAL;
  const found = semantics[op - PSEUDO_OP.first];
  if (found === undefined) throw new RangeError(`operation ${op} is no instruction`);
  return found;
}
