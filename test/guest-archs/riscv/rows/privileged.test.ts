import { PRIVILEGED } from "../../../../guest-archs/riscv/rows/privileged.ts";
import { RAM_BASE } from "../bare-metal.ts";
import { testRows, type Values } from "../row-cases.ts";

const BASE = BigInt(RAM_BASE);
const HANDLER = 0x8000n;
const MPP_U = 0x2000n;
const MPIE = 0x80n;
/** PMP lets U-mode execute: one entry over all memory. */
const USER: Values = { priv: 0n, mie: 0n, mip: 0n, pmpcfg0: 0x1fn, pmpaddr0: 2n ** 54n - 1n };

function trapped(cause: bigint, tval: bigint, mstatus: bigint): Values {
  return { pc: HANDLER, mepc: BASE, mcause: cause, mtval: tval, mstatus };
}

testRows(PRIVILEGED, [
  ["ecall", {}, trapped(11n, 0n, 0x3800n)],
  ["ecall", USER, trapped(8n, 0n, MPP_U)],
  ["ebreak", {}, trapped(3n, 0n, 0x3800n)],
  ["mret", { mepc: BASE + 64n, mstatus: 0x3880n }, { pc: 64n, mstatus: 0x2088n }],
  ["mret", USER, trapped(2n, 0x3020_0073n, MPP_U)],
  ["sret", { sepc: BASE + 64n, mstatus: 0x2120n }, { pc: 64n, mstatus: 0x2022n }],
  ["sret", USER, trapped(2n, 0x1020_0073n, MPP_U)],
  // A pending interrupt that is enabled ends the wait at once, and isn't taken while MIE is off.
  ["wfi", { mie: 2n, mip: 2n }, {}],
  ["wfi", USER, trapped(2n, 0x1050_0073n, MPP_U)],
  ["sfence.vma x1, x2", {}, {}],
  ["sfence.vma x0, x0", { ...USER, mstatus: MPP_U | 8n }, trapped(2n, 0x1200_0073n, MPP_U | MPIE)],
]);
