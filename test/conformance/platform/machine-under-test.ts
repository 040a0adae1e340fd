// Builds machines of one platform and program, drives them to exact steps and describes all that can be seen of them.
import { createHash } from "node:crypto";
import type { MachineConfig, Registry } from "../../../core/index.ts";
import { Machine } from "../../../core/machine/machine.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { buildSetups } from "../../core/replica/build-setup.ts";

/** A platform with a program to try it on. */
export interface PlatformSubject {
  readonly machine: MachineConfig;
  /** How far the program is followed, in steps since power-on. */
  readonly steps: number;
  /** Whether it waits for timers on the way; a kit that never saw a wait would prove nothing about them. */
  readonly waits: boolean;
  readonly registry: Registry;
  /** Cases tried per property; fewer for programs that run long. */
  readonly cases: number;
}

/** Everything that must not depend on how a machine was driven. */
export interface Observation {
  readonly steps: number;
  readonly registers: string;
  readonly memory: string;
  /** Bytes emitted so far, by channel. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: string;
  readonly isIdle: boolean;
  readonly stop: Machine["stop"];
}

const digest = (bytes: Uint8Array): string => createHash("sha1").update(bytes).digest("hex");

export class MachineUnderTest {
  readonly machine: Machine;
  /** Times that it waited and virtual time jumped to its next timer. */
  waits = 0;
  readonly #outputs = new Map<string, Buffer>();
  readonly #clone: () => MachineUnderTest;

  constructor(machine: Machine, clone: (from: MachineUnderTest) => MachineUnderTest) {
    this.machine = machine;
    this.#clone = () => clone(this);
  }

  /** Runs to exactly that step, as far as the program goes: jumps over waits to the next timer. */
  driveTo(step: number): void {
    const { machine } = this;
    for (;;) {
      machine.runTo(step);
      for (const { channel, bytes } of machine.takeOutputs()) {
        this.#outputs.set(
          channel,
          Buffer.concat([this.#outputs.get(channel) ?? Buffer.alloc(0), bytes]),
        );
      }
      if (machine.steps >= step || machine.stop !== undefined) return;
      const alarm = machine.clock.nextAlarmTick();
      if (!machine.isIdle() || alarm === Infinity) return;
      this.waits++;
      machine.clock.jump(alarm - machine.clock.now());
    }
  }

  /** A machine newly built from this one's saved state and memory; both can go on. */
  clone(): MachineUnderTest {
    const other = this.#clone();
    for (const [channel, bytes] of this.#outputs) other.#outputs.set(channel, bytes);
    return other;
  }

  observe(): Observation {
    const { machine } = this;
    return {
      steps: machine.steps,
      registers: digest(machine.processor.registers()),
      memory: this.#memoryDigest(),
      outputs: Object.fromEntries(
        [...this.#outputs].map(([channel, bytes]) => [channel, bytes.toString("latin1")]),
      ),
      state: digest(machine.save()),
      isIdle: machine.isIdle(),
      stop: machine.stop,
    };
  }

  #memoryDigest(): string {
    const { memory } = this.machine;
    const hash = createHash("sha1");
    const zero = Buffer.alloc(4096);
    for (let page = 0; page < memory.pages; page++) {
      const bytes = new Uint8Array(memory.shared.buffer, memory.frameForRead(page), 4096);
      if (zero.equals(bytes)) continue;
      hash.update(String(page)).update(bytes);
    }
    return hash.digest("hex");
  }
}

/** A machine at power-on. */
export async function powerOn(subject: PlatformSubject): Promise<MachineUnderTest> {
  const { machine: config, registry } = subject;
  const { setup, frames } = await buildSetups({
    machine: config,
    console: { use: "none" },
    registry,
  });
  const replicaOf = new Map<MachineUnderTest, number>();
  /** Pages that a machine has written since power-on. */
  const written = new Map<MachineUnderTest, Set<number>>();
  const build = (from?: MachineUnderTest): MachineUnderTest => {
    const { replica, machine, shared, layout, arena } = setup();
    const memory = new ReplicaMemory(shared, layout, arena);
    const pages = new Set(from === undefined ? [] : written.get(from));
    for (const page of pages) {
      memory.write(page * 4096, from?.machine.memory.read(page * 4096, 4096) ?? new Uint8Array());
    }
    const built = new Machine(machine, registry, memory);
    if (from !== undefined) built.restore(from.machine.save());
    const wrapped = new MachineUnderTest(built, clone);
    replicaOf.set(wrapped, replica);
    written.set(wrapped, pages);
    return wrapped;
  };
  const clone = (from: MachineUnderTest): MachineUnderTest => {
    const replica = replicaOf.get(from) ?? -1;
    const pages = written.get(from);
    for (const page of frames.dirtyPages(replica)) pages?.add(page);
    // As at a checkpoint: its pages lose their write permission.
    frames.clearDirty(replica);
    from.machine.memory.remapped();
    return build(from);
  };
  return build();
}
