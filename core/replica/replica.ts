// A replica: a machine, its memory and the faults addressed to it, run epoch by epoch.
import type { FaultConfig } from "../api/config.ts";
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import type { FaultTarget } from "../api/fault-model.ts";
import type { Registry } from "../api/plugin.ts";
import { optionsOf } from "../machine/machine-plan.ts";
import { Machine } from "../machine/machine.ts";
import { ReplicaMemory } from "../memory/replica-memory.ts";
import { CodeChannel } from "./code-channel.ts";
import { ObservedRun } from "./observed-run.ts";
import { Profiler } from "./profiler.ts";
import { ReplicaInstruments } from "./replica-instruments.ts";
import type { ReplicaOrder, ReplicaReport, ReplicaSetup } from "./replica-setup.ts";
import { SymbolTable } from "./symbol-table.ts";

/** What a replica can do to its surroundings on a fault's behalf. */
export interface ReplicaHost {
  readonly post: (report: ReplicaReport) => void;
  /** The host's clock in milliseconds, for profiles. */
  readonly now: () => number;
  /** Dies as a crashed worker would; must not return. */
  crash(): never;
  /** Stops answering; must not return. */
  hang(): never;
}

interface ArmedFault {
  readonly config: FaultConfig;
  readonly index: number;
}

export class Replica {
  readonly machine: Machine;
  readonly #registry: Registry;
  readonly #host: ReplicaHost;
  readonly #code: CodeChannel | undefined;
  /** Faults still to come, soonest first. */
  readonly #faults: ArmedFault[];
  readonly #instruments: ReplicaInstruments;
  readonly #profiler: Profiler | undefined;
  readonly #run: ObservedRun;
  readonly #fromStep: number;

  constructor(setup: ReplicaSetup, registry: Registry, host: ReplicaHost) {
    this.#registry = registry;
    this.#host = host;
    const memory = new ReplicaMemory(setup.shared, setup.layout, setup.arena);
    if (setup.code !== undefined) this.#code = new CodeChannel(setup.code, setup.replica);
    const symbols = new SymbolTable(setup.observation?.symbols ?? []);
    this.#instruments = new ReplicaInstruments(setup, registry, symbols, host.post);
    if (setup.observation?.isProfiled === true) this.#profiler = new Profiler(symbols, host.now);
    this.machine = new Machine(setup.machine, registry, memory, {
      instrumentation: this.#instruments.processor,
      activity: this.#profiler,
      exchange: this.#code,
    });
    for (const config of setup.faults) this.#check(config);
    if (setup.state !== undefined) this.machine.restore(setup.state);
    this.#faults = setup.faults
      .map((config, index) => ({ config, index }))
      .filter(({ config }) => config.replica === setup.replica && config.at >= this.machine.steps)
      .sort((a, b) => a.config.at - b.config.at);
    this.#fromStep = this.machine.steps;
    this.#run = new ObservedRun(this.machine, this.#instruments, this.#profiler);
  }

  /** Carries out one order; answers through the host. */
  obey(order: ReplicaOrder): void {
    if (order.kind === "epoch") {
      this.#profiler?.begin();
      this.#host.post({ kind: "ballot", ballot: this.runEpoch(order.record) });
      this.#profiler?.end();
    } else if (order.kind === "observe") this.#host.post(this.#observed());
    else if (order.kind === "save") {
      this.#host.post({ kind: "state", state: this.machine.save() });
    } else if (order.kind === "remapped") this.machine.memory.remapped();
  }

  /** It gets no more orders. A worker that dies needs no such call. */
  close(): void {
    this.#code?.close();
  }

  runEpoch(record: EpochRecord): Ballot {
    const { machine } = this;
    machine.clock.jump(record.jumpTicks);
    for (const input of record.inputs) machine.deliver(input.channel, input.bytes);
    const end = machine.steps + record.steps;
    for (let fault = this.#faults[0]; fault !== undefined; fault = this.#faults[0]) {
      if (fault.config.at >= end) break;
      this.#run.runTo(fault.config.at);
      if (machine.steps < fault.config.at || machine.stop !== undefined) break;
      this.#faults.shift();
      this.#inject(fault, end);
    }
    this.#run.runTo(end);
    return {
      epoch: record.epoch,
      steps: machine.steps,
      isIdle: machine.isIdle(),
      tick: machine.clock.now(),
      nextAlarmTick: machine.clock.nextAlarmTick(),
      stop: machine.stop,
      outputs: machine.takeOutputs(),
      registers: machine.processor.registers(),
      dirtyPages: machine.memory.dirtyPages,
    };
  }

  #observed(): ReplicaReport {
    const profile = this.#profiler?.report();
    return {
      kind: "observed",
      observed: {
        fromStep: this.#fromStep,
        toStep: this.machine.steps,
        findings: this.#instruments.findings(),
        ...(profile !== undefined && { profile }),
      },
    };
  }

  /** @throws ExtravirtError when a fault names something that this machine does not have. */
  #check(fault: FaultConfig): void {
    const { processor, memory, ramBase } = this.machine;
    const model = this.#registry.get("fault", fault.use);
    model.check?.(optionsOf(fault, "replica", "at"), { processor, memory, ramBase });
  }

  /** @param end of the epoch, in steps: a fault that still looks for its site there goes on in the next one. */
  #inject(fault: ArmedFault, end: number): void {
    const { machine } = this;
    const step = machine.steps;
    let isCutShort = false;
    const report = (what: string): void =>
      this.#host.post({ kind: "fault", step, what, index: fault.index });
    const target: FaultTarget = {
      processor: machine.processor,
      memory: machine.memory,
      ramBase: machine.ramBase,
      step: () => {
        isCutShort = machine.steps >= end;
        return isCutShort ? undefined : this.#run.step();
      },
      crash: () => {
        report("the worker crashed");
        this.#host.crash();
      },
      hang: () => {
        report("the worker hangs");
        this.#host.hang();
      },
    };
    const model = this.#registry.get("fault", fault.config.use);
    const what = model.inject(optionsOf(fault.config, "replica", "at"), target);
    if (what === undefined && isCutShort) {
      this.#faults.unshift({ ...fault, config: { ...fault.config, at: end } });
      return;
    }
    this.#host.post({
      kind: "fault",
      step,
      what: what ?? "no such site there",
      index: fault.index,
    });
  }
}
