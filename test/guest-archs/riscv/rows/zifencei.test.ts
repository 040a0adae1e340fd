import { ZIFENCEI } from "../../../../guest-archs/riscv/rows/zifencei.ts";
import { testRows } from "../row-cases.ts";

testRows(ZIFENCEI, [["fence.i", { x5: 7n }, {}]]);
