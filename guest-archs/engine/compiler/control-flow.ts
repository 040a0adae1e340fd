// Structured control flow for a region (Ramsey, "Beyond Relooper", ICFP 2022): reverse postorder, dominator tree (Cooper,
// Harvey, Kennedy, "A Simple, Fast Dominance Algorithm", 2001), loop heads and merge points. A block that a back edge
// reaches without dominating its source makes the graph irreducible: it is reached through a dispatcher instead, a loop
// around the whole region that jumps by a table.
import { Block, type RegionGraph } from "./region-graph.ts";

export interface ControlFlow {
  /** An artificial block that leads to the entries and to the dispatched blocks. */
  readonly root: Block;
  /** In reverse postorder, without the root. */
  readonly blocks: readonly Block[];
  /** Blocks reached through the dispatcher. */
  readonly dispatched: readonly Block[];
}

export function analyzeControlFlow({ blocks, entries }: RegionGraph): ControlFlow {
  const root = new Block([], 0, { kind: "goto", target: 0 }, []);
  for (const block of blocks) block.isDispatched = block.isTableTarget;
  for (;;) {
    const dispatched = blocks.filter((block) => block.isDispatched);
    root.successors = [...new Set([...entries, ...dispatched])];
    const ordered = number(root, blocks);
    findDominators(root, ordered);
    const irreducible = ordered.flatMap((block) =>
      edges(block).filter((to) => to.order <= block.order && !dominates(to, block)),
    );
    if (irreducible.length > 0) {
      for (const block of irreducible) block.isDispatched = true;
      continue;
    }
    annotate(root, ordered);
    return {
      root,
      blocks: ordered.slice(1),
      dispatched: dispatched.filter((block) => block.order >= 0),
    };
  }
}

/** Edges that are emitted as branches: not those that the dispatcher takes. */
function edges(block: Block): readonly Block[] {
  return block.order === 0
    ? block.successors
    : block.successors.filter((successor) => !successor.isDispatched);
}

/** @returns the reachable blocks in reverse postorder, the root first. */
function number(root: Block, blocks: readonly Block[]): Block[] {
  for (const block of blocks) block.order = -1;
  root.order = 0;
  const seen = new Set<Block>([root]);
  const postorder: Block[] = [];
  const path: { block: Block; next: number }[] = [{ block: root, next: 0 }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const successors =
      top.block === root ? root.successors : top.block.successors.filter((b) => !b.isDispatched);
    const successor = successors[top.next];
    top.next += 1;
    if (successor === undefined) {
      postorder.push(top.block);
      path.pop();
    } else if (!seen.has(successor)) {
      seen.add(successor);
      path.push({ block: successor, next: 0 });
    }
  }
  const ordered = postorder.toReversed();
  for (const [order, block] of ordered.entries()) block.order = order;
  return ordered;
}

function findDominators(root: Block, ordered: readonly Block[]): void {
  const predecessors = new Map<Block, Block[]>();
  for (const block of ordered) {
    block.dominator = undefined;
    for (const successor of edges(block)) {
      const known = predecessors.get(successor);
      if (known === undefined) predecessors.set(successor, [block]);
      else known.push(block);
    }
  }
  root.dominator = root;
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const block of ordered) {
      if (block === root) continue;
      let dominator: Block | undefined;
      for (const predecessor of predecessors.get(block) ?? []) {
        if (predecessor.dominator === undefined) continue;
        dominator = dominator === undefined ? predecessor : common(dominator, predecessor);
      }
      if (dominator === block.dominator) continue;
      block.dominator = dominator;
      isChanged = true;
    }
  }
}

function common(a: Block, b: Block): Block {
  let left = a;
  let right = b;
  while (left !== right) {
    while (left.order > right.order) left = left.dominator as Block;
    while (right.order > left.order) right = right.dominator as Block;
  }
  return left;
}

function dominates(a: Block, b: Block): boolean {
  let block = b;
  while (block.order > a.order) block = block.dominator as Block;
  return block === a;
}

function annotate(root: Block, ordered: readonly Block[]): void {
  const forward = new Map<Block, number>();
  for (const block of ordered) {
    block.children = [];
    block.isLoopHead = false;
  }
  for (const block of ordered) {
    for (const successor of edges(block)) {
      if (successor.order <= block.order) successor.isLoopHead = true;
      else forward.set(successor, (forward.get(successor) ?? 0) + 1);
    }
  }
  const isBranching = root.successors.length > 1;
  for (const block of ordered) {
    if (block === root) continue;
    block.dominator?.children.push(block);
    const isFromRoot = block.dominator === root && (isBranching || block.isDispatched);
    block.isMerge = isFromRoot || (forward.get(block) ?? 0) > 1;
  }
}
