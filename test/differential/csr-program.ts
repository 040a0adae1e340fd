// Test programs that write random values to machine and supervisor CSRs and compare what can be read back (WARL
// fields). Each write is undone at once, so nothing else changes.
//
// | not compared                   | because                                                                      |
// |--------------------------------|------------------------------------------------------------------------------|
// | mstatus.MPP                    | QEMU 7.2 keeps the reserved value 2                                          |
// | mstatus.MIE                    | never set: an interrupt would be taken                                       |
// | medeleg bits 10, 11            | ecall from M cannot be delegated; QEMU 7.2 keeps the bit                     |
// | mcounteren, scounteren above 2 | how many event counters exist is free                                        |
// | menvcfg other than FIOM, STCE  | belong to extensions that are free                                           |
// | pmpcfg.L                       | never set: it cannot be undone                                               |
// | pmpcfg.W                       | never set: without R it is reserved, QEMU 7.2 keeps it                       |
// | pmpaddr above bit 53           | reads as zero by the specification, QEMU 7.2 keeps it                        |
// | mepc, sepc bit 0               | always zero by the specification, QEMU 7.2 keeps it                          |
// | satp.MODE with bit 1           | QEMU 7.2 has Sv57, we stop at Sv48                                           |
// | mip, sip, counters             | depend on time                                                               |
// | mvendorid, marchid, mimpid     | name the implementation                                                      |
import type { ProgramFamily, ProgramParts } from "./test-program.ts";
import { emitMachineTrapHandler } from "./trap-handler.ts";

interface ComparedCsr {
  readonly number: number;
  /** Bits that are written and compared. */
  readonly mask: bigint;
}

const ALL = 0xffff_ffff_ffff_ffffn;
const MSTATUS_FIELDS = 0x7e_61a2n & ~0x0001_8000n;
const PMP_ENTRIES = 16;

const CSRS: readonly ComparedCsr[] = [
  { number: 0x300, mask: MSTATUS_FIELDS },
  { number: 0x100, mask: 0xc_6122n },
  { number: 0x302, mask: 0xb3ffn },
  { number: 0x303, mask: 0x222n },
  { number: 0x304, mask: 0xaaan },
  { number: 0x104, mask: 0x222n },
  { number: 0x305, mask: ALL & ~2n },
  { number: 0x105, mask: ALL & ~2n },
  { number: 0x306, mask: 7n },
  { number: 0x106, mask: 7n },
  { number: 0x30a, mask: (1n << 63n) | 1n },
  { number: 0x10a, mask: 1n },
  { number: 0x180, mask: ALL & ~(2n << 60n) },
  { number: 0x14d, mask: ALL },
  { number: 0x341, mask: ALL & ~1n },
  { number: 0x141, mask: ALL & ~1n },
  { number: 0x3a0, mask: 0x1d1d_1d1d_1d1d_1d1dn },
  { number: 0x3a2, mask: 0x1d1d_1d1d_1d1d_1d1dn },
  ...Array.from({ length: PMP_ENTRIES }, (_, entry) => ({
    number: 0x3b0 + entry,
    mask: (1n << 54n) - 1n,
  })),
];

const [SAVED, MASK, VALUE] = [5, 6, 7] as const;
const RESULTS = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31];
const WRITES = 12;

function emitWrite({ asm, random }: ProgramParts): void {
  const { number, mask } = random.pick(CSRS);
  const result = random.pick(RESULTS);
  const source = random.pick(RESULTS);
  asm.li(MASK, mask);
  asm.and(VALUE, source, MASK);
  asm.csr(2, SAVED, number, 0);
  asm.csr(random.pick([1, 2, 3]), 0, number, VALUE);
  asm.csr(2, result, number, 0);
  asm.csr(1, 0, number, SAVED);
  asm.and(result, result, MASK);
  asm.addi(SAVED, 0, 0);
}

export const CSR_FIELDS: ProgramFamily = {
  name: "CSR fields",
  blocks: 96,
  loops: 16,
  emitSetup: ({ asm }) => {
    // Both machines start from the same values.
    for (const { number, mask } of CSRS) {
      if (number === 0x305) continue;
      asm.li(MASK, mask);
      asm.csr(3, 0, number, MASK);
    }
  },
  emitTrapHandler: emitMachineTrapHandler,
  emitBlock: (parts) => {
    for (let count = 0; count < WRITES; count++) emitWrite(parts);
    return undefined;
  },
  segments: () => [],
};
