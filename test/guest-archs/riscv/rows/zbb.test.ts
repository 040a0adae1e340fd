import { ZBB } from "../../../../guest-archs/riscv/rows/zbb.ts";
import { rri, rrr, testRows, unary } from "../row-cases.ts";

const MIN = -(2n ** 63n);

testRows(ZBB, [
  ...rrr("andn", [0xffn, 0x0fn, 0xf0n], [-1n, 0n, -1n]),
  ...rrr("orn", [0x0fn, -2n, 0x0fn], [0n, 0n, -1n]),
  ...rrr("xnor", [0xffn, 0x0fn, ~0xf0n]),
  ...rrr("min", [-1n, 1n, -1n], [1n, -1n, -1n], [MIN, 0n, MIN]),
  ...rrr("minu", [-1n, 1n, 1n], [1n, -1n, 1n]),
  ...rrr("max", [-1n, 1n, 1n], [1n, -1n, 1n]),
  ...rrr("maxu", [-1n, 1n, -1n], [1n, -1n, -1n]),
  ...rrr("rol", [0x8000_0000_0000_0001n, 1n, 3n], [1n, 64n, 1n]),
  ...rrr("ror", [3n, 1n, 0x8000_0000_0000_0001n], [1n, 64n, 1n]),
  ...rri("rori", [1n, 63, 2n], [0xffn, 4, 0xf000_0000_0000_000fn]),
  ...rrr("rolw", [0xf_8000_0001n, 1n, 3n], [0x4000_0000n, 33n, -0x8000_0000n]),
  ...rrr("rorw", [0xf_0000_0001n, 1n, -0x8000_0000n], [2n, 33n, 1n]),
  ...rri("roriw", [0xf_0000_0003n, 1, -0x7fff_ffffn], [0x8000_0000n, 31, 1n]),
  ...unary("clz", [0n, 64n], [1n, 63n], [-1n, 0n]),
  ...unary("ctz", [0n, 64n], [MIN, 63n], [-1n, 0n]),
  ...unary("cpop", [0n, 0n], [-1n, 64n], [0x8000_0000_0000_0001n, 2n]),
  ...unary("clzw", [2n ** 32n, 32n], [1n, 31n], [0x8000_0000n, 0n]),
  ...unary("ctzw", [2n ** 32n, 32n], [0x8000_0000n, 31n]),
  ...unary("cpopw", [-1n, 32n], [2n ** 32n, 0n]),
  ...unary("sext.b", [0x17fn, 0x7fn], [0x80n, -128n]),
  ...unary("sext.h", [0x1_7fffn, 0x7fffn], [0x8000n, -32_768n]),
  ...unary("zext.h", [-1n, 0xffffn]),
  ...unary(
    "orc.b",
    [0x0100_8000_0010_0001n, 0xff00_ff00_00ff_00ffn],
    [0n, 0n],
    [-1n, -1n],
    [0x7f80_0102_0408_1000n, 0xffff_ffff_ffff_ff00n],
  ),
  ...unary("rev8", [0x0102_0304_0506_0708n, 0x0807_0605_0403_0201n]),
]);
