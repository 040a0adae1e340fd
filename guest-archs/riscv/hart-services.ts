// What the rows' callouts may ask of the hart that executes them. All return what a callout returns: true when the
// next instruction follows, false when the program counter was set.

/** Operands of a floating-point operation: raw registers (NaN-boxed) and the integer source; results are raw too. */
export interface FloatOperands {
  readonly rs1: bigint;
  readonly rs2: bigint;
  readonly rs3: bigint;
  /** Rounding mode, resolved: 0 to 4. */
  readonly mode: number;
  /** Exception flags; set bits accumulate in fcsr. */
  readonly flags: { bits: number };
}

export interface HartServices {
  /** A CSR instruction. `isImmediate`: the rs1 field is the operand. */
  csr(word: number, operation: 1 | 2 | 3, isImmediate: boolean): boolean;
  ecall(): boolean;
  ebreak(): boolean;
  mret(word: number): boolean;
  sret(word: number): boolean;
  wfi(word: number): boolean;
  sfenceVma(word: number): boolean;
  /**
   * A floating-point operation on the register files that `word` names; illegal when its rounding mode is, or while
   * mstatus.FS is off.
   * @param evaluate gives the value of rd
   */
  float(
    word: number,
    operation: {
      readonly rd: "x" | "f";
      readonly rs1: "x" | "f";
      readonly hasRoundingMode: boolean;
      evaluate(operands: FloatOperands): bigint;
    },
  ): boolean;
}
