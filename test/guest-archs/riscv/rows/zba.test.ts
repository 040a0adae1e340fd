import { ZBA } from "../../../../guest-archs/riscv/rows/zba.ts";
import { rri, rrr, testRows } from "../row-cases.ts";

const WIDE = 0xffff_ffff_8000_0001n;

testRows(ZBA, [
  ...rrr("sh1add", [3n, 100n, 106n], [2n ** 63n, 1n, 1n]),
  ...rrr("sh2add", [3n, 100n, 112n], [-1n, 0n, -4n]),
  ...rrr("sh3add", [3n, 100n, 124n], [-1n, 0n, -8n]),
  ...rrr("sh1add.uw", [WIDE, 1n, 0x1_0000_0003n]),
  ...rrr("sh2add.uw", [WIDE, 1n, 0x2_0000_0005n]),
  ...rrr("sh3add.uw", [WIDE, 1n, 0x4_0000_0009n]),
  ...rrr("add.uw", [WIDE, -1n, 0x8000_0000n]),
  ...rri("slli.uw", [WIDE, 4, 0x8_0000_0010n], [WIDE, 63, 2n ** 63n]),
]);
