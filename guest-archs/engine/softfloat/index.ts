// Exact binary32 and binary64 arithmetic with RISC-V flags, for what WebAssembly's own operations can't do: flags,
// rounding modes other than to nearest, fused multiply-add. Pure functions of raw bit patterns: operands may be signed
// or wider than the format (the low bits count), patterns returned are non-negative. Tininess is detected after rounding and
// every NaN result of arithmetic is canonical. NaN-boxing and reserved rounding modes are the caller's business.

export { add, sub } from "./add.ts";
export { classify } from "./classify.ts";
export { eq, le, lt, max, min } from "./compare.ts";
export {
  fromInteger,
  INT32,
  INT64,
  type IntegerFormat,
  narrow,
  toInteger,
  UINT32,
  UINT64,
  widen,
} from "./convert.ts";
export { div } from "./divide.ts";
export { DZ, type Flags, NV, NX, OF, UF } from "./flags.ts";
export { BINARY32, BINARY64, type Format } from "./format.ts";
export { fma } from "./fused-multiply-add.ts";
export { mul } from "./multiply.ts";
export { RDN, RMM, RNE, RTZ, RUP } from "./rounding-mode.ts";
export { sqrt } from "./square-root.ts";
