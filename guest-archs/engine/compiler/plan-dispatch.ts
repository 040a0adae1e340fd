// What the dispatcher of a region jumps to, by number: dispatched blocks, then one number for every other byte of the
// span in which the targets of computed jumps lie.
import type { ControlFlow } from "./control-flow.ts";
import type { Block, RegionGraph } from "./region-graph.ts";

export interface DispatchPlan {
  /** Undefined where the span of the table has no target. */
  readonly targets: readonly (Block | undefined)[];
  readonly table: TableSpan | undefined;
}

interface TableSpan {
  /** Offset of the lowest target. */
  readonly from: number;
  /** From there to behind the first byte of the highest one. */
  readonly bytes: number;
  /** Number of the lowest target. */
  readonly first: number;
}

export function planDispatch({ dispatched }: ControlFlow, { byOffset }: RegionGraph): DispatchPlan {
  const offsets = dispatched.filter((b) => b.isTableTarget).map((b) => b.offset);
  if (offsets.length === 0) return { targets: dispatched, table: undefined };
  const from = Math.min(...offsets);
  const bytes = Math.max(...offsets) - from + 1;
  const slots = Array.from({ length: (bytes + 1) / 2 }, (_, index) => {
    const block = byOffset.get(from + index * 2);
    return block?.isTableTarget === true && block.order >= 0 ? block : undefined;
  });
  return { targets: [...dispatched, ...slots], table: { from, bytes, first: dispatched.length } };
}
