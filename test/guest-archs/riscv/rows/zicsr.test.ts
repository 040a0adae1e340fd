import { ZICSR } from "../../../../guest-archs/riscv/rows/zicsr.ts";
import { RAM_BASE } from "../bare-metal.ts";
import { assemble } from "../assemble.ts";
import { testRows, type Values } from "../row-cases.ts";

/** mtval, which the cases watch, holds the value. */
const CSR = "0x343";
const VALUE = 0xf0f0n;

const illegal = (assembly: string): Values => ({
  pc: 0x8000n,
  mepc: BigInt(RAM_BASE),
  mcause: 2n,
  mtval: BigInt(assemble(assembly)),
});

testRows(ZICSR, [
  [`csrrw x3, ${CSR}, x1`, { x1: 5n, mtval: VALUE }, { x3: VALUE, mtval: 5n }],
  [`csrrw x1, ${CSR}, x1`, { x1: 5n, mtval: VALUE }, { x1: VALUE, mtval: 5n }],
  [`csrrw x0, ${CSR}, x1`, { x1: 5n, mtval: VALUE }, { mtval: 5n }],
  [`csrrs x3, ${CSR}, x1`, { x1: 0xffn, mtval: VALUE }, { x3: VALUE, mtval: 0xf0ffn }],
  [`csrrs x3, ${CSR}, x0`, { mtval: VALUE }, { x3: VALUE }],
  [`csrrc x3, ${CSR}, x1`, { x1: 0xffn, mtval: VALUE }, { x3: VALUE, mtval: 0xf000n }],
  [`csrrwi x3, ${CSR}, 31`, { mtval: VALUE }, { x3: VALUE, mtval: 31n }],
  [`csrrsi x3, ${CSR}, 1`, { mtval: VALUE }, { x3: VALUE, mtval: VALUE | 1n }],
  [`csrrci x3, ${CSR}, 16`, { mtval: VALUE }, { x3: VALUE, mtval: 0xf0e0n }],
  // mhartid can be read, not written; a set without bits is a read.
  ["csrrs x3, 0xf14, x0", { x3: 7n }, { x3: 0n }],
  ["csrrs x3, 0xf14, x1", { x3: 7n }, illegal("csrrs x3, 0xf14, x1")],
  ["csrrwi x3, 0xf14, 0", { x3: 7n }, illegal("csrrwi x3, 0xf14, 0")],
  ["csrrs x3, 0x5c0, x0", { x3: 7n }, illegal("csrrs x3, 0x5c0, x0")],
]);
