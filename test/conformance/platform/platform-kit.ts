// The conformance kit of platforms: what the core relies on when it compares replicas, stops them at exact steps, saves
// them and starts others from there. Each check throws an AssertionError that says what differed.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Machine } from "../../../core/machine/machine.ts";
import { powerOn, type MachineUnderTest, type PlatformSubject } from "./machine-under-test.ts";

export type PlatformCheck = (subject: PlatformSubject) => Promise<void>;

const positions = (steps: number, count: number): fc.Arbitrary<number[]> =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: steps }), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: count,
    })
    // Some runs of neighbouring steps: most mistakes show where a run of one step ends.
    .map((starts) =>
      starts
        .flatMap(([start, more]) =>
          Array.from({ length: more + 1 }, (_, step) => Math.min(start + step, steps)),
        )
        .sort((a, b) => a - b),
    );

const seeded = (subject: PlatformSubject): { numRuns: number; seed: number } => ({
  numRuns: subject.cases,
  seed: 1985,
});

/** However a run is split, every boundary shows the same registers, memory, outputs and saved state. */
const splitInvariance: PlatformCheck = async (subject) => {
  const golden = await powerOn(subject);
  golden.driveTo(subject.steps);
  const end = golden.observe();
  assert.equal(golden.waits > 0, subject.waits, "the program waits as the subject says");
  await fc.assert(
    fc.asyncProperty(positions(subject.steps, 12), async (cuts) => {
      const split = await powerOn(subject);
      const direct = await powerOn(subject);
      const middle = cuts[Math.floor(cuts.length / 2)] ?? 0;
      direct.driveTo(middle);
      for (const cut of cuts) {
        split.driveTo(cut);
        assert.ok(split.machine.steps <= cut, `it ran past step ${cut}`);
        if (cut === middle) assert.deepEqual(split.observe(), direct.observe());
      }
      split.driveTo(subject.steps);
      assert.deepEqual(split.observe(), end);
      assert.equal(split.waits, golden.waits);
    }),
    seeded(subject),
  );
};

/** Saved at any step and restored into a new machine, both go on alike. */
const saveAndRestore: PlatformCheck = async (subject) => {
  const golden = await powerOn(subject);
  golden.driveTo(subject.steps);
  const end = golden.observe();
  await fc.assert(
    fc.asyncProperty(positions(subject.steps, 2), async (stops) => {
      let machine = await powerOn(subject);
      const originals: MachineUnderTest[] = [];
      for (const stop of stops.slice(0, 2)) {
        machine.driveTo(stop);
        originals.push(machine);
        const before = machine.observe();
        machine = machine.clone();
        assert.deepEqual(machine.observe(), before, "the restored machine looks different");
      }
      for (const other of [machine, ...originals]) {
        other.driveTo(subject.steps);
        assert.deepEqual(other.observe(), end);
      }
    }),
    seeded(subject),
  );
};

/** `registers()` is a copy, equal in equal states, and shows every register that can be named. */
const registersShowAll: PlatformCheck = async (subject) => {
  const machine = await powerOn(subject);
  machine.driveTo(Math.floor(subject.steps / 2));
  const { processor } = machine.machine;
  const before = processor.registers();
  processor.registers().fill(0xa5);
  assert.deepEqual(processor.registers(), before, "registers() is not a copy");
  assert.deepEqual(machine.clone().machine.processor.registers(), before);
  for (const { name } of processor.registerNames()) {
    const value = processor.readRegister(name);
    processor.writeRegister(name, value ^ 4n);
    const isChanged = processor.readRegister(name) !== value;
    const isShown = Buffer.compare(processor.registers(), before) !== 0;
    assert.equal(isShown, isChanged, `a change of ${name} does not show in registers()`);
    processor.writeRegister(name, value);
    assert.deepEqual(processor.registers(), before, `${name} cannot be put back`);
  }
};

/** What is written to a register is read back: all bits of data registers, all legal bits of others. */
const registerAccess: PlatformCheck = async (subject) => {
  const machine = await powerOn(subject);
  machine.driveTo(Math.floor(subject.steps / 3));
  const { processor } = machine.machine;
  const names = processor.registerNames();
  assert.equal(new Set(names.map(({ name }) => name)).size, names.length, "names are unique");
  const { platform, harts } = subject.machine;
  const known = subject.registry.get("platform", platform.use).registers?.({}, harts) ?? names;
  assert.deepEqual(known, names, "the platform tells other registers than its processor");
  assert.ok(
    names.some(({ group }) => group === "pc"),
    "there is a program counter",
  );
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (random) => {
      for (const { name, group, bits } of names) {
        const value = BigInt.asUintN(bits, group === "pc" ? random & ~3n : random);
        processor.writeRegister(name, value);
        const read = processor.readRegister(name);
        assert.equal(read, BigInt.asUintN(bits, read), `${name} has more than ${bits} bits`);
        if (group !== "control") assert.equal(read, value, `${name} does not keep its value`);
        processor.writeRegister(name, read);
        assert.equal(processor.readRegister(name), read, `${name} changes when written back`);
      }
    }),
    { numRuns: 5, seed: 1986 },
  );
  assert.throws(() => processor.readRegister("no-such-register"), "unknown names are refused");
  assert.throws(() => processor.writeRegister("no-such-register", 0n));
};

/** A processor that says it is idle stays where it is until something happens, and then goes on. */
const idleness: PlatformCheck = async (subject) => {
  const machine = await powerOn(subject);
  const { machine: plain } = machine;
  let waits = 0;
  while (plain.stop === undefined && plain.steps < subject.steps && waits < 20) {
    plain.runTo(subject.steps);
    if (plain.stop !== undefined || !plain.isIdle()) break;
    waits++;
    const before = machine.observe();
    assert.equal(plain.processor.run(100), 0, "an idle processor executes steps");
    plain.runTo(plain.steps + 100);
    assert.deepEqual(machine.observe(), before, "an idle machine changes");
    const alarm = plain.clock.nextAlarmTick();
    if (alarm === Infinity) break;
    plain.clock.jump(alarm - plain.clock.now() - 1);
    plain.runTo(plain.steps);
    assert.ok(plain.isIdle(), "it wakes before its timer");
    plain.clock.jump(1);
    plain.runTo(plain.steps);
  }
  assert.equal(waits > 0, subject.waits, "the program waits as the subject says");
};

/** One reported step is one step of a run, and the report names the one data register that changed, if any. */
const reportedSteps: PlatformCheck = async (subject) => {
  let named = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: subject.steps - 1 }), async (start) => {
      const run = await powerOn(subject);
      run.driveTo(start);
      const reported = run.clone();
      for (let count = 0; count < 12 && run.machine.stop === undefined; count++) {
        const before = dataRegisters(reported.machine);
        const step = reported.machine.steps + 1;
        const isRunnable = !reported.machine.isIdle();
        const name = reported.machine.step();
        reported.driveTo(isRunnable ? step : step - 1);
        run.driveTo(isRunnable ? step : step - 1);
        assert.deepEqual(reported.observe(), run.observe(), `step ${step} differs`);
        const after = dataRegisters(reported.machine);
        const changed = [...after].filter(([key, value]) => before.get(key) !== value);
        for (const [key] of changed) assert.equal(name, key, `step ${step} changed ${key}`);
        if (name !== undefined) {
          named++;
          assert.ok(after.has(name), `step ${step} names an unknown register ${name}`);
        }
      }
    }),
    seeded(subject),
  );
  assert.ok(named > 0, "no step named a register");
};

function dataRegisters({ processor }: Machine): Map<string, bigint> {
  return new Map(
    processor
      .registerNames()
      .filter(({ group }) => group === "integer" || group === "float")
      .map(({ name }) => [name, processor.readRegister(name)]),
  );
}

export const PLATFORM_CHECKS: Readonly<Record<string, PlatformCheck>> = {
  "shows the same however a run is split": splitInvariance,
  "goes on from a saved state as if nothing had happened": saveAndRestore,
  "shows every register in its ballots": registersShowAll,
  "reads back what was written to a register": registerAccess,
  "stands still while it is idle and wakes in time": idleness,
  "reports one step as a run of one step": reportedSteps,
};
