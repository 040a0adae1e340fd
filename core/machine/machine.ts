// One virtual machine: processor, bus, devices and clock. It sees inputs, emits outputs and knows no host.
// DETERMINISM: its future is a function of its saved state and of the inputs and jumps it is given.
import type { MachineConfig } from "../api/config.ts";
import type { CodeExchange } from "../api/code-exchange.ts";
import type { StateCell } from "../api/coordinator-state.ts";
import type { ConsolePort, Device } from "../api/device.ts";
import type { GuestStop, Output } from "../api/epoch.ts";
import type { Registry } from "../api/plugin.ts";
import type { StateReader } from "../api/state-codec.ts";
import type { ActivityObserver } from "../api/activity-observer.ts";
import type { FaultyStep, InstructionFault } from "../api/processor-faults.ts";
import type {
  Engine,
  ExecutedStep,
  Processor,
  ProcessorInstrumentation,
  StepUse,
} from "../api/processor.ts";
import type { ReplicaMemory } from "../memory/replica-memory.ts";
import { DevicePort } from "../boundary/device-port.ts";
import { boundaryMismatch } from "../boundary/plan-within.ts";
import { DEVICES_CHANNEL } from "../boundary/device-request.ts";
import { observedBus } from "./observed-bus.ts";
import { DeviceWork, OUTPUT_WORK_BYTES } from "./device-work.ts";
import { deviceCells } from "./device-cells.ts";
import { AddressBus } from "./address-bus.ts";
import { MachineClock } from "./machine-clock.ts";
import { optionsOf, withModels, type DevicePlan } from "./machine-plan.ts";
import { OutputBuffer } from "./output-buffer.ts";
import { BinaryStateReader, BinaryStateWriter } from "./state-codec.ts";

export interface MachineSetup {
  readonly config: MachineConfig;
  readonly devices: readonly DevicePlan[];
  /** Facts from the backends by device id. */
  readonly facts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Start data of the boot loader. */
  readonly start: unknown;
  /** Wall time at power-on, nanoseconds since the Unix epoch. */
  readonly startNanoseconds: bigint;
  /** Byte offset of the processor area in the shared memory. */
  readonly processorArea: number;
  /** Device models run below the replicas: the machine has ports to them only. Absent where each replica has its own. */
  readonly areDevicesBelow?: true;
}

/** Who watches what generated code and devices do, and who shares its code; see ProcessorContext. */
export interface MachineSurroundings {
  readonly instrumentation: ProcessorInstrumentation | undefined;
  readonly activity: ActivityObserver | undefined;
  readonly exchange: CodeExchange | undefined;
  readonly engine?: Engine | undefined;
  /** A device has something to say to the outside; called before each output. */
  readonly onOutput?: (() => void) | undefined;
}

const ALONE: MachineSurroundings = {
  instrumentation: undefined,
  activity: undefined,
  exchange: undefined,
};

interface NamedDevice {
  readonly id: string;
  readonly device: Device;
}

export class Machine {
  readonly clock: MachineClock;
  readonly processor: Processor;
  readonly memory: ReplicaMemory;
  readonly ramBase: number;
  readonly #devices: NamedDevice[] = [];
  /** To devices below; undefined where they are inside. */
  readonly #port: DevicePort | undefined;
  readonly #outputs: OutputBuffer = new OutputBuffer();
  readonly #work: DeviceWork;
  #stop: GuestStop | undefined;
  #isHalted = false;

  constructor(
    setup: MachineSetup,
    registry: Registry,
    memory: ReplicaMemory,
    { instrumentation, activity, exchange, engine, onOutput }: MachineSurroundings = ALONE,
  ) {
    const { config } = setup;
    const platform = registry.get("platform", config.platform.use);
    let isBuilt = false;
    const leave = (): void => {
      if (isBuilt) this.processor.leave();
    };
    this.#work = new DeviceWork(leave);
    const stop = (reason: GuestStop["reason"], exitCode: number): void => {
      this.#stop ??= { reason, exitCode };
      leave();
    };
    const isBelow = setup.areDevicesBelow === true;
    if (isBelow && instrumentation?.shadow !== undefined) {
      throw boundaryMismatch(
        "What devices below answer has no shadow registers to go to, which an instrument of this run uses.",
        "boundary.use",
      );
    }
    const bus = new AddressBus(
      isBelow ? (destination) => this.#port?.loaded(destination) : undefined,
    );
    let console: ConsolePort | undefined;
    this.memory = memory;
    this.ramBase = platform.ramBase;
    this.clock = new MachineClock(config.clock.stepsPerTick, setup.startNanoseconds, leave);
    const built = platform.create(optionsOf(config.platform), setup.start, {
      harts: config.harts,
      memory,
      ramBase: platform.ramBase,
      bus: activity === undefined ? bus : observedBus(bus, activity),
      clock: this.clock,
      areaOffset: setup.processorArea,
      stop,
      console: () => console,
      ...(instrumentation !== undefined && { instrumentation }),
      ...(activity !== undefined && { activity }),
      exchange,
      engine,
    });
    this.processor = built.processor;
    for (const part of built.parts) {
      bus.map(part.place, part.device);
      this.#devices.push({ id: part.id, device: part.device });
    }
    const devices = withModels(setup.devices, registry);
    if (isBelow) {
      const port = new DevicePort({
        devices,
        clock: this.clock,
        memory,
        line: (interrupt) => built.interruptLine(interrupt),
        processor: () => this.processor,
        stop,
        leave: () => {
          onOutput?.();
          leave();
        },
      });
      for (const [index, { place }] of devices.entries()) {
        const device = port.device(index);
        bus.map(place, device);
        console ??= device.console;
      }
      this.#port = port;
      isBuilt = true;
      return;
    }
    for (const planned of devices) {
      const isStream = planned.model.backend === "console";
      const device = planned.model.create(planned.options, {
        id: planned.id,
        place: planned.place,
        memory,
        ramBase: platform.ramBase,
        clock: this.clock,
        interrupt: built.interruptLine(planned.place.interrupt),
        facts: setup.facts[planned.id] ?? {},
        emit: (bytes) => {
          this.#work.spend(bytes.length + OUTPUT_WORK_BYTES);
          onOutput?.();
          this.#outputs.append(planned.id, bytes, isStream);
        },
        spend: (bytes) => this.#work.spend(bytes),
        stop,
      });
      bus.map(planned.place, device);
      this.#devices.push({ id: planned.id, device });
      console ??= device.console;
    }
    isBuilt = true;
  }

  get steps(): number {
    return this.clock.steps;
  }

  get stop(): GuestStop | undefined {
    return this.#stop;
  }

  /** Nothing left to do before an input or a jump of virtual time. */
  isIdle(): boolean {
    const isDue = this.isWaiting || this.clock.stepsToNextAlarm() <= 0;
    return this.processor.isIdle() && !isDue;
  }

  /** Nothing is executed before devices below answered. */
  get isWaiting(): boolean {
    return this.#port?.isWaiting === true;
  }

  deliver(channel: string, bytes: Uint8Array): void {
    if (channel === DEVICES_CHANNEL) this.#port?.deliver(bytes);
    this.#devices.find((entry) => entry.id === channel)?.device.deliver?.(bytes);
  }

  /** The state of one of its own devices, for faults. */
  deviceCells(id: string): readonly StateCell[] | undefined {
    const found = this.#devices.find((entry) => entry.id === id);
    return found && deviceCells(id, found.device);
  }

  /** Executes nothing any more: it is known to be faulty. */
  halt(): void {
    this.#isHalted = true;
  }

  /** What devices did in this epoch so far: `beginEpoch` takes it to go on in the middle of one. */
  get epochWork(): number {
    return this.#work.spent;
  }

  /** From here on an epoch ends when its devices have done too much; without this nothing limits them. */
  beginEpoch(work = 0): void {
    this.#work.beginEpoch(work);
  }

  get #isAtRest(): boolean {
    const isOver = this.#work.isOver || this.isWaiting;
    return this.#stop !== undefined || this.#isHalted || isOver;
  }

  /** Runs until that many steps since power-on, or until idle, stopped, halted, waiting, or at the end of devices' work. */
  runTo(steps: number): void {
    const { clock, processor } = this;
    while (!this.#isAtRest && clock.steps < steps) {
      clock.fireDueAlarms();
      if (this.isWaiting) return;
      const span = Math.min(steps - clock.steps, clock.stepsToNextAlarm());
      if (span === 0) continue;
      if (processor.isIdle()) return;
      const before = clock.steps;
      clock.report(before + processor.run(span));
    }
    // An alarm due exactly here belongs to this boundary: idleness must not depend on where an epoch was cut.
    if (this.#stop === undefined) clock.fireDueAlarms();
  }

  /** Executes one step, for faults and debuggers. @returns the register it wrote, if any. */
  step(): string | undefined {
    return this.#single(() => this.processor.stepAndReport());
  }

  /** As `step`, and describes the step as far as the processor can. */
  stepAndDescribe(): ExecutedStep | undefined {
    const { processor } = this;
    return this.#single(() => {
      if (processor.stepAndDescribe !== undefined) return processor.stepAndDescribe();
      processor.stepAndReport();
      return undefined;
    });
  }

  /** As `step`, and tells which registers it used. The processor can tell. @returns undefined where nothing was executed */
  stepAndUse(): StepUse | undefined {
    return this.#single(() => this.processor.stepAndUse?.());
  }

  /** As `stepAndDescribe`, with a fault in the instruction. The processor has faults. */
  stepWith(fault: InstructionFault): FaultyStep {
    const faults = this.processor.faults;
    if (faults === undefined) throw new RangeError("this processor has no faults of its own");
    return this.#single(() => faults.step(fault)) ?? { executed: undefined, what: undefined };
  }

  #single<T>(execute: () => T): T | undefined {
    this.clock.fireDueAlarms();
    if (this.#isAtRest || this.processor.isIdle()) return undefined;
    const before = this.clock.steps;
    const written = execute();
    // The processor may or may not have reported the step itself.
    this.clock.report(before + 1);
    return written;
  }

  /** Outputs since the last call. */
  takeOutputs(): Output[] {
    const request = this.#port?.takeRequest();
    const outputs = this.#outputs.take();
    if (request !== undefined) outputs.push({ channel: DEVICES_CHANNEL, bytes: request });
    return outputs;
  }

  /** What `takeOutputs` would give of its own devices. */
  peekOutputs(): Output[] {
    return this.#outputs.peek();
  }

  save(): Uint8Array<ArrayBuffer> {
    const writer = new BinaryStateWriter();
    this.clock.save(writer);
    writer.section("machine", 1);
    writer.boolean(this.#stop !== undefined);
    writer.string(this.#stop?.reason ?? "");
    writer.number(this.#stop?.exitCode ?? 0);
    this.processor.save(writer);
    for (const { id, device } of this.#devices) {
      writer.section(`device:${id}`, 1);
      device.save(writer);
    }
    this.#port?.save(writer);
    return writer.finish();
  }

  /** Everything but memory, which the page map brings. */
  restore(bytes: Uint8Array): void {
    this.#restore(bytes, (reader) => this.processor.restore(reader));
    this.#outputs.take();
  }

  /**
   * As `restore`, into any place of an epoch: the processor keeps its code. Whoever changed pages since told the memory's
   * observer.
   * @param outputs of the epoch up to there
   * @param work as in `beginEpoch`
   */
  resume(bytes: Uint8Array, outputs: readonly Output[], work: number): void {
    const { processor } = this;
    this.#isHalted = false;
    this.#restore(bytes, (reader) => {
      if (processor.resume === undefined) processor.restore(reader);
      else processor.resume(reader);
    });
    this.#outputs.putBack(outputs);
    this.beginEpoch(work);
  }

  #restore(bytes: Uint8Array, restoreProcessor: (reader: StateReader) => void): void {
    const reader = new BinaryStateReader(bytes);
    this.clock.restore(reader);
    reader.section("machine", 1);
    const isStopped = reader.boolean();
    const reason = reader.string() as GuestStop["reason"];
    const exitCode = reader.number();
    this.#stop = isStopped ? { reason, exitCode } : undefined;
    this.memory.remapped();
    restoreProcessor(reader);
    for (const { id, device } of this.#devices) {
      reader.section(`device:${id}`, 1);
      device.restore(reader);
    }
    this.#port?.restore(reader);
    reader.end();
  }
}
