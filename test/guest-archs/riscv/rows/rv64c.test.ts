// Compressed instructions: what each expands to, as the disassembler writes it.
import { describe, expect, it } from "vitest";
import { expandCompressed, findRow } from "../../../../guest-archs/riscv/decoder.ts";
import { disassemble } from "../../../../guest-archs/riscv/disassembler.ts";
import { COMPRESSIBLE, RV64C } from "../../../../guest-archs/riscv/rows/rv64c.ts";
import { compressedWord } from "../assemble.ts";
import { RAM_BASE } from "../bare-metal.ts";
import { RowMachine } from "../row-cases.ts";

type Expansion = readonly [name: string, word: number, text: string];

/** Encodings as GNU as produces them. */
const EXPANSIONS: readonly Expansion[] = [
  ["c.addi4spn", 0x1ffc, "addi x15, x2, 1020"],
  ["c.addi4spn", 0x0048, "addi x10, x2, 4"],
  ["c.addi4spn", 0x0000, "illegal 0x0"],
  ["c.fld", 0x3ffc, "fld f15, 248(x15)"],
  ["c.lw", 0x5ffc, "lw x15, 124(x15)"],
  ["c.lw", 0x4048, "lw x10, 4(x8)"],
  ["c.ld", 0x7ffc, "ld x15, 248(x15)"],
  ["c.fsd", 0xb008, "fsd f10, 32(x8)"],
  ["c.sw", 0xdffc, "sw x15, 124(x15)"],
  ["c.sd", 0xe408, "sd x10, 8(x8)"],
  ["c.addi", 0x157d, "addi x10, x10, -1"],
  ["c.addi", 0x0001, "addi x0, x0, 0"],
  ["c.addiw", 0x357d, "addiw x10, x10, -1"],
  ["c.addiw", 0x2001, "illegal 0x2001"],
  ["c.li", 0x557d, "addi x10, x0, -1"],
  ["c.addi16sp", 0x7101, "addi x2, x2, -512"],
  ["c.addi16sp", 0x617d, "addi x2, x2, 496"],
  ["c.addi16sp", 0x6101, "illegal 0x6101"],
  ["c.lui", 0x757d, "lui x10, -4096"],
  ["c.lui", 0x6501, "illegal 0x6501"],
  ["c.srli", 0x917d, "srli x10, x10, 63"],
  ["c.srai", 0x8505, "srai x10, x10, 1"],
  ["c.andi", 0x997d, "andi x10, x10, -1"],
  ["c.sub", 0x8d0d, "sub x10, x10, x11"],
  ["c.xor", 0x8d2d, "xor x10, x10, x11"],
  ["c.or", 0x8d4d, "or x10, x10, x11"],
  ["c.and", 0x8d6d, "and x10, x10, x11"],
  ["c.subw", 0x9d0d, "subw x10, x10, x11"],
  ["c.addw", 0x9d2d, "addw x10, x10, x11"],
  ["c.j", 0xbffd, "jal x0, -2"],
  ["c.j", 0xb001, "jal x0, -2048"],
  ["c.j", 0xaffd, "jal x0, 2046"],
  ["c.beqz", 0xdd7d, "beq x10, x0, -2"],
  ["c.beqz", 0xcd7d, "beq x10, x0, 254"],
  ["c.bnez", 0xf101, "bne x10, x0, -256"],
  ["c.slli", 0x157e, "slli x10, x10, 63"],
  ["c.fldsp", 0x357e, "fld f10, 504(x2)"],
  ["c.lwsp", 0x557e, "lw x10, 252(x2)"],
  ["c.lwsp", 0x4002, "illegal 0x4002"],
  ["c.ldsp", 0x757e, "ld x10, 504(x2)"],
  ["c.ldsp", 0x6002, "illegal 0x6002"],
  ["c.jr", 0x8502, "jalr x0, 0(x10)"],
  ["c.jr", 0x8002, "illegal 0x8002"],
  ["c.mv", 0x852e, "add x10, x0, x11"],
  ["c.ebreak", 0x9002, "ebreak"],
  ["c.jalr", 0x9502, "jalr x1, 0(x10)"],
  ["c.add", 0x952e, "add x10, x10, x11"],
  ["c.fsdsp", 0xbfaa, "fsd f10, 504(x2)"],
  ["c.swsp", 0xdfaa, "sw x10, 252(x2)"],
  ["c.sdsp", 0xffaa, "sd x10, 504(x2)"],
];

describe("C", () => {
  it("has an expansion for every row", () => {
    const tested = new Set(EXPANSIONS.map(([name]) => name));
    expect(RV64C.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });

  it.each(EXPANSIONS)("%s %i is %s", (name, word, text) => {
    expect(compressedWord(name, word)).toBe(word);
    expect(disassemble(word)).toBe(text);
  });

  it("names the instructions that have a compressed form, and no others", () => {
    const reached = new Set<string>();
    for (let half = 0; half < 0x1_0000; half += 1) {
      const full = (half & 3) === 3 ? undefined : expandCompressed(half);
      if (full !== undefined) reached.add(findRow(full)?.[0].name ?? `none for ${half}`);
    }
    expect([...reached].toSorted()).toEqual([...COMPRESSIBLE].toSorted());
  });

  const machine = new RowMachine();
  const base = BigInt(RAM_BASE);

  it.each([
    ["moves on by two bytes", 0x952e, { x10: 1n, x11: 2n }, { x10: 3n }],
    [
      "links to the instruction two bytes on",
      0x9502,
      { x10: base + 512n },
      { x1: base + 2n, pc: 512n },
    ],
    [
      "puts 16 bits into mtval",
      0x2001,
      {},
      { mcause: 2n, mepc: base, mtval: 0x2001n, pc: 0x8000n },
    ],
  ])("%s", (_title, word, before, after) => {
    for (const isCompiled of [false, true]) {
      const { actual, expected } = machine.execute(word, before, after, isCompiled);
      expect(actual).toEqual(expected);
    }
  });
});
