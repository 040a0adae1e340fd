// Code of a region from its graph: structured control flow from the dominator tree, one WebAssembly function.
//
// Steps are taken off the budget late: on a straight way they are only counted here (`#pending`), and subtracted where ways
// come together, at checks and at exits.
import type { StateLayout } from "../interpreter-frame.ts";
import { WORD } from "../record-layout.ts";
import type { Semantics, ShadowUse } from "../semantics.ts";
import type { Label, WasmFunction } from "../wasm-function.ts";
import { planShares, type SharedAccess } from "./access-groups.ts";
import { placeBudgetChecks } from "./budget-checks.ts";
import { emitShare } from "./compiled-memory.ts";
import { CompiledSemantics } from "./compiled-semantics.ts";
import { analyzeControlFlow, type ControlFlow } from "./control-flow.ts";
import { pageOf } from "./discover-region.ts";
import { type DispatchPlan, planDispatch } from "./plan-dispatch.ts";
import { RegionFrame } from "./region-frame.ts";
import { type Block, offsetOf, type RegionGraph, type RegionInstruction } from "./region-graph.ts";
import { RegionPages } from "./region-pages.ts";
import { RegionPath } from "./region-path.ts";
import { analyzeRegisters } from "./register-flow.ts";
import { including, type RegisterSet, SINK_SLOT } from "./register-set.ts";
import { type RegionCell, RegionExits } from "./region-exits.ts";

export type SemanticsOf<Services> = (op: number) => (x: Semantics<Services>) => void;

export interface EmittedRegion {
  readonly f: WasmFunction;
  /** Offsets of the entries, by entry number. */
  readonly entries: readonly number[];
  readonly cells: readonly RegionCell[];
}

export function emitRegion<Services>(
  layout: StateLayout,
  graph: RegionGraph,
  semanticsOf: SemanticsOf<Services>,
  firstCell: number,
  shadow?: ShadowUse,
): EmittedRegion {
  return new RegionEmitter(layout, graph, semanticsOf, firstCell, shadow).emit();
}

class RegionEmitter<Services> {
  readonly #graph: RegionGraph;
  readonly #flow: ControlFlow;
  readonly #jumps: DispatchPlan;
  readonly #frame: RegionFrame;
  readonly #exits: RegionExits;
  readonly #semantics: CompiledSemantics<Services>;
  readonly #semanticsOf: SemanticsOf<Services>;
  readonly #tableDirty: RegisterSet;
  readonly #pages: RegionPages;
  readonly #path: RegionPath | undefined;
  readonly #mergeLabels: Map<Block, Label> = new Map();
  readonly #loopLabels: Map<Block, Label> = new Map();
  #dispatcher: Label | undefined;
  /** The block that code is being generated for, and its state at the current instruction. */
  #block: Block;
  #dirty: RegisterSet;
  #pending = 0;
  #offset = 0;

  constructor(
    layout: StateLayout,
    graph: RegionGraph,
    semanticsOf: SemanticsOf<Services>,
    firstCell: number,
    shadow: ShadowUse | undefined,
  ) {
    this.#graph = graph;
    this.#flow = analyzeControlFlow(graph);
    placeBudgetChecks(this.#flow);
    this.#tableDirty = analyzeRegisters(this.#flow);
    this.#jumps = planDispatch(this.#flow, graph);
    this.#frame = new RegionFrame(layout, shadow);
    this.#path = shadow === "path" ? new RegionPath(this.#frame) : undefined;
    this.#exits = new RegionExits(this.#frame, firstCell, this.#path);
    this.#semanticsOf = semanticsOf;
    this.#block = this.#flow.root;
    this.#dirty = this.#block.dirtyIn;
    this.#pages = new RegionPages(this.#frame, this.#exits, this.#flow.blocks, this.#path);
    const ends = {
      leave: () => this.#exits.leave(this.#offset, this.#dirty, this.#pending),
      written: (slot: number) => {
        this.#dirty = including(this.#dirty, slot);
      },
      branch: () => this.#branch(),
      jump: () => this.#goToTarget(),
      jumpTo: () => this.#jumpTo(),
    };
    this.#semantics = new CompiledSemantics(this.#frame, ends, this.#path);
  }

  emit(): EmittedRegion {
    const frame = this.#frame;
    const { f } = frame;
    f.get(frame.base);
    f.memory("i32Load", frame.layout.words + WORD.tlbSet);
    f.set(frame.tlbSet);
    if (frame.shadow !== undefined) {
      f.get(frame.base);
      f.memory("i64Load", frame.layout.words + WORD.zero);
      f.set(frame.zero);
    }
    const { entries } = this.#graph;
    const [only] = entries;
    if (only !== undefined && entries.length === 1 && this.#flow.dispatched.length === 0) {
      this.#enter(only);
      this.#tree(only);
    } else this.#root();
    this.#exits.close();
    return { f, entries: entries.map(({ offset }) => offset), cells: this.#exits.cells };
  }

  /** The dispatcher and the blocks below it. */
  #root(): void {
    const frame = this.#frame;
    const { f } = frame;
    const { targets } = this.#jumps;
    if (targets.length > 0) {
      f.get(frame.label);
      f.i32(targets.length);
      f.op("i32Add");
      f.set(frame.label);
      this.#dispatcher = f.loop();
    }
    this.#within(this.#childrenToMerge(this.#flow.root), () => this.#dispatch(targets));
    if (targets.length > 0) f.end();
  }

  #dispatch(targets: readonly (Block | undefined)[]): void {
    const { f } = this.#frame;
    const { entries } = this.#graph;
    const miss = f.block();
    const stubs = entries.map(() => f.block()).toReversed();
    const labels = targets.map((block) =>
      block === undefined ? miss : (this.#mergeLabels.get(block) as Label),
    );
    f.get(this.#frame.label);
    f.brTable([...labels, ...stubs], miss);
    for (const entry of entries) {
      f.end();
      this.#enter(entry);
      f.br(this.#mergeLabels.get(entry) as Label);
    }
    f.end();
    this.#exits.indirect(this.#tableDirty, 0);
  }

  /** From the interpreter or another region: nothing is in locals yet. */
  #enter(entry: Block): void {
    const frame = this.#frame;
    const { f } = frame;
    f.get(frame.pc);
    if (entry.offset !== 0) {
      f.i64FromI32(entry.offset);
      f.op("i64Sub");
    }
    f.set(frame.origin);
    this.#path?.enter();
    if (!entry.isCheck) {
      f.get(frame.budget);
      f.i32(entry.stepsToCheck);
      f.op("i32LtS");
      f.if(undefined, false);
      this.#exits.leave(entry.offset, { low: 0, high: 0 }, 0);
      f.end();
    }
    this.#path?.goTo(entry.offset);
    frame.load(entry.liveIn);
    this.#pages.enter(entry);
    this.#pending = 0;
  }

  /** A block, what it dominates, and the loop it may head. */
  #tree(block: Block): void {
    const { f } = this.#frame;
    if (block.isLoopHead) {
      this.#settle();
      this.#loopLabels.set(block, f.loop());
    }
    this.#within(this.#childrenToMerge(block), () => this.#body(block));
    if (block.isLoopHead) f.end();
  }

  #childrenToMerge(block: Block): readonly Block[] {
    return block.children.filter(({ isMerge }) => isMerge).sort((a, b) => b.order - a.order);
  }

  /** Emits `body` inside a block per merge point, each followed by the merge point's own code. */
  #within(merges: readonly Block[], body: () => void): void {
    const [outermost, ...inner] = merges;
    if (outermost === undefined) {
      body();
      return;
    }
    const { f } = this.#frame;
    this.#mergeLabels.set(outermost, f.block());
    this.#within(inner, body);
    f.end();
    this.#pending = 0;
    this.#tree(outermost);
  }

  #body(block: Block): void {
    this.#block = block;
    this.#dirty = block.dirtyIn;
    this.#path?.begin(block);
    if (block.isCheck) this.#check(block);
    const shares = planShares(block.instructions);
    for (const instruction of block.instructions) {
      this.#instruction(instruction, shares.get(instruction));
    }
    const { terminator } = block;
    if (terminator.kind === "leave") {
      this.#exits.leave(terminator.target, this.#dirty, this.#pending);
    } else if (terminator.kind === "goto" && !endsWithJump(block)) {
      this.#path?.goTo(offsetOf(terminator.target));
      this.#goTo(terminator.target);
    }
  }

  #check(block: Block): void {
    const frame = this.#frame;
    const { f } = frame;
    f.get(frame.budget);
    f.i32(block.stepsToCheck);
    f.op("i32LtS");
    f.if(undefined, false);
    this.#exits.leave(block.offset, this.#dirty, 0);
    f.end();
  }

  #instruction(instruction: RegionInstruction, shared: SharedAccess | undefined): void {
    this.#offset = instruction.offset;
    if (shared?.isFirst === true) emitShare(this.#frame, shared.group);
    if (instruction.traits.control !== "next") this.#pending += 1;
    this.#semantics.instruction(instruction, this.#semanticsOf(instruction.op), shared);
    if (instruction.traits.control === "next") this.#pending += 1;
  }

  /** Takes the pending steps off the budget. */
  #settle(): void {
    if (this.#pending === 0) return;
    const steps = this.#pending;
    this.#frame.takeOffBudget(() => this.#frame.f.i32(steps));
    this.#pending = 0;
  }

  /** The condition is on the stack. */
  #branch(): void {
    const { f } = this.#frame;
    const block = this.#block;
    const { terminator } = block;
    if (terminator.kind !== "branch") throw new Error("a branch ends another kind of block");
    const taken = this.#directLabel(terminator.taken);
    const next = this.#directLabel(terminator.next);
    if (taken !== undefined || next !== undefined) this.#settle();
    if (taken !== undefined) {
      f.brIf(taken);
      this.#goTo(terminator.next);
    } else if (next !== undefined) {
      f.op("i32Eqz");
      f.brIf(next);
      this.#goTo(terminator.taken);
    } else {
      const dirty = this.#dirty;
      const pending = this.#pending;
      f.if(undefined, this.#likelihood(terminator.taken));
      this.#goTo(terminator.taken);
      f.end();
      this.#block = block;
      this.#dirty = dirty;
      this.#pending = pending;
      this.#goTo(terminator.next);
    }
  }

  /** What was never executed is not likely to be. */
  #likelihood(target: number): boolean | undefined {
    return this.#graph.byPlace.has(target) ? undefined : false;
  }

  /** The label of a target that a branch instruction can reach as it is. */
  #directLabel(target: number): Label | undefined {
    const block = this.#graph.byPlace.get(target);
    if (block === undefined || block.order < 0 || block.isDispatched) return undefined;
    if (this.#pages.unchecked(this.#block, block).length > 0) return undefined;
    if (block.order <= this.#block.order) return this.#loopLabels.get(block);
    return block.isMerge ? this.#mergeLabels.get(block) : undefined;
  }

  #goToTarget(): void {
    const { terminator } = this.#block;
    if (terminator.kind !== "goto") throw new Error("a jump ends another kind of block");
    this.#goTo(terminator.target);
  }

  #goTo(target: number): void {
    const frame = this.#frame;
    const { f } = frame;
    const block = this.#graph.byPlace.get(target);
    if (block === undefined || block.order < 0) {
      this.#leaveFor(offsetOf(target));
      return;
    }
    for (const page of this.#pages.unchecked(this.#block, block)) {
      this.#pages.check(page, offsetOf(target), this.#dirty, this.#pending);
    }
    if (block.isDispatched) {
      this.#settle();
      f.i32(this.#flow.dispatched.indexOf(block));
      f.set(frame.label);
      f.br(this.#dispatcher as Label);
    } else if (block.order <= this.#block.order) {
      this.#settle();
      f.br(this.#loopLabels.get(block) as Label);
    } else if (block.isMerge) {
      this.#settle();
      f.br(this.#mergeLabels.get(block) as Label);
    } else this.#tree(block);
  }

  #leaveFor(target: number): void {
    if (this.#block.pages.includes(pageOf(target))) {
      const last = this.#block.instructions.at(-1);
      const isCall = last?.traits.control === "jump" && last.rd !== SINK_SLOT;
      this.#exits.near(isCall ? "call" : "jump", target, this.#dirty, this.#pending);
      return;
    }
    const frame = this.#frame;
    frame.pushAddress(target);
    frame.f.set(frame.pc);
    this.#path?.goesOutside();
    this.#exits.indirect(this.#dirty, this.#pending);
  }

  /** The target is on the stack. */
  #jumpTo(): void {
    const frame = this.#frame;
    const { f } = frame;
    const { terminator } = this.#block;
    if (terminator.kind === "goto") {
      // The return of a function that was copied to its call: the link register was not changed.
      f.drop();
      this.#path?.staysInside();
      this.#goTo(terminator.target);
      return;
    }
    f.set(frame.pc);
    const { table } = this.#jumps;
    if (terminator.kind === "indirect" && terminator.isTable && table !== undefined) {
      this.#settle();
      f.get(frame.pc);
      frame.pushAddress(table.from);
      f.op("i64Sub");
      f.tee(frame.address);
      f.i64FromI32(table.bytes);
      f.op("i64LtU");
      f.if(undefined, true);
      f.get(frame.address);
      f.op("i32WrapI64");
      f.i32(1);
      f.op("i32ShrU");
      f.i32(table.first);
      f.op("i32Add");
      f.set(frame.label);
      this.#path?.staysInside();
      f.br(this.#dispatcher as Label);
      f.end();
    }
    this.#exits.indirect(this.#dirty, this.#pending);
  }
}

/** Whether the last instruction goes where the block does. */
function endsWithJump({ instructions }: Block): boolean {
  const control = instructions.at(-1)?.traits.control;
  return control === "jump" || control === "indirect";
}
