// Collects instructions at consecutive addresses, with labels for branches and a listing for reports.
import {
  bType,
  cbType,
  cjType,
  type Instruction,
  iType,
  jType,
  narrow,
  rType,
  sType,
  uType,
  wide,
  x,
} from "./encode.ts";

export interface Label {
  address: number | undefined;
}

export interface ListedInstruction {
  readonly address: number;
  readonly bytes: 2 | 4;
  readonly text: string;
}

interface Fixup {
  readonly at: number;
  /** Its place in the listing. */
  readonly line: number;
  readonly label: Label;
  readonly encode: (offset: number) => Instruction;
}

export class Assembler {
  readonly listing: ListedInstruction[] = [];
  readonly #base: number;
  readonly #bytes: number[] = [];
  readonly #fixups: Fixup[] = [];

  constructor(base: number) {
    this.#base = base;
  }

  /** Address of the next instruction. */
  get here(): number {
    return this.#base + this.#bytes.length;
  }

  emit(instruction: Instruction): void {
    this.listing.push({
      address: this.here,
      bytes: instruction.bytes,
      text: instruction.text,
    });
    for (let index = 0; index < instruction.bytes; index++) {
      this.#bytes.push((instruction.word >>> (8 * index)) & 0xff);
    }
  }

  label(): Label {
    return { address: undefined };
  }

  place(label: Label): void {
    label.address = this.here;
  }

  placed(): Label {
    return { address: this.here };
  }

  /** Emits an instruction whose operand is the distance from it to `label`. */
  relative(label: Label, encode: (offset: number) => Instruction): void {
    this.#fixups.push({ at: this.here, line: this.listing.length, label, encode });
    this.emit(encode(0));
  }

  /** The machine code; every label must be placed. */
  finish(): Uint8Array {
    for (const { at, line, label, encode } of this.#fixups) {
      if (label.address === undefined) throw new Error("a label was never placed");
      const { bytes, word, text } = encode(label.address - at);
      this.listing[line] = { address: at, bytes, text };
      for (let index = 0; index < bytes; index++) {
        this.#bytes[at - this.#base + index] = (word >>> (8 * index)) & 0xff;
      }
    }
    return Uint8Array.from(this.#bytes);
  }

  // The few instructions that the surrounding code of every program is made of.

  addi(rd: number, rs1: number, imm: number): void {
    this.emit(wide(iType(0x13, 0, rd, rs1, imm), `addi ${x(rd)}, ${x(rs1)}, ${imm}`));
  }

  andi(rd: number, rs1: number, imm: number): void {
    this.emit(wide(iType(0x13, 7, rd, rs1, imm), `andi ${x(rd)}, ${x(rs1)}, ${imm}`));
  }

  slli(rd: number, rs1: number, amount: number): void {
    this.emit(wide(iType(0x13, 1, rd, rs1, amount), `slli ${x(rd)}, ${x(rs1)}, ${amount}`));
  }

  srli(rd: number, rs1: number, amount: number): void {
    this.emit(wide(iType(0x13, 5, rd, rs1, amount), `srli ${x(rd)}, ${x(rs1)}, ${amount}`));
  }

  add(rd: number, rs1: number, rs2: number): void {
    this.emit(wide(rType(0x33, 0, 0, rd, rs1, rs2), `add ${x(rd)}, ${x(rs1)}, ${x(rs2)}`));
  }

  xor(rd: number, rs1: number, rs2: number): void {
    this.emit(wide(rType(0x33, 4, 0, rd, rs1, rs2), `xor ${x(rd)}, ${x(rs1)}, ${x(rs2)}`));
  }

  and(rd: number, rs1: number, rs2: number): void {
    this.emit(wide(rType(0x33, 7, 0, rd, rs1, rs2), `and ${x(rd)}, ${x(rs1)}, ${x(rs2)}`));
  }

  srl(rd: number, rs1: number, rs2: number): void {
    this.emit(wide(rType(0x33, 5, 0, rd, rs1, rs2), `srl ${x(rd)}, ${x(rs1)}, ${x(rs2)}`));
  }

  mul(rd: number, rs1: number, rs2: number): void {
    this.emit(wide(rType(0x33, 0, 1, rd, rs1, rs2), `mul ${x(rd)}, ${x(rs1)}, ${x(rs2)}`));
  }

  rori(rd: number, rs1: number, amount: number): void {
    const imm = 0x600 | amount;
    this.emit(wide(iType(0x13, 5, rd, rs1, imm), `rori ${x(rd)}, ${x(rs1)}, ${amount}`));
  }

  ld(rd: number, rs1: number, offset: number): void {
    this.emit(wide(iType(0x03, 3, rd, rs1, offset), `ld ${x(rd)}, ${offset}(${x(rs1)})`));
  }

  lbu(rd: number, rs1: number, offset: number): void {
    this.emit(wide(iType(0x03, 4, rd, rs1, offset), `lbu ${x(rd)}, ${offset}(${x(rs1)})`));
  }

  sd(rs2: number, rs1: number, offset: number): void {
    this.emit(wide(sType(0x23, 3, rs1, rs2, offset), `sd ${x(rs2)}, ${offset}(${x(rs1)})`));
  }

  sw(rs2: number, rs1: number, offset: number): void {
    this.emit(wide(sType(0x23, 2, rs1, rs2, offset), `sw ${x(rs2)}, ${offset}(${x(rs1)})`));
  }

  sh(rs2: number, rs1: number, offset: number): void {
    this.emit(wide(sType(0x23, 1, rs1, rs2, offset), `sh ${x(rs2)}, ${offset}(${x(rs1)})`));
  }

  sb(rs2: number, rs1: number, offset: number): void {
    this.emit(wide(sType(0x23, 0, rs1, rs2, offset), `sb ${x(rs2)}, ${offset}(${x(rs1)})`));
  }

  fld(rd: number, rs1: number, offset: number): void {
    this.emit(wide(iType(0x07, 3, rd, rs1, offset), `fld f${rd}, ${offset}(${x(rs1)})`));
  }

  fsd(rs2: number, rs1: number, offset: number): void {
    this.emit(wide(sType(0x27, 3, rs1, rs2, offset), `fsd f${rs2}, ${offset}(${x(rs1)})`));
  }

  /** `operation`: 1 write, 2 set, 3 clear. */
  csr(operation: 1 | 2 | 3, rd: number, number: number, rs1: number): void {
    const name = ["", "csrrw", "csrrs", "csrrc"][operation];
    const text = `${name} ${x(rd)}, 0x${number.toString(16)}, ${x(rs1)}`;
    this.emit(wide(iType(0x73, operation, rd, rs1, number), text));
  }

  mret(): void {
    this.emit(wide(0x3020_0073, "mret"));
  }

  jalr(rd: number, rs1: number, offset: number): void {
    this.emit(wide(iType(0x67, 0, rd, rs1, offset), `jalr ${x(rd)}, ${offset}(${x(rs1)})`));
  }

  jal(rd: number, label: Label): void {
    this.relative(label, (offset) => wide(jType(rd, offset), `jal ${x(rd)}, .${signed(offset)}`));
  }

  branch(name: BranchName, rs1: number, rs2: number, label: Label): void {
    const f3 = BRANCHES[name];
    this.relative(label, (offset) =>
      wide(bType(f3, rs1, rs2, offset), `${name} ${x(rs1)}, ${x(rs2)}, .${signed(offset)}`),
    );
  }

  compressedBranch(name: "c.beqz" | "c.bnez", rs1: number, label: Label): void {
    const f3 = name === "c.beqz" ? 6 : 7;
    this.relative(label, (offset) =>
      narrow(cbType(f3, rs1, offset), `${name} ${x(rs1)}, .${signed(offset)}`),
    );
  }

  compressedJump(label: Label): void {
    this.relative(label, (offset) => narrow(cjType(offset), `c.j .${signed(offset)}`));
  }

  /** rd = the address of `label`: auipc and addi. */
  address(rd: number, label: Label): void {
    this.relative(label, (offset) =>
      wide(uType(0x17, rd, (offset + 0x800) >> 12), `auipc ${x(rd)}, %hi(${signed(offset)})`),
    );
    // The second instruction measures from itself, the first one stands 4 bytes earlier.
    this.relative(label, (offset) => {
      const low = ((offset + 4) << 20) >> 20;
      return wide(iType(0x13, 0, rd, rd, low), `addi ${x(rd)}, ${x(rd)}, ${low}`);
    });
  }

  /** rd = `value`, any 64 bits, in at most eight instructions. */
  li(rd: number, value: bigint): void {
    const signedValue = BigInt.asIntN(64, value);
    if (signedValue === BigInt.asIntN(32, signedValue)) {
      this.#li32(rd, Number(signedValue));
      return;
    }
    const low = BigInt.asIntN(12, signedValue);
    this.li(rd, (signedValue - low) >> 12n);
    this.slli(rd, rd, 12);
    if (low !== 0n) this.addi(rd, rd, Number(low));
  }

  #li32(rd: number, value: number): void {
    const low = (value << 20) >> 20;
    const upper = (value - low) >> 12;
    if (upper === 0) {
      this.addi(rd, 0, low);
      return;
    }
    this.emit(wide(uType(0x37, rd, upper), `lui ${x(rd)}, ${upper}`));
    if (low !== 0) {
      this.emit(wide(iType(0x1b, 0, rd, rd, low), `addiw ${x(rd)}, ${x(rd)}, ${low}`));
    }
  }
}

export const BRANCHES = { beq: 0, bne: 1, blt: 4, bge: 5, bltu: 6, bgeu: 7 } as const;
export type BranchName = keyof typeof BRANCHES;

function signed(offset: number): string {
  return offset < 0 ? `${offset}` : `+${offset}`;
}
