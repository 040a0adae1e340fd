// Toy platforms that are wrong, each in one way, to show that the platform kit notices: named for the check that must.
import type {
  Platform,
  ProcessorContext,
  Registry,
  StateReader,
  StateWriter,
} from "../../../core/index.ts";
import { ToyProcessor } from "../../../guest-archs/toy/toy-processor.ts";

type MakeProcessor = (context: ProcessorContext) => ToyProcessor;

/** The registry given, with another processor in the toy platform. */
export function withProcessor(registry: Registry, make: MakeProcessor): Registry {
  const toy = registry.get("platform", "toy");
  const broken: Platform = {
    ...toy,
    create: (_options, _start, context) => {
      const processor = make(context);
      return {
        processor,
        parts: [],
        interruptLine: () => ({ set: (isHigh) => processor.setLine(isHigh) }),
      };
    },
  };
  return {
    ...registry,
    get: ((kind, name) =>
      kind === "platform" && name === "toy" ? broken : registry.get(kind, name)) as Registry["get"],
  };
}

class ForgetsRegister extends ToyProcessor {
  override restore(reader: StateReader): void {
    super.restore(reader);
    this.writeRegister("r7", 0n);
  }
}

class SavesTooLittle extends ToyProcessor {
  override save(writer: StateWriter): void {
    super.save(writer);
    writer.section("steps in this process", 1);
    writer.number(this.#steps);
  }
  override restore(reader: StateReader): void {
    super.restore(reader);
    reader.section("steps in this process", 1);
    reader.number();
  }
  override run(maxSteps: number): number {
    const done = super.run(maxSteps);
    this.#steps += done;
    return done;
  }
  #steps = 0;
}

class CountsRuns extends ToyProcessor {
  override run(maxSteps: number): number {
    this.writeRegister("r15", this.readRegister("r15") + 1n);
    return super.run(maxSteps);
  }
}

class RunsTooFar extends ToyProcessor {
  override run(maxSteps: number): number {
    return super.run(maxSteps < 3 ? maxSteps + 1 : maxSteps);
  }
}

class ReportsNothing extends ToyProcessor {
  override stepAndReport(): string | undefined {
    super.stepAndReport();
    return undefined;
  }
}

class ReportsWrongRegister extends ToyProcessor {
  override stepAndReport(): string | undefined {
    return super.stepAndReport() === undefined ? undefined : "r0";
  }
}

class HidesRegister extends ToyProcessor {
  override registers(): Uint8Array {
    return super.registers().fill(0, 15 * 8, 16 * 8);
  }
}

class SharesRegisters extends ToyProcessor {
  readonly #bytes = super.registers();
  override registers(): Uint8Array {
    this.#bytes.set(super.registers());
    return this.#isHanded ? this.#bytes : this.#hand();
  }
  #isHanded = false;
  #hand(): Uint8Array {
    this.#isHanded = true;
    return this.#bytes;
  }
}

class TruncatesWrites extends ToyProcessor {
  override writeRegister(name: string, value: bigint): void {
    super.writeRegister(name, value & 0xffffn);
  }
}

class AcceptsAnyName extends ToyProcessor {
  override readRegister(name: string): bigint {
    return name.startsWith("no") ? 0n : super.readRegister(name);
  }
}

class NeverIdle extends ToyProcessor {
  override isIdle(): boolean {
    return false;
  }
}

/** Time stands still during a run. */
const staleTime: MakeProcessor = (context) => {
  const { clock } = context;
  let isRunning = false;
  let seen = 0;
  return new (class extends ToyProcessor {
    override run(maxSteps: number): number {
      seen = clock.now();
      isRunning = true;
      const done = super.run(maxSteps);
      isRunning = false;
      return done;
    }
  })({ ...context, clock: delegate(clock, { now: () => (isRunning ? seen : clock.now()) }) });
};

/** A restored machine never hears its alarm. */
const deafAfterRestore: MakeProcessor = (context) => {
  let isRestoring = false;
  const { clock } = context;
  const createAlarm: typeof clock.createAlarm = (fire) => {
    const alarm = clock.createAlarm(fire);
    return { set: (tick) => (isRestoring ? undefined : alarm.set(tick)) };
  };
  return new (class extends ToyProcessor {
    override restore(reader: StateReader): void {
      isRestoring = true;
      super.restore(reader);
      isRestoring = false;
    }
  })({ ...context, clock: delegate(clock, { createAlarm }) });
};

type Clock = ProcessorContext["clock"];

function delegate(clock: Clock, changes: Partial<Clock>): Clock {
  return {
    ticksPerSecond: clock.ticksPerSecond,
    get steps() {
      return clock.steps;
    },
    now: () => clock.now(),
    wallNanoseconds: () => clock.wallNanoseconds(),
    createAlarm: (fire) => clock.createAlarm(fire),
    report: (steps) => clock.report(steps),
    ...changes,
  };
}

/** What is wrong, the processor, and the check of the kit that must find it. */
export const BROKEN_TOYS: readonly (readonly [what: string, make: MakeProcessor, check: string])[] =
  [
    ["whose time depends on where a run began", staleTime, "shows the same however a run is split"],
    [
      "that counts its runs in a register",
      (context) => new CountsRuns(context),
      "shows the same however a run is split",
    ],
    [
      "that runs past its budget",
      (context) => new RunsTooFar(context),
      "shows the same however a run is split",
    ],
    [
      "that forgets a register in its saved state",
      (context) => new ForgetsRegister(context),
      "goes on from a saved state as if nothing had happened",
    ],
    [
      "that does not restore all it saves",
      (context) => new SavesTooLittle(context),
      "goes on from a saved state as if nothing had happened",
    ],
    [
      "that never hears its alarm after a restore",
      deafAfterRestore,
      "goes on from a saved state as if nothing had happened",
    ],
    [
      "that hides a register from ballots",
      (context) => new HidesRegister(context),
      "shows every register in its ballots",
    ],
    [
      "whose ballots change afterwards",
      (context) => new SharesRegisters(context),
      "shows every register in its ballots",
    ],
    [
      "that keeps 16 bits of what is written",
      (context) => new TruncatesWrites(context),
      "reads back what was written to a register",
    ],
    [
      "that accepts registers it does not have",
      (context) => new AcceptsAnyName(context),
      "reads back what was written to a register",
    ],
    [
      "that is never idle",
      (context) => new NeverIdle(context),
      "stands still while it is idle and wakes in time",
    ],
    [
      "that reports no register",
      (context) => new ReportsNothing(context),
      "reports one step as a run of one step",
    ],
    [
      "that reports the wrong register",
      (context) => new ReportsWrongRegister(context),
      "reports one step as a run of one step",
    ],
  ];
