// Where a region looks whether its budget of steps still suffices: where it is entered, at the heads of loops and behind
// the dispatcher. A check asks for the longest way to the next check, so that nothing in between can run out.
import type { ControlFlow } from "./control-flow.ts";

/** Sets `isCheck` and `stepsToCheck`. */
export function placeBudgetChecks({ blocks }: ControlFlow): void {
  for (const block of blocks) block.isCheck = block.isLoopHead || block.isDispatched;
  for (const block of blocks.toReversed()) {
    let longest = 0;
    for (const successor of block.successors) {
      if (!successor.isCheck) longest = Math.max(longest, successor.stepsToCheck);
    }
    block.stepsToCheck = block.steps + longest;
  }
}
