import { RV64M } from "../../../../guest-archs/riscv/rows/rv64m.ts";
import { rrr, testRows } from "../row-cases.ts";

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
const MIN_32 = -(2n ** 31n);
const A = 0x0123_4567_89ab_cdefn;
const B = 0xfedc_ba98_7654_3210n;
const SIGNED_B = BigInt.asIntN(64, B);

testRows(RV64M, [
  ...rrr("mul", [A, B, A * B], [MIN, -1n, MIN], [-1n, -1n, 1n]),
  ...rrr(
    "mulh",
    [A, B, (A * SIGNED_B) >> 64n],
    [MIN, MIN, 2n ** 62n],
    [-1n, -1n, 0n],
    [-1n, 1n, -1n],
    [MAX, MAX, (MAX * MAX) >> 64n],
  ),
  ...rrr(
    "mulhsu",
    [B, A, (SIGNED_B * A) >> 64n],
    [-1n, -1n, -1n],
    [MAX, -1n, (MAX * (2n ** 64n - 1n)) >> 64n],
    [MIN, -1n, (MIN * (2n ** 64n - 1n)) >> 64n],
  ),
  ...rrr(
    "mulhu",
    [A, B, (A * B) >> 64n],
    [-1n, -1n, -2n],
    [0xffff_ffffn, 0xffff_ffff_0000_0001n, 0xffff_fffen],
  ),
  ...rrr("div", [7n, -2n, -3n], [-7n, 2n, -3n], [5n, 0n, -1n], [MIN, -1n, MIN], [MIN, 1n, MIN]),
  ...rrr("divu", [-1n, 2n, MAX], [5n, 0n, -1n], [MIN, -1n, 0n]),
  ...rrr("rem", [7n, -2n, 1n], [-7n, 2n, -1n], [5n, 0n, 5n], [MIN, -1n, 0n]),
  ...rrr("remu", [-1n, 10n, 5n], [5n, 0n, 5n], [MIN, -1n, MIN]),
  ...rrr("mulw", [0x1_0000_0003n, 5n, 15n], [0x7fff_ffffn, 2n, -2n]),
  ...rrr(
    "divw",
    [0x1_0000_0007n, -2n, -3n],
    [MIN_32, -1n, MIN_32],
    [0x8000_0000n, 0xffff_ffffn, MIN_32],
    [9n, 2n ** 32n, -1n],
  ),
  ...rrr("divuw", [0xffff_ffffn, 1n, -1n], [0xffff_ffffn, 2n, 0x7fff_ffffn], [1n, 2n ** 32n, -1n]),
  ...rrr("remw", [-7n, 2n, -1n], [MIN_32, -1n, 0n], [0x8000_0001n, 2n ** 32n, MIN_32 + 1n]),
  ...rrr("remuw", [0xffff_ffffn, 10n, 5n], [0xffff_fff0n, 0n, -16n]),
  ["mulh x1, x1, x1", { x1: MIN }, { x1: 2n ** 62n }],
  ["div x0, x1, x2", { x1: 1n, x2: 0n }, {}],
]);
