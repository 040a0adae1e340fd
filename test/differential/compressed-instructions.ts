// The C extension (Unprivileged ISA, chapter "C"), hints included; branches are made by the assembler.
import { f, field, narrow, x } from "./encode.ts";
import type { Maker, Operands } from "./operands.ts";

const SP = 2;

function quadrant(q: number, f3: number, rest: number): number {
  return (f3 << 13) | rest | q;
}

/** A 6-bit immediate in bits 12 and 6 to 2. */
function imm6(value: number): number {
  return (field(value, 5, 5) << 12) | (field(value, 4, 0) << 2);
}

/** Offsets of c.lw and c.sw. */
function wordOffset(value: number): number {
  return (field(value, 5, 3) << 10) | (field(value, 2, 2) << 6) | (field(value, 6, 6) << 5);
}

/** Offsets of c.ld, c.fld, c.sd and c.fsd. */
function doubleOffset(value: number): number {
  return (field(value, 5, 3) << 10) | (field(value, 7, 6) << 5);
}

/** An immediate or register that both c.addi and its relatives take. */
function immediate(name: string, f3: number, mayBeZero: boolean): Maker {
  return (o) => {
    const rd = mayBeZero ? o.rd() : o.writable();
    const value = o.random.between(-32, 31);
    return narrow(quadrant(1, f3, (rd << 7) | imm6(value)), `${name} ${x(rd)}, ${value}`);
  };
}

const cLui: Maker = (o) => {
  let rd = o.rd();
  // rd = x2 is c.addi16sp.
  while (rd === SP) rd = o.rd();
  const value = o.random.pick([-1, 1]) * o.random.between(1, 31);
  return narrow(quadrant(1, 3, (rd << 7) | imm6(value)), `c.lui ${x(rd)}, ${value}`);
};

const addi4spn: Maker = (o) => {
  const [rd, value] = [o.shortRd(), o.random.between(1, 255) * 4];
  const imm =
    (field(value, 5, 4) << 11) |
    (field(value, 9, 6) << 7) |
    (field(value, 2, 2) << 6) |
    (field(value, 3, 3) << 5);
  return narrow(quadrant(0, 0, imm | ((rd - 8) << 2)), `c.addi4spn ${x(rd)}, sp, ${value}`);
};

const addi16sp: Maker = (o) => {
  const value = o.random.pick([-1, 1]) * o.random.between(1, 31) * 16;
  const imm =
    (field(value, 9, 9) << 12) |
    (field(value, 4, 4) << 6) |
    (field(value, 6, 6) << 5) |
    (field(value, 8, 7) << 3) |
    (field(value, 5, 5) << 2);
  return narrow(quadrant(1, 3, (SP << 7) | imm), `c.addi16sp sp, ${value}`);
};

/** c.srli, c.srai (6-bit amount) and c.andi (signed immediate); bits 11:10 select. */
const shortImmediate = (["c.srli", "c.srai", "c.andi"] as const).map(
  (name, select): Maker =>
    (o) => {
      const rd = o.shortRd();
      const value = select === 2 ? o.random.between(-32, 31) : o.random.below(64);
      const word = quadrant(1, 4, (select << 10) | ((rd - 8) << 7) | imm6(value));
      return narrow(word, `${name} ${x(rd)}, ${value}`);
    },
);

const SHORT_REGISTER = [
  ["c.sub", 0, 0],
  ["c.xor", 0, 1],
  ["c.or", 0, 2],
  ["c.and", 0, 3],
  ["c.subw", 1, 0],
  ["c.addw", 1, 1],
] as const;

const shortRegister = SHORT_REGISTER.map(([name, bit12, select]): Maker => (o) => {
  const [rd, rs2] = [o.shortRd(), o.shortRs()];
  const rest = (bit12 << 12) | (3 << 10) | ((rd - 8) << 7) | (select << 5) | ((rs2 - 8) << 2);
  return narrow(quadrant(1, 4, rest), `${name} ${x(rd)}, ${x(rs2)}`);
});

const slli: Maker = (o) => {
  const [rd, amount] = [o.rd(), o.random.below(64)];
  return narrow(quadrant(2, 0, (rd << 7) | imm6(amount)), `c.slli ${x(rd)}, ${amount}`);
};

const move: Maker = (o) => {
  const [rd, rs2] = [o.rd(), o.random.between(1, 31)];
  return narrow(quadrant(2, 4, (rd << 7) | (rs2 << 2)), `c.mv ${x(rd)}, ${x(rs2)}`);
};

const add: Maker = (o) => {
  const [rd, rs2] = [o.rd(), o.random.between(1, 31)];
  return narrow(quadrant(2, 4, (1 << 12) | (rd << 7) | (rs2 << 2)), `c.add ${x(rd)}, ${x(rs2)}`);
};

/** Always possible. */
export const COMPRESSED: readonly Maker[] = [
  immediate("c.addi", 0, true),
  immediate("c.addiw", 1, false),
  immediate("c.li", 2, true),
  cLui,
  addi4spn,
  ...shortImmediate,
  ...shortRegister,
  slli,
  move,
  add,
];

/** Only where x2 is no base register. */
export const COMPRESSED_STACK_POINTER: readonly Maker[] = [addi16sp];

function shortAccess(
  name: string,
  f3: number,
  isDouble: boolean,
  isFloat: boolean,
  isLoad: boolean,
): Maker {
  return (o) => {
    const base = o.shortBase();
    const value = isFloat ? o.shortFp() : isLoad ? o.shortRd() : o.shortRs();
    const offset = o.random.below(32) * (isDouble ? 8 : 4);
    const imm = isDouble ? doubleOffset(offset) : wordOffset(offset);
    const word = quadrant(0, f3, imm | ((base - 8) << 7) | ((value - 8) << 2));
    return narrow(word, `${name} ${isFloat ? f(value) : x(value)}, ${offset}(${x(base)})`);
  };
}

/** Loads and stores through a base register from x8 to x15. */
export const COMPRESSED_MEMORY: readonly Maker[] = [
  shortAccess("c.fld", 1, true, true, true),
  shortAccess("c.lw", 2, false, false, true),
  shortAccess("c.ld", 3, true, false, true),
  shortAccess("c.fsd", 5, true, true, false),
  shortAccess("c.sw", 6, false, false, false),
  shortAccess("c.sd", 7, true, false, false),
];

function stackLoad(name: string, f3: number, isDouble: boolean, isFloat: boolean): Maker {
  return (o) => {
    const rd = isFloat ? o.fp() : o.writable();
    const offset = o.random.below(64) * (isDouble ? 8 : 4);
    const low = isDouble
      ? (field(offset, 4, 3) << 5) | (field(offset, 8, 6) << 2)
      : (field(offset, 4, 2) << 4) | (field(offset, 7, 6) << 2);
    const word = quadrant(2, f3, (field(offset, 5, 5) << 12) | (rd << 7) | low);
    return narrow(word, `${name} ${isFloat ? f(rd) : x(rd)}, ${offset}(sp)`);
  };
}

function stackStore(name: string, f3: number, isDouble: boolean, isFloat: boolean): Maker {
  return (o: Operands) => {
    const rs2 = isFloat ? o.fp() : o.rs();
    const offset = o.random.below(64) * (isDouble ? 8 : 4);
    const imm = isDouble
      ? (field(offset, 5, 3) << 10) | (field(offset, 8, 6) << 7)
      : (field(offset, 5, 2) << 9) | (field(offset, 7, 6) << 7);
    const word = quadrant(2, f3, imm | (rs2 << 2));
    return narrow(word, `${name} ${isFloat ? f(rs2) : x(rs2)}, ${offset}(sp)`);
  };
}

/** Loads and stores relative to x2, where it is a base register. */
export const COMPRESSED_STACK: readonly Maker[] = [
  stackLoad("c.fldsp", 1, true, true),
  stackLoad("c.lwsp", 2, false, false),
  stackLoad("c.ldsp", 3, true, false),
  stackStore("c.fsdsp", 5, true, true),
  stackStore("c.swsp", 6, false, false),
  stackStore("c.sdsp", 7, true, false),
];
