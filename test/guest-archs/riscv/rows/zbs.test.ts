import { ZBS } from "../../../../guest-archs/riscv/rows/zbs.ts";
import { rri, rrr, testRows } from "../row-cases.ts";

const TOP = 2n ** 63n;

testRows(ZBS, [
  ...rrr("bclr", [-1n, 63n, TOP - 1n], [-1n, 64n, -2n], [0n, 5n, 0n]),
  ...rri("bclri", [-1n, 63, TOP - 1n], [0xffn, 0, 0xfen]),
  ...rrr("bext", [TOP, 63n, 1n], [TOP, 62n, 0n], [1n, 64n, 1n]),
  ...rri("bexti", [TOP, 63, 1n], [0xfen, 0, 0n]),
  ...rrr("binv", [TOP, 63n, 0n], [0n, 64n, 1n]),
  ...rri("binvi", [0n, 63, TOP], [1n, 0, 0n]),
  ...rrr("bset", [0n, 63n, TOP], [1n, 64n, 1n]),
  ...rri("bseti", [0n, 63, TOP], [TOP, 63, TOP]),
]);
