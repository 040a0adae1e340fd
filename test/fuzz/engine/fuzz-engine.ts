// A campaign from one seed: random memory, then episodes, each entering the code somewhere in some state.
import { Random } from "../../differential/random.ts";
import { fuzzedMachines, type FuzzedMachine, type FuzzedMachines } from "./fuzzed-machines.ts";
import { PAGE, RAM_PAGES, type Piece, randomStart, randomWorld, START_PC } from "./random-world.ts";

const MOST_STEPS = 3000;
/** Looking at everything that is not to be written takes as long as many an episode. */
const GUARD_EPISODES = 400;
const MACHINE_MODE = 3n;
const CHANNELS = ["uart0", "disk", "random", "second"];

export interface EngineHistory {
  readonly steps: number;
  readonly outputBytes: number;
  readonly stops: number;
}

/** @throws Error with the seed and the step where machines are not alike, or one did what it may not */
export async function fuzzEngine(seed: number, steps: number): Promise<EngineHistory> {
  const random = new Random(seed);
  const harts = random.chance(0.2) ? 2 : 1;
  const isSbiBuiltIn = random.chance(0.5);
  const world = randomWorld(random);
  const all = await fuzzedMachines(world, harts, isSbiBuiltIn);
  const bases = all.machines.map(({ machine }) => machine.save());
  const guard = all.guard();
  const checkGuard = (): void => {
    if (all.guard() !== guard) fail("something was written that belongs to none of the machines");
  };
  const history = { steps: 0, outputBytes: 0, stops: 0 };
  let episode = 0;
  const fail = (why: string): never => {
    throw new Error(`seed ${seed}, episode ${episode}, step ${history.steps}: ${why}`);
  };
  for (; history.steps < steps; episode += 1) {
    const [expected] = all.machines;
    if (expected === undefined) break;
    const isOver = expected.machine.stop !== undefined || expected.machine.isIdle();
    if (isOver) history.stops += 1;
    const isFresh = isOver || random.chance(0.4);
    const start = randomStart(random);
    const isRewritten = random.chance(0.2);
    for (const [index, { machine }] of all.machines.entries()) {
      if (isFresh) machine.restore(bases[index] as Uint8Array);
      if (isRewritten) write(machine.memory, world);
      // Code may have written over where it starts.
      write(machine.memory, world.slice(0, 4));
      write(machine.memory, [start]);
      machine.processor.writeRegister("priv", MACHINE_MODE);
      machine.processor.writeRegister("pc", START_PC);
    }
    runEpisode(all, random, history, fail);
    if ((episode + 1) % GUARD_EPISODES === 0) checkGuard();
    for (const each of all.machines) {
      const stray = all.strayFrame(each);
      if (stray !== undefined) fail(`${each.compiler}: ${stray}`);
    }
  }
  checkGuard();
  return history;
}

type Fail = (why: string) => never;

/** A few epochs, with inputs between them, saved and restored, cut anyhow. */
function runEpisode(
  all: FuzzedMachines,
  random: Random,
  history: { steps: number; outputBytes: number },
  fail: Fail,
): void {
  const [expected, ...others] = all.machines as [FuzzedMachine, ...FuzzedMachine[]];
  for (let epochs = random.between(1, 4); epochs > 0; epochs -= 1) {
    const span = random.between(1, MOST_STEPS);
    const input = Uint8Array.from({ length: random.below(40) }, () => random.below(256));
    const channel = random.pick(CHANNELS);
    if (random.chance(0.05)) all.protect();
    if (random.chance(0.1)) moveInto(random.pick(others), expected);
    const before = expected.machine.steps;
    for (const { machine, compiler } of all.machines) {
      try {
        machine.beginEpoch();
        if (input.length > 20) machine.deliver(channel, input);
        const end = machine.steps + span;
        const cut = random.chance(0.3) ? machine.steps + random.below(span) : end;
        machine.runTo(cut);
        machine.runTo(end);
      } catch (error) {
        fail(`${compiler} throws ${error instanceof Error ? error.stack : String(error)}`);
      }
    }
    history.steps += expected.machine.steps - before;
    const outputs = expected.machine.takeOutputs();
    for (const { bytes } of outputs) history.outputBytes += bytes.length;
    const wanted = describeOutputs(outputs);
    for (const other of others) {
      const found = differenceOf(expected, other);
      if (found !== undefined) fail(`${other.compiler}: ${found}`);
      if (describeOutputs(other.machine.takeOutputs()) !== wanted) {
        fail(`${other.compiler}: outputs differ`);
      }
    }
    if (expected.machine.stop !== undefined || expected.machine.isIdle()) return;
  }
}

function describeOutputs(outputs: ReturnType<FuzzedMachine["machine"]["takeOutputs"]>): string {
  return outputs
    .map(({ channel, bytes }) => `${channel} ${Buffer.from(bytes).toString("hex")}`)
    .join();
}

/** Saves one machine and restores it into another, which executes otherwise. */
function moveInto(target: FuzzedMachine, source: FuzzedMachine): void {
  const from = source.machine.memory;
  write(target.machine.memory, [{ offset: 0, bytes: from.read(0, RAM_PAGES * PAGE) }]);
  target.machine.restore(source.machine.save());
}

function write(memory: FuzzedMachine["machine"]["memory"], pieces: readonly Piece[]): void {
  for (const { offset, bytes } of pieces) memory.write(offset, bytes);
}

function differenceOf(one: FuzzedMachine, other: FuzzedMachine): string | undefined {
  const [a, b] = [one.machine, other.machine];
  if (a.steps !== b.steps) return `${b.steps} steps, not ${a.steps}`;
  if (a.stop?.reason !== b.stop?.reason) return "only one of them stopped";
  const [left, right] = [a.processor.registers(), b.processor.registers()];
  if (Buffer.compare(left, right) !== 0) {
    for (const { name } of a.processor.registerNames()) {
      const [x, y] = [a.processor.readRegister(name), b.processor.readRegister(name)];
      if (x !== y) return `${name} is 0x${y.toString(16)}, not 0x${x.toString(16)}`;
    }
    return "registers without a name differ";
  }
  for (let page = 0; page < RAM_PAGES; page += 1) {
    const [x, y] = [a, b].map(
      ({ memory }) => new Uint8Array(memory.shared.buffer, memory.frameForRead(page), PAGE),
    );
    if (x !== undefined && y !== undefined && Buffer.compare(x, y) !== 0) {
      const at = x.findIndex((byte, index) => byte !== y[index]);
      return `memory differs at 0x${(page * PAGE + at).toString(16)}`;
    }
  }
  return Buffer.compare(a.save(), b.save()) === 0 ? undefined : "saved states differ";
}
