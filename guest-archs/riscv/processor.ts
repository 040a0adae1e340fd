// All harts of one replica: the run loop around the generated interpreter, and the state seen from outside.
import {
  PAGE_BYTES,
  type Alarm,
  type ExecutedStep,
  type Processor,
  type ProcessorContext,
  type ProcessorPosition,
  type RegisterAccess,
  type StateReader,
  type StateWriter,
  type StepUse,
} from "../../core/index.ts";
import { CodeCache } from "../engine/code-cache.ts";
import type { CompiledCode } from "../engine/compiler/compiled-code.ts";
import { ASTRAY } from "../engine/interpreter-path.ts";
import { PAGE_STATE, PageStates } from "../engine/page-states.ts";
import { INSTRUCTION_SET } from "./decoder.ts";
import { createCompiledCode } from "./compiler.ts";
import { type CompilerOptions, compilerOptions } from "./compiler-options.ts";
import { ErringExecution } from "./erring-execution.ts";
import { erringPaths } from "./erring-interpreter.ts";
import { GuestAccess } from "./guest-access.ts";
import { Hart, type ProcessorHart } from "./hart.ts";
import { HartCallouts } from "./hart-callouts.ts";
import { SLOT } from "./hart-layout.ts";
import { hartStates, readHartStates, replaceHartStates } from "./hart-states.ts";
import type { HartServices } from "./hart-services.ts";
import { HartRegisters } from "./hart-registers.ts";
import { HartSchedule } from "./hart-schedule.ts";
import { InstructionFetch } from "./instruction-fetch.ts";
import {
  instantiateInterpreter,
  type RunInterpreter,
  type SlowPaths,
} from "./interpreter-instance.ts";
import { semanticsFor, semanticsOf } from "./operations.ts";
import { registerUse } from "./register-use.ts";
import { WatchedStep } from "./watched-step.ts";
import type { PrivilegedEnvironment } from "./privileged/privileged-hart.ts";
import { TrackedPageReads } from "./page-reads.ts";
import { positionOf } from "./processor-position.ts";
import { DEFAULT_CODE_BYTES, processorArea } from "./processor-area.ts";
import { followAll, HartShadows } from "./shadow-registers.ts";
import { observedRefills } from "./soft-mmu/observed-refills.ts";
import { instantiateSoftMmu } from "./soft-mmu/soft-mmu.ts";
import { type TableAccess, tableAccess } from "./table-access.ts";
import { TablePages } from "./table-pages.ts";
import { PAGE_SHIFT } from "./table-role.ts";

export interface RiscvProcessorOptions {
  /**
   * Creates the privileged part of a hart over its slots.
   * @param stateOffset byte offset of slot 0 in the shared memory
   */
  privilegedFor(
    hart: number,
    environment: PrivilegedEnvironment,
    stateOffset: number,
  ): ProcessorHart;
  /** Size of the pool of decoded code in bytes; must be what `processorBytes` was called with. */
  readonly codeBytes?: number;
  readonly compiler?: CompilerOptions;
}

/** Needs `processorBytes(context.harts, context.memory.bytes, options.codeBytes)` bytes at `context.areaOffset`, zero but for `codeRange`. */
export function createProcessor(
  context: ProcessorContext,
  options: RiscvProcessorOptions,
): Processor {
  return new RiscvProcessor(context, options);
}

class RiscvProcessor implements Processor {
  readonly shadow: HartShadows;
  readonly pageReads: TrackedPageReads;
  readonly #isPathChecked: boolean;
  readonly #context: ProcessorContext;
  readonly #harts: readonly Hart[];
  readonly #alarms: readonly Alarm[];
  readonly #callouts: readonly HartCallouts[];
  readonly #schedule: HartSchedule;
  readonly #code: CodeCache;
  readonly #compiled: CompiledCode<HartServices>;
  readonly #tableAccess: TableAccess;
  readonly #execute: RunInterpreter;
  readonly faults: ErringExecution;
  readonly #registers: HartRegisters;
  #current: Hart;
  /** Steps since power-on up to the last settlement, and what was left of the stretch then. */
  #steps = 0;
  #unsettled = 0;
  #isLeaving = false;
  #isWatching = false;
  #watched: ExecutedStep | undefined;

  constructor(context: ProcessorContext, options: RiscvProcessorOptions) {
    const { memory, clock, harts, instrumentation, activity } = context;
    const area = processorArea(
      context.areaOffset,
      harts,
      memory.bytes,
      options.codeBytes ?? DEFAULT_CODE_BYTES,
    );
    const states = new PageStates(memory.shared, area.pageStates, memory.pages);
    this.#context = context;
    this.#harts = Array.from({ length: harts }, (_, i) => new Hart(i, memory, area));
    this.#current = this.#harts[0] as Hart;
    this.#registers = new HartRegisters(this.#harts);
    this.#schedule = new HartSchedule(this.#harts);
    this.shadow = new HartShadows(this.#harts, instrumentation?.shadow);
    this.#isPathChecked = instrumentation?.shadow === "path";
    this.#callouts = this.#harts.map(
      (hart) =>
        new HartCallouts(hart, {
          settle: () => this.#settle(hart.remaining + 1),
          leaveSoon: () => this.#current.leaveSoon(),
          isShadowed: instrumentation?.shadow !== undefined,
          halt: (why) => this.#halt(why),
        }),
    );
    this.#alarms = this.#harts.map((hart) =>
      clock.createAlarm(() => hart.privileged.supervisorTimerFired()),
    );
    const ramPage = context.ramBase / PAGE_BYTES;
    this.pageReads = new TrackedPageReads(states, memory.pages, () => this.#flushAll());
    const dropWrites = (page: number): void => {
      this.pageReads.cached(page);
      for (const hart of this.#harts) hart.tlb.dropPage("write", ramPage + page);
    };
    const compiler = options.compiler ?? compilerOptions({});
    const code = new CodeCache(memory, states, area.code, area.codeBytes, INSTRUCTION_SET, {
      codeAppeared: dropWrites,
      codeChanged: (page, from, end) => this.#compiled.codeChanged(page, from, end),
      blocksDropped: () => {
        this.#compiled.dropAll();
        for (const hart of this.#harts) hart.tlb.flushTable("fetch");
      },
      jumpsTo: (page, offset) => this.#compiled.jumpsTo(page, offset),
    });
    this.#code = code;
    const tables = new TablePages(memory, states, {
      tableAppeared: dropWrites,
      translationChanged: (high, low) => this.#dropAddress(high, low),
      tablesChanged: () => {
        this.#flushAll();
        this.#current.leaveSoon();
      },
    });
    this.#tableAccess = tableAccess(memory, context.ramBase, code, tables);
    memory.observe({
      frameReplaced: (page) => {
        if (states.get(page, PAGE_STATE.isRead) === 0) return;
        states.set(page, PAGE_STATE.isRead, 0);
        for (const hart of this.#harts) hart.tlb.dropPage("read", ramPage + page);
      },
      written: (address, length) => {
        code.written(address, length);
        tables.written(address, length);
      },
      mapReset: () => this.#flushAll(),
    });
    const access = new GuestAccess({
      memory,
      ramBase: context.ramBase,
      bus: context.bus,
      code,
      tables,
      states,
      beforeDevice: () => this.#settle(this.#current.remaining + 1),
      afterDevice: () => this.#current.leaveSoon(),
    });
    const semantics = semanticsFor(instrumentation);
    const refills = observedRefills(instantiateSoftMmu(memory, context.ramBase, states), activity);
    this.#compiled = createCompiledCode({
      memory,
      code,
      refills,
      area: area.compiler,
      hart: () => this.#current,
      options: compiler,
      // Others would take over what instruments made of the code.
      exchange: instrumentation === undefined ? context.exchange : undefined,
      shadow: instrumentation?.shadow,
      semanticsOf: (op) => semanticsOf(semantics, op),
    });
    for (const hart of this.#harts) {
      hart.useCompiler(this.#compiled.entryRows, compiler.compileAfterJumps);
      if (instrumentation !== undefined) hart.useCells(instrumentation.cells);
    }
    const paths: SlowPaths = {
      access,
      code,
      refills,
      fetch: new InstructionFetch(memory, context.ramBase, code),
      hart: () => this.#current,
      services: () => this.#callouts[this.#current.index] as HartCallouts,
      regions: this.#compiled.table,
      jumped: (from, to) => this.#compiled.jumped(from, to),
      hot: (record, pc) => this.#compiled.hot(record, pc),
      halt: (why) => this.#halt(why),
      activity,
      interpreter: {
        semantics,
        variant: activity === undefined ? "usual" : "profiled",
        isPathChecked: instrumentation?.shadow === "path",
        ...(instrumentation !== undefined && { key: instrumentation.key }),
      },
    };
    this.#execute = instantiateInterpreter(memory.shared, paths);
    this.faults = new ErringExecution({
      memory,
      ramBase: context.ramBase,
      harts: this.#harts,
      register: (name) => this.#registers.find(name),
      nextHart: () => this.#schedule.next(),
      stepAndDescribe: () => this.stepAndDescribe(),
      instantiate: () => instantiateInterpreter(memory.shared, erringPaths(paths)),
    });
    for (const hart of this.#harts) {
      hart.connect(options.privilegedFor(hart.index, this.#environment(hart), hart.base));
    }
  }

  run(maxSteps: number): number {
    const { clock } = this.#context;
    const start = clock.steps;
    const end = start + maxSteps;
    this.#steps = start;
    this.#isLeaving = false;
    while (this.#steps < end && !this.#isLeaving) {
      clock.report(this.#steps);
      const hart = this.#schedule.next();
      if (hart === undefined) break;
      this.#current = hart;
      if (this.faults.isActive) this.faults.settle();
      if (this.#isPathChecked && hart.isAstray) {
        this.#halt(ASTRAY);
        break;
      }
      const watched = this.#isWatching ? new WatchedStep(hart) : undefined;
      if (hart.privileged.takeInterrupt()) {
        this.#watched = watched?.interrupted();
        this.#countInterrupt(hart);
      } else {
        watched?.fetching(this.#context.memory, this.#context.ramBase);
        this.#stretch(hart, Math.min(end - this.#steps, this.#schedule.left));
        this.#watched = watched?.executed();
      }
    }
    clock.report(this.#steps);
    return this.#steps - start;
  }

  leave(): void {
    this.#isLeaving = true;
    this.#current.leaveSoon();
  }

  isIdle(): boolean {
    return this.#schedule.isIdle();
  }

  registers(): Uint8Array {
    return hartStates(this.#harts);
  }

  registerNames(): readonly RegisterAccess[] {
    return this.#registers.names();
  }

  readRegister(name: string): bigint {
    return this.#registers.read(name);
  }

  writeRegister(name: string, value: bigint): void {
    this.#registers.write(name, value);
  }

  stepAndReport(): string | undefined {
    const executed = this.stepAndDescribe();
    return executed?.kind === "retired" ? executed.written?.name : undefined;
  }

  stepAndDescribe(): ExecutedStep | undefined {
    this.#isWatching = true;
    this.#watched = undefined;
    this.run(1);
    this.#isWatching = false;
    return this.#watched;
  }

  stepAndUse(): StepUse | undefined {
    const executed = this.stepAndDescribe();
    return executed && registerUse(executed);
  }

  position(): ProcessorPosition {
    return positionOf(this.#current, this.#code, (page, offset) =>
      this.#compiled.covers(page, offset),
    );
  }

  save(writer: StateWriter): void {
    writer.section("riscv-processor", 1);
    writer.u32(this.#harts.length);
    writer.bytes(this.registers());
    this.#schedule.save(writer);
  }

  restore(reader: StateReader): void {
    this.#code.dropAll();
    this.resume(reader);
  }

  resume(reader: StateReader): void {
    reader.section("riscv-processor", 1);
    const bytes = readHartStates(reader, this.#harts.length);
    this.faults.reset();
    this.#schedule.restore(reader);
    this.#flushAll();
    replaceHartStates(this.#harts, bytes);
  }

  /** Runs generated code for at most this many steps. */
  #stretch(hart: Hart, steps: number): void {
    const { faults } = this;
    const span = faults.isActive ? faults.spanOf(steps) : steps;
    hart.begin(span);
    this.#unsettled = span;
    const left = hart.end(
      faults.isActive ? faults.execute(hart, span) : this.#execute(hart.base, span),
    );
    this.#settle(left);
    this.#schedule.used(span - left);
    if (faults.isActive) faults.settle();
  }

  #countInterrupt(hart: Hart): void {
    hart.followPc();
    hart.clearReservation();
    hart.addSteps(1);
    this.#steps += 1;
    this.#schedule.used(1);
  }

  /** Nothing the current hart does can be trusted. */
  #halt(why: string): void {
    const { index, slots } = this.#current;
    const pc = BigInt.asUintN(64, slots[SLOT.pc] as bigint).toString(16);
    this.#context.instrumentation?.halted(`hart ${index} at 0x${pc}: ${why}`);
    this.leave();
  }

  /** @param left steps of the stretch that are not executed yet */
  #settle(left: number): void {
    const done = this.#unsettled - left;
    this.#unsettled = left;
    this.#steps += done;
    this.#current.addSteps(done);
    this.#context.clock.report(this.#steps);
  }

  #flushAll(): void {
    for (const hart of this.#harts) hart.tlb.flush();
  }

  /** Drops what is cached of a virtual page; when it is the one being executed, it is looked up again. */
  #dropAddress(high: number, low: number): void {
    for (const hart of this.#harts) hart.tlb.dropAddress(high, low);
    const { pcHigh, pcLow } = this.#current;
    if (pcHigh === high && (pcLow ^ low) >>> PAGE_SHIFT === 0) this.#current.leaveSoon();
  }

  #environment(hart: Hart): PrivilegedEnvironment {
    const { clock } = this.#context;
    return {
      flushTranslations: () => {
        if (this.#callouts[hart.index]?.isStatusChange === true) return;
        hart.tlb.flush();
        this.faults.translationsFenced(hart);
      },
      // Caches follow the page tables by themselves (table-pages.ts).
      translationsFenced: () => this.faults.translationsFenced(hart),
      started: () => followAll(hart),
      pagePermissions: { bytes: hart.permissions, ramBase: this.#context.ramBase },
      interruptsChanged: () => this.#current.leaveSoon(),
      now: () => clock.now(),
      setSupervisorTimer: (tick) => this.#alarms[hart.index]?.set(tick),
      ...this.#tableAccess,
    };
  }
}
