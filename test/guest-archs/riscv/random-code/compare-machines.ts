// Machines with the same program that compile differently, side by side: at every stop they show the same registers,
// memory and devices, however their ways there were cut.
import type { ProcessorInstrumentation } from "../../../../core/index.ts";
import { Random } from "../../../differential/random.ts";
import { BareMetal } from "../bare-metal.ts";
import { LAYOUT } from "./memory-layout.ts";

/** The first one interprets: what it does is expected of the others. */
const COMPILERS: readonly Readonly<Record<string, number>>[] = [
  { compileAfterJumps: 0 },
  { compileAfterJumps: 1 },
  { compileAfterJumps: 3, maxCompiledInstructions: 40 },
];
/** Few pages of records: all of them are dropped now and then. */
const BLOCKS_OF_RECORDS = [6, 24];
const BLOCK_BYTES = 33_000;
const STOPS = 24;
/** Between two stops; harts take turns of some thousand steps. */
const MOST_STEPS = { oneHart: 300, twoHarts: 5000 } as const;
const SOFTWARE_INTERRUPT = 2n;
const SECOND = "hart1.";

export interface Comparison {
  /** What differs, for a developer. */
  readonly difference: string | undefined;
  /** Sum of all traps. */
  readonly traps: bigint;
}

/** A machine to be compared: how it compiles, and what is done to it before it runs. */
export interface Compared {
  readonly compiler: Readonly<Record<string, number>>;
  readonly instrumentation?: ProcessorInstrumentation;
  readonly disturb?: (machine: BareMetal) => void;
}

const COMPARED: readonly Compared[] = COMPILERS.map((compiler) => ({ compiler }));

/**
 * @param prepare loads the program; called once per machine with generators in the same state
 * @param compared the machines; what the first one does is expected of the others
 */
export function compareMachines(
  seed: number,
  prepare: (machine: BareMetal, random: Random) => void,
  compared: readonly Compared[] = COMPARED,
): Comparison {
  const random = new Random(seed ^ 0x5eed);
  const codeBytes = BLOCK_BYTES * random.pick(BLOCKS_OF_RECORDS);
  const harts = random.chance(0.2) ? 2 : 1;
  const mostSteps = harts > 1 ? MOST_STEPS.twoHarts : MOST_STEPS.oneHart;
  const machines = compared.map(({ disturb, ...execution }) => {
    const machine = new BareMetal({ ramBytes: LAYOUT.ramBytes, codeBytes, harts, ...execution });
    prepare(machine, new Random(seed));
    if (harts > 1) startSecond(machine);
    machine.processor.shadow?.follow();
    disturb?.(machine);
    return machine;
  });
  const [expected] = machines;
  if (expected === undefined) throw new Error("there is nothing to compare with");
  for (let stop = 0; stop < STOPS; stop += 1) {
    const steps = random.between(1, mostSteps);
    if (random.chance(0.6)) for (const machine of machines) machine.set("mip", SOFTWARE_INTERRUPT);
    if (random.chance(0.1)) for (const machine of machines) machine.memory.protect();
    for (const machine of machines) drive(machine, machine.steps + steps, random);
    for (const [index, machine] of machines.entries()) {
      const found = differenceOf(expected, machine);
      if (found === undefined) continue;
      const where = `seed ${seed}, ${JSON.stringify(compared[index]?.compiler)}, step ${expected.steps}`;
      return { difference: `${where}: ${found}`, traps: 0n };
    }
  }
  return { difference: undefined, traps: expected.get("x27") };
}

/** The second hart runs the same program from another block on. */
function startSecond(machine: BareMetal): void {
  for (const { name } of machine.processor.registerNames()) {
    if (!name.startsWith(SECOND)) machine.set(SECOND + name, machine.get(name));
  }
  machine.set(`${SECOND}pc`, machine.get("x1"));
  machine.set(`${SECOND}x27`, 1n);
}

/** Runs in stretches of any length. */
function drive(machine: BareMetal, end: number, random: Random): void {
  while (machine.steps < end) {
    const stretch = random.chance(0.5) ? end - machine.steps : random.between(1, 60);
    if (machine.run(Math.min(stretch, end - machine.steps)) === 0) return;
  }
}

function differenceOf(expected: BareMetal, machine: BareMetal): string | undefined {
  if (expected.steps !== machine.steps) return `${expected.steps} and ${machine.steps} steps`;
  const registers = [expected, machine].map(({ processor }) => processor.registers());
  if (!isSame(registers)) {
    for (const { name } of expected.processor.registerNames()) {
      if (expected.get(name) === machine.get(name)) continue;
      return `${name} is ${expected.get(name).toString(16)} and ${machine.get(name).toString(16)}`;
    }
    return "registers without a name differ";
  }
  const memories = [expected, machine].map(({ memory }) => memory.read(0, LAYOUT.ramBytes));
  if (!isSame(memories)) {
    const at = memories[0]?.findIndex((byte, index) => byte !== memories[1]?.[index]) ?? -1;
    return `memory differs at ${at.toString(16)}`;
  }
  const apart = machine.processor.shadow?.difference();
  if (apart !== undefined) return `${apart} differs from its shadow`;
  return expected.mmio.join() === machine.mmio.join() ? undefined : "accesses of devices differ";
}

function isSame([left, right]: readonly Uint8Array[]): boolean {
  return left !== undefined && right !== undefined && Buffer.compare(left, right) === 0;
}
