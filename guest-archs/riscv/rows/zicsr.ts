// Zicsr: control and status register instructions (Unprivileged ISA, chapter 7).
import { CSR_NUMBER } from "../immediates.ts";
import { type Format, funct3, OPCODE, type Row, row } from "../row.ts";

const REGISTER: Format = { rd: "x", rs1: "x", immediate: CSR_NUMBER };
/** The rs1 field is a 5-bit immediate. */
const ZIMM: Format = { rd: "x", immediate: CSR_NUMBER };

type Operation = 1 | 2 | 3;

function csr(name: string, operation: Operation): readonly Row[] {
  return [
    row(name, funct3(OPCODE.system, operation), REGISTER, "rd, csr, rs1", (x) =>
      x.callAndLeave((hart, word) => hart.csr(word, operation, false)),
    ),
    row(`${name}i`, funct3(OPCODE.system, operation + 4), ZIMM, "rd, csr, zimm", (x) =>
      x.callAndLeave((hart, word) => hart.csr(word, operation, true)),
    ),
  ];
}

export const ZICSR: readonly Row[] = [...csr("csrrw", 1), ...csr("csrrs", 2), ...csr("csrrc", 3)];
