// The loop around one operation of a vector program. Sources, destination and their registers are the operation's.
import type { Assembler } from "./assembler.ts";
import { f, wide, x } from "./encode.ts";
import type { Random } from "./random.ts";
import { OPERANDS_BYTES, RESULT_BYTES } from "./vector-layout.ts";
import {
  DYNAMIC,
  type Registers,
  ROUNDING_MODES,
  type VectorOperation,
} from "./vector-operations.ts";

/** Registers by which a stub is called, with x1 as link. */
export const CALL = { operands: 10, operandsEnd: 11, results: 12, fcsr: 13 } as const;

const FCSR = 0x003;
const RA = 1;
const FLAGS = 14;
/** Integer registers that operations read and write. */
const FREE = [15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27] as const;

export interface Stub {
  readonly address: number;
  /** Address of the operation itself. */
  readonly operationAddress: number;
  /** Assembly text of the operation. */
  readonly text: string;
}

/** @param rm the rounding mode field. @param isAccruing whether fcsr is set and stored only once. */
export function emitStub(
  asm: Assembler,
  random: Random,
  operation: VectorOperation,
  rm: number,
  isAccruing: boolean,
): Stub {
  const registers = drawRegisters(random, operation);
  const { rd, rs1, rs2, rs3 } = registers;
  const text = textOf(operation, registers, rm);
  const address = asm.here;
  if (isAccruing) asm.csr(1, 0, FCSR, CALL.fcsr);
  const again = asm.placed();
  if (operation.isFromInteger) asm.ld(rs1, CALL.operands, 0);
  else asm.fld(rs1, CALL.operands, 0);
  if (operation.sources > 1) asm.fld(rs2, CALL.operands, 8);
  if (operation.sources > 2) asm.fld(rs3, CALL.operands, 16);
  if (!isAccruing) asm.csr(1, 0, FCSR, CALL.fcsr);
  const operationAddress = asm.here;
  asm.emit(wide(operation.encode(registers, rm), text));
  if (!isAccruing) asm.csr(2, FLAGS, FCSR, 0);
  if (operation.isToInteger) asm.sd(rd, CALL.results, 0);
  else asm.fsd(rd, CALL.results, 0);
  asm.sd(isAccruing ? 0 : FLAGS, CALL.results, 8);
  asm.addi(CALL.operands, CALL.operands, OPERANDS_BYTES);
  asm.addi(CALL.results, CALL.results, RESULT_BYTES);
  asm.branch("bne", CALL.operands, CALL.operandsEnd, again);
  if (isAccruing) {
    asm.csr(2, FLAGS, FCSR, 0);
    asm.sd(FLAGS, CALL.results, 8 - RESULT_BYTES);
  }
  asm.jalr(0, RA, 0);
  return { address, operationAddress, text };
}

/** Sources differ from each other; the destination may be one of them. */
function drawRegisters(random: Random, operation: VectorOperation): Registers {
  const [first, second, third] = [random.below(32), random.between(1, 15), random.between(1, 15)];
  return {
    rd: operation.isToInteger ? random.pick(FREE) : random.below(32),
    rs1: operation.isFromInteger ? random.pick(FREE) : first,
    rs2: (first + second) % 32,
    rs3: (first + second + third) % 32,
  };
}

function textOf(operation: VectorOperation, registers: Registers, rm: number): string {
  const names = [
    (operation.isToInteger ? x : f)(registers.rd),
    (operation.isFromInteger ? x : f)(registers.rs1),
    ...[registers.rs2, registers.rs3].map(f),
  ].slice(0, 1 + operation.sources);
  if (operation.hasRoundingMode) names.push(rm === DYNAMIC ? "dyn" : (ROUNDING_MODES[rm] ?? "?"));
  return `${operation.name} ${names.join(", ")}`;
}
