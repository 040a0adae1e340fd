// Cases that F and D share, written once with numbers: each precision encodes them its own way.
import type { Case, Values } from "../row-cases.ts";
import { RAM_BASE } from "../bare-metal.ts";

const NV = 0x10n;
const DZ = 0x08n;
const OF = 0x04n;
const NX = 0x01n;
const MASK_64 = 2n ** 64n - 1n;
const AT = BigInt(RAM_BASE) + 4096n;

export interface Encoder {
  readonly letter: "s" | "d";
  /** Bits of an integer register that holds the pattern, sign-extended. */
  readonly moveName: "w" | "d";
  /** The register that holds a number. */
  register(value: number): bigint;
  /** Signaling NaN and canonical NaN, as registers. */
  readonly signalingNan: bigint;
  readonly nan: bigint;
  readonly largest: number;
  readonly size: 4 | 8;
}

const scratch = new DataView(new ArrayBuffer(8));

export const SINGLES: Encoder = {
  letter: "s",
  moveName: "w",
  size: 4,
  largest: 2 ** 127 * (2 - 2 ** -23),
  signalingNan: 0xffff_ffff_7f80_0001n,
  nan: 0xffff_ffff_7fc0_0000n,
  register: (value) => {
    scratch.setFloat32(0, value);
    return 0xffff_ffff_0000_0000n | BigInt(scratch.getUint32(0));
  },
};

export const DOUBLES: Encoder = {
  letter: "d",
  moveName: "d",
  size: 8,
  largest: Number.MAX_VALUE,
  signalingNan: 0x7ff0_0000_0000_0001n,
  nan: 0x7ff8_0000_0000_0000n,
  register: (value) => {
    scratch.setFloat64(0, value);
    return scratch.getBigUint64(0);
  },
};

/** Cases of all rows that both precisions have. */
export function floatCases(encoder: Encoder): readonly Case[] {
  const { letter, moveName, register: r, nan, signalingNan, largest, size } = encoder;
  const rm = ", rne";
  const pattern = (value: number): bigint => BigInt.asUintN(size * 8, r(value));
  const third = letter === "s" ? Math.fround(1 / 3) : 1 / 3;
  const root = letter === "s" ? Math.fround(Math.SQRT2) : Math.SQRT2;

  const binary = (
    name: string,
    a: bigint,
    b: bigint,
    result: bigint,
    flags = 0n,
    suffix = rm,
  ): Case => [
    `${name}.${letter} f3, f1, f2${suffix}`,
    { f1: a, f2: b },
    { f3: result, fcsr: flags },
  ];
  const compare = (name: string, a: bigint, b: bigint, result: bigint, flags = 0n): Case => [
    `${name}.${letter} x3, f1, f2`,
    { f1: a, f2: b, x3: 9n },
    { x3: result, fcsr: flags },
  ];
  const fused = (name: string, result: number): Case => [
    `${name}.${letter} f4, f1, f2, f3${rm}`,
    { f1: r(2), f2: r(3), f3: r(1) },
    { f4: r(result) },
  ];
  const toInteger = (type: string, a: number, result: bigint, flags = 0n, mode = "rtz"): Case => [
    `fcvt.${type}.${letter} x3, f1, ${mode}`,
    { f1: r(a) },
    { x3: result, fcsr: flags },
  ];
  const fromInteger = (type: string, a: bigint, result: number): Case => [
    `fcvt.${letter}.${type} f3, x1${rm}`,
    { x1: a },
    { f3: r(result) },
  ];
  const isOff = (assembly: string, word: bigint): Case => [
    assembly,
    { mstatus: 0n, x1: AT },
    { mstatus: 0x1800n, mcause: 2n, mepc: BigInt(RAM_BASE), mtval: word, pc: 0x8000n },
  ];
  const illegalMode = (assembly: string, fcsr: bigint, word: bigint): Case => [
    assembly,
    { fcsr },
    { fcsr, mcause: 2n, mepc: BigInt(RAM_BASE), mtval: word, pc: 0x8000n },
  ];
  const load = letter === "s" ? "flw" : "fld";
  const store = letter === "s" ? "fsw" : "fsd";
  const fmt = letter === "s" ? 0n : 1n;
  const addWord = (mode: bigint): bigint =>
    (fmt << 25n) | (2n << 20n) | (1n << 15n) | (mode << 12n) | (3n << 7n) | 0x53n;
  const old: Values = { m4096: MASK_64 };

  return [
    [`${load} f3, 0(x1)`, { x1: AT, m4096: pattern(1.5) }, { f3: r(1.5), mstatus: 0x6000n }],
    [
      `${load} f3, 1(x1)`,
      { x1: AT, m4096: pattern(1.5) << 8n, m4104: pattern(1.5) >> 56n },
      { f3: r(1.5) },
    ],
    isOff(`${load} f3, 0(x1)`, letter === "s" ? 0x0000_a187n : 0x0000_b187n),
    [
      `${store} f2, 0(x1)`,
      { x1: AT, f2: r(-2), ...old },
      { m4096: letter === "s" ? (MASK_64 << 32n) | pattern(-2) : pattern(-2), mstatus: 0x2000n },
    ],
    fused("fmadd", 7),
    fused("fmsub", 5),
    fused("fnmsub", -5),
    fused("fnmadd", -7),
    binary("fadd", r(1), r(2), r(3)),
    binary("fadd", r(0.1), r(2 ** -90), r(0.1), NX),
    binary("fadd", r(Infinity), r(-Infinity), nan, NV),
    binary("fadd", r(1), signalingNan, nan, NV),
    binary("fadd", r(1), nan, nan),
    binary("fadd", r(largest), r(largest), r(Infinity), OF | NX),
    binary("fadd", r(largest), r(largest), r(largest), OF | NX, ", rtz"),
    illegalMode(`fadd.${letter} f3, f1, f2, reserved5`, 0n, addWord(5n)),
    illegalMode(`fadd.${letter} f3, f1, f2, dyn`, 0xa0n, addWord(7n)),
    [
      `fadd.${letter} f3, f1, f2, dyn`,
      { f1: r(largest), f2: r(largest), fcsr: 0x20n },
      { f3: r(largest), fcsr: 0x20n | OF | NX, mstatus: 0x6000n },
    ],
    isOff(`fadd.${letter} f3, f1, f2, rne`, addWord(0n)),
    binary("fsub", r(1), r(2), r(-1)),
    binary("fsub", r(1), r(1), r(0)),
    binary("fsub", r(1), r(1), r(-0), 0n, ", rdn"),
    binary("fmul", r(-3), r(0.5), r(-1.5)),
    binary("fmul", r(0), r(Infinity), nan, NV),
    binary("fdiv", r(1), r(3), r(third), NX),
    binary("fdiv", r(1), r(-0), r(-Infinity), DZ),
    [`fsqrt.${letter} f3, f1, rne`, { f1: r(2) }, { f3: r(root), fcsr: NX }],
    [`fsqrt.${letter} f3, f1, rne`, { f1: r(-1) }, { f3: nan, fcsr: NV }],
    binary("fmin", r(-0), r(0), r(-0), 0n, ""),
    binary("fmin", nan, r(1), r(1), 0n, ""),
    binary("fmax", r(-0), r(0), r(0), 0n, ""),
    binary("fmax", signalingNan, r(1), r(1), NV, ""),
    binary("fsgnj", r(1), r(-2), r(-1), 0n, ""),
    binary("fsgnj", signalingNan, r(1), signalingNan, 0n, ""),
    binary("fsgnjn", r(1), r(-2), r(1), 0n, ""),
    binary("fsgnjx", r(-1), r(-2), r(1), 0n, ""),
    binary("fsgnjx", r(1), r(-2), r(-1), 0n, ""),
    compare("feq", r(0), r(-0), 1n),
    compare("feq", nan, nan, 0n),
    compare("feq", signalingNan, r(0), 0n, NV),
    compare("flt", r(-1), r(1), 1n),
    compare("flt", nan, r(1), 0n, NV),
    compare("fle", r(1), r(1), 1n),
    compare("fle", r(1), nan, 0n, NV),
    [`fclass.${letter} x3, f1`, { f1: r(-Infinity) }, { x3: 1n }],
    [`fclass.${letter} x3, f1`, { f1: r(0) }, { x3: 16n }],
    [`fclass.${letter} x3, f1`, { f1: signalingNan }, { x3: 256n }],
    toInteger("w", -1.5, -1n, NX),
    toInteger("w", -1.5, -2n, NX, "rdn"),
    toInteger("w", 2 ** 31, 2n ** 31n - 1n, NV),
    toInteger("wu", 2 ** 31, -(2n ** 31n)),
    toInteger("wu", -1, 0n, NV),
    toInteger("wu", 2 ** 40, -1n, NV),
    toInteger("l", -(2 ** 63), -(2n ** 63n)),
    toInteger("l", Infinity, 2n ** 63n - 1n, NV),
    toInteger("lu", 2 ** 63, 2n ** 63n),
    toInteger("lu", Number.NaN, -1n, NV),
    fromInteger("w", 0xf_ffff_ffffn, -1),
    fromInteger("wu", 0xf_ffff_ff00n, 0xffff_ff00),
    fromInteger("l", -(2n ** 63n), -(2 ** 63)),
    fromInteger("lu", 2n ** 63n, 2 ** 63),
    [
      `fmv.x.${moveName} x3, f1`,
      { f1: r(-2) },
      { x3: BigInt.asIntN(size * 8, r(-2)), mstatus: 0x2000n },
    ],
    [`fmv.${moveName}.x f3, x1`, { x1: pattern(-2) }, { f3: r(-2), mstatus: 0x6000n }],
  ];
}
