// Runs one line of a vector file: `operation mode operands... result flags`, all but the operation in hex.

import {
  add,
  BINARY32,
  BINARY64,
  classify,
  div,
  eq,
  type Flags,
  type Format,
  fma,
  fromInteger,
  INT32,
  INT64,
  type IntegerFormat,
  le,
  lt,
  max,
  min,
  mul,
  narrow,
  sqrt,
  sub,
  toInteger,
  UINT32,
  UINT64,
  widen,
} from "../../../../guest-archs/engine/softfloat/index.ts";

type Operation = (
  format: Format,
  operands: readonly bigint[],
  mode: number,
  flags: Flags,
) => bigint | number | boolean;

const INTEGERS: Readonly<Record<string, IntegerFormat>> = {
  i32: INT32,
  u32: UINT32,
  i64: INT64,
  u64: UINT64,
};

const OPERATIONS: Readonly<Record<string, Operation>> = {
  add: (format, [a, b], mode, flags) => add(format, a!, b!, mode, flags),
  sub: (format, [a, b], mode, flags) => sub(format, a!, b!, mode, flags),
  mul: (format, [a, b], mode, flags) => mul(format, a!, b!, mode, flags),
  div: (format, [a, b], mode, flags) => div(format, a!, b!, mode, flags),
  sqrt: (format, [a], mode, flags) => sqrt(format, a!, mode, flags),
  fma: (format, [a, b, c], mode, flags) => fma(format, a!, b!, c!, mode, flags),
  fmsub: (format, [a, b, c], mode, flags) => fma(format, a!, b!, c! ^ format.signBit, mode, flags),
  fnmsub: (format, [a, b, c], mode, flags) => fma(format, a! ^ format.signBit, b!, c!, mode, flags),
  fnmadd: (format, [a, b, c], mode, flags) =>
    fma(format, a! ^ format.signBit, b!, c! ^ format.signBit, mode, flags),
  eq: (format, [a, b], _mode, flags) => eq(format, a!, b!, flags),
  lt: (format, [a, b], _mode, flags) => lt(format, a!, b!, flags),
  le: (format, [a, b], _mode, flags) => le(format, a!, b!, flags),
  min: (format, [a, b], _mode, flags) => min(format, a!, b!, flags),
  max: (format, [a, b], _mode, flags) => max(format, a!, b!, flags),
  class: (format, [a]) => classify(format, a!),
  narrow: (_format, [a], mode, flags) => narrow(a!, mode, flags),
  widen: (_format, [a], _mode, flags) => widen(a!, flags),
};

function findOperation(name: string): Operation {
  const [, direction, type = ""] = /^(from|to)_(.*)$/.exec(name) ?? [];
  const integer = INTEGERS[type];
  if (direction === "to" && integer !== undefined) {
    return (format, [a], mode, flags) => toInteger(format, integer, a!, mode, flags);
  }
  if (direction === "from" && integer !== undefined) {
    return (format, [a], mode, flags) => fromInteger(format, integer, a!, mode, flags);
  }
  const operation = OPERATIONS[name];
  if (operation === undefined) {
    throw new Error(`no operation "${name}" in ${Object.keys(OPERATIONS).join(", ")}`);
  }
  return operation;
}

/** Replaces result and flags of the line by those that the library computes. */
export function evaluateVector(line: string): string {
  const fields = line.split(" ");
  const [operation = "", mode = ""] = fields;
  const operands = fields.slice(2, -2).map((field) => BigInt(`0x${field}`));
  const format = operation.startsWith("f32_") ? BINARY32 : BINARY64;
  const flags: Flags = { bits: 0 };
  const value = findOperation(operation.slice(4))(format, operands, Number(mode), flags);
  const result = BigInt.asUintN(64, BigInt(value)).toString(16);
  return [...fields.slice(0, -2), result, flags.bits.toString(16)].join(" ");
}
