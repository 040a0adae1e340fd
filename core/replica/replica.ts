// A replica: a machine, its memory and the faults addressed to it, run epoch by epoch.
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import type { Registry } from "../api/plugin.ts";
import { ballotOf, enterEpoch } from "../machine/epoch-of-machine.ts";
import { Machine } from "../machine/machine.ts";
import { ReplicaMemory } from "../memory/replica-memory.ts";
import { strikes } from "./armed-fault.ts";
import { CodeChannel } from "./code-channel.ts";
import { checkFaults, type FaultHost, FaultInjector } from "./fault-injector.ts";
import { ObservedRun } from "./observed-run.ts";
import { OutputTimes } from "./output-times.ts";
import { Profiler } from "./profiler.ts";
import { ReplicaInstruments } from "./replica-instruments.ts";
import type { ReplicaOrder, ReplicaReport, ReplicaSetup } from "./replica-setup.ts";
import { SymbolTable } from "./symbol-table.ts";

export interface ReplicaHost extends FaultHost {
  /** The host's monotonic clock in milliseconds, for profiles; the same in all threads and processes. */
  readonly now: () => number;
}

export class Replica {
  readonly machine: Machine;
  readonly #host: ReplicaHost;
  readonly #code: CodeChannel | undefined;
  readonly #faults: FaultInjector;
  readonly #instruments: ReplicaInstruments;
  readonly #profiler: Profiler | undefined;
  readonly #times: OutputTimes | undefined;
  readonly #run: ObservedRun;
  readonly #fromStep: number;

  constructor(setup: ReplicaSetup, registry: Registry, host: ReplicaHost) {
    this.#host = host;
    const memory = new ReplicaMemory(setup.shared, setup.layout, setup.arena);
    if (setup.code !== undefined) this.#code = new CodeChannel(setup.code, setup.replica);
    const symbols = new SymbolTable(setup.observation?.symbols ?? []);
    this.#instruments = new ReplicaInstruments(setup, registry, symbols, host.post);
    if (setup.observation?.isProfiled === true) this.#profiler = new Profiler(symbols, host.now);
    if (setup.observation?.areOutputsTimed === true) this.#times = new OutputTimes(host.now);
    const times = this.#times;
    this.machine = new Machine(setup.machine, registry, memory, {
      instrumentation: this.#instruments.processor,
      activity: this.#profiler,
      exchange: this.#code,
      engine: setup.engine,
      ...(times !== undefined && { onOutput: () => times.emitted() }),
    });
    checkFaults(setup.faults, { machine: this.machine, registry });
    if (setup.state !== undefined) this.machine.restore(setup.state);
    this.#instruments.attach(this.machine);
    this.#fromStep = this.machine.steps;
    const run = new ObservedRun(this.machine, this.#instruments, this.#profiler);
    this.#run = run;
    const own = setup.faults.filter((fault) => strikes(fault, setup));
    this.#faults = new FaultInjector(own, {
      machine: this.machine,
      registry,
      host,
      run,
    });
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
    } else if (order.kind === "hold") {
      const state = this.machine.save();
      this.machine.memory.hold(order.most);
      this.#host.post({ kind: "state", state });
    } else if (order.kind === "remapped") this.machine.memory.remapped();
    else if (order.kind === "restore") {
      this.machine.restore(order.state);
      this.#instruments.attach(this.machine);
      this.#faults.restored();
    }
  }

  /** It gets no more orders. A worker that dies needs no such call. */
  close(): void {
    this.#code?.close();
  }

  /** @throws SelfCheckFailure when an instrument finds the replica faulty: then it does not vote */
  runEpoch(record: EpochRecord): Ballot {
    const { machine } = this;
    enterEpoch(machine, record);
    const end = machine.steps + record.steps;
    this.#faults.runTo(end, (steps) => this.#run.runTo(steps));
    this.#instruments.selfCheck();
    this.#times?.endEpoch(record.epoch);
    return ballotOf(machine, record.epoch);
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
        ...(this.#times !== undefined && { outputs: this.#times.report() }),
      },
    };
  }
}
