// F and D without loads and stores, with every rounding mode.
import { f, rType, wide, x } from "./encode.ts";
import type { Maker, Operands } from "./operands.ts";

const OP_FP = 0x53;
const FORMATS = [
  ["s", 0],
  ["d", 1],
] as const;
const ROUNDING = ["rne", "rtz", "rdn", "rup", "rmm", "reserved5", "reserved6", "dyn"] as const;

/** Static modes and the dynamic one; rarely one that does not exist. */
function rounding(o: Operands): number {
  if (o.random.chance(0.02)) return o.random.between(5, 6);
  return o.random.chance(0.5) ? 7 : o.random.between(0, 4);
}

const ARITHMETIC = [
  ["fadd", 0x00],
  ["fsub", 0x01],
  ["fmul", 0x02],
  ["fdiv", 0x03],
] as const;

const arithmetic = FORMATS.flatMap(([suffix, format]) =>
  ARITHMETIC.map(([name, f5]): Maker => (o) => {
    const [rd, rs1, rs2, rm] = [o.fp(), o.fp(), o.fp(), rounding(o)];
    const word = rType(OP_FP, rm, (f5 << 2) | format, rd, rs1, rs2);
    return wide(word, `${name}.${suffix} ${f(rd)}, ${f(rs1)}, ${f(rs2)}, ${ROUNDING[rm]}`);
  }),
);

const squareRoot = FORMATS.map(([suffix, format]): Maker => (o) => {
  const [rd, rs1, rm] = [o.fp(), o.fp(), rounding(o)];
  const word = rType(OP_FP, rm, (0x0b << 2) | format, rd, rs1, 0);
  return wide(word, `fsqrt.${suffix} ${f(rd)}, ${f(rs1)}, ${ROUNDING[rm]}`);
});

const FUSED = [
  ["fmadd", 0x43],
  ["fmsub", 0x47],
  ["fnmsub", 0x4b],
  ["fnmadd", 0x4f],
] as const;

const fused = FORMATS.flatMap(([suffix, format]) =>
  FUSED.map(([name, opcode]): Maker => (o) => {
    const [rd, rs1, rs2, rs3, rm] = [o.fp(), o.fp(), o.fp(), o.fp(), rounding(o)];
    const word = rType(opcode, rm, (rs3 << 2) | format, rd, rs1, rs2);
    const operands = [rd, rs1, rs2, rs3].map(f).join(", ");
    return wide(word, `${name}.${suffix} ${operands}, ${ROUNDING[rm]}`);
  }),
);

/** Two floating-point sources and a floating-point result; funct3 selects. */
const SELECT = [
  ["fsgnj", 0x04, 0],
  ["fsgnjn", 0x04, 1],
  ["fsgnjx", 0x04, 2],
  ["fmin", 0x05, 0],
  ["fmax", 0x05, 1],
] as const;

const select = FORMATS.flatMap(([suffix, format]) =>
  SELECT.map(([name, f5, f3]): Maker => (o) => {
    const [rd, rs1, rs2] = [o.fp(), o.fp(), o.fp()];
    const word = rType(OP_FP, f3, (f5 << 2) | format, rd, rs1, rs2);
    return wide(word, `${name}.${suffix} ${f(rd)}, ${f(rs1)}, ${f(rs2)}`);
  }),
);

const COMPARE = ["fle", "flt", "feq"] as const;

const compare = FORMATS.flatMap(([suffix, format]) =>
  COMPARE.map((name, f3): Maker => (o) => {
    const [rd, rs1, rs2] = [o.rd(), o.fp(), o.fp()];
    const word = rType(OP_FP, f3, (0x14 << 2) | format, rd, rs1, rs2);
    return wide(word, `${name}.${suffix} ${x(rd)}, ${f(rs1)}, ${f(rs2)}`);
  }),
);

/** Integer types by their number in the rs2 field. */
const INTEGERS = ["w", "wu", "l", "lu"] as const;

const convert = FORMATS.flatMap(([suffix, format]) =>
  INTEGERS.flatMap((integer, number): readonly Maker[] => [
    (o) => {
      const [rd, rs1, rm] = [o.rd(), o.fp(), rounding(o)];
      const word = rType(OP_FP, rm, (0x18 << 2) | format, rd, rs1, number);
      return wide(word, `fcvt.${integer}.${suffix} ${x(rd)}, ${f(rs1)}, ${ROUNDING[rm]}`);
    },
    (o) => {
      const [rd, rs1, rm] = [o.fp(), o.rs(), rounding(o)];
      const word = rType(OP_FP, rm, (0x1a << 2) | format, rd, rs1, number);
      return wide(word, `fcvt.${suffix}.${integer} ${f(rd)}, ${x(rs1)}, ${ROUNDING[rm]}`);
    },
  ]),
);

const changeFormat: readonly Maker[] = [
  (o) => {
    const [rd, rs1, rm] = [o.fp(), o.fp(), rounding(o)];
    const word = rType(OP_FP, rm, 0x08 << 2, rd, rs1, 1);
    return wide(word, `fcvt.s.d ${f(rd)}, ${f(rs1)}, ${ROUNDING[rm]}`);
  },
  (o) => {
    const [rd, rs1, rm] = [o.fp(), o.fp(), rounding(o)];
    const word = rType(OP_FP, rm, (0x08 << 2) | 1, rd, rs1, 0);
    return wide(word, `fcvt.d.s ${f(rd)}, ${f(rs1)}, ${ROUNDING[rm]}`);
  },
];

const move = FORMATS.flatMap(([suffix, format]): readonly Maker[] => {
  const size = suffix === "s" ? "w" : "d";
  return [
    (o) => {
      const [rd, rs1] = [o.rd(), o.fp()];
      const word = rType(OP_FP, 0, (0x1c << 2) | format, rd, rs1, 0);
      return wide(word, `fmv.x.${size} ${x(rd)}, ${f(rs1)}`);
    },
    (o) => {
      const [rd, rs1] = [o.rd(), o.fp()];
      const word = rType(OP_FP, 1, (0x1c << 2) | format, rd, rs1, 0);
      return wide(word, `fclass.${suffix} ${x(rd)}, ${f(rs1)}`);
    },
    (o) => {
      const [rd, rs1] = [o.fp(), o.rs()];
      const word = rType(OP_FP, 0, (0x1e << 2) | format, rd, rs1, 0);
      return wide(word, `fmv.${size}.x ${f(rd)}, ${x(rs1)}`);
    },
  ];
});

export const FLOAT: readonly Maker[] = [
  ...arithmetic,
  ...arithmetic,
  ...squareRoot,
  ...fused,
  ...fused,
  ...select,
  ...compare,
  ...convert,
  ...changeFormat,
  ...move,
];
