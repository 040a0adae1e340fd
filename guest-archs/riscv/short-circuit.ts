// A condition that is looked at only where another one holds.
import type { I32 } from "../engine/semantics.ts";
import type { Rv } from "./row.ts";

/** HOT: branches that always go one way cost less than turning conditions into numbers. (bench/interpreter.ts) */
export function both(x: Rv, first: I32, second: () => I32): I32 {
  return x.choose32(first, second, () => x.i32(0));
}
