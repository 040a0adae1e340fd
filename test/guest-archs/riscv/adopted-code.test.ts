// Machines that take over each other's compiled code compute what they would on their own.
import { describe, expect, it } from "vitest";
import { program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";
import { ScriptedExchange } from "./code-exchange-script.ts";

const FUNCTION = 0x1000;
/** Calls the function x6 times; x5 adds up what it does. The function has a loop of its own. */
const MAIN = program(
  "addi x6, x6, -1\njalr x1, 0(x2)\nbne x6, x0, -8\njal x0, 0\naddi x0, x0, 0\naddi x0, x0, 0",
);
const CALLED = program(
  "addi x7, x0, 3\naddi x5, x5, 1\naddi x7, x7, -1\nbne x7, x0, -8\njalr x0, 0(x1)",
);
const ROUNDS = 2000n;
const COMPILER = { compileAfterJumps: 20 };

interface Twin {
  readonly machine: BareMetal;
  readonly exchange: ScriptedExchange;
}

function twin(changeCode: (machine: BareMetal) => void = () => {}): Twin {
  const exchange = new ScriptedExchange();
  const machine = new BareMetal({ ramBytes: 64 * 1024, compiler: COMPILER, exchange });
  machine.load(MAIN);
  machine.load(CALLED, FUNCTION);
  changeCode(machine);
  machine.set("x2", BigInt(RAM_BASE + FUNCTION));
  machine.set("x6", ROUNDS);
  return { machine, exchange };
}

function finish({ machine }: Twin): bigint {
  machine.run(100_000);
  expect(machine.get("x6")).toBe(0n);
  return machine.get("x5");
}

/** What a twin with this code published while it ran. */
function offersOf(changeCode?: (machine: BareMetal) => void): ScriptedExchange["published"] {
  const first = twin(changeCode);
  finish(first);
  expect(first.exchange.regions).toBeGreaterThan(0);
  return first.exchange.published;
}

const addsSeven = (machine: BareMetal): void =>
  machine.load(program("addi x5, x5, 7"), FUNCTION + 4);

describe("adopted code", () => {
  it("saves the other replica all compiling, and computes the same", () => {
    const second = twin();
    second.exchange.offered.push(...offersOf());
    expect(finish(second)).toBe(3n * ROUNDS);
    expect(second.exchange.regions).toBe(0);
    expect(second.machine.steps).toBe(100_000);
  });

  it("is adopted again after it was dropped by a change of the code and the change back", () => {
    const second = twin();
    second.exchange.offered.push(...offersOf());
    second.machine.run(10_000);
    addsSeven(second.machine);
    const before = second.machine.get("x5");
    second.machine.run(8000);
    expect((second.machine.get("x5") - before) % 7n).toBe(0n);
    second.machine.load(CALLED, FUNCTION);
    second.machine.run(100_000);
    expect(second.machine.get("x6")).toBe(0n);
  });

  it("is refused when one bit of the code differs, whoever is wrong", () => {
    const good = twin();
    good.exchange.offered.push(...offersOf(addsSeven));
    expect(finish(good)).toBe(3n * ROUNDS);
    const bad = twin(addsSeven);
    bad.exchange.offered.push(...offersOf());
    expect(finish(bad)).toBe(21n * ROUNDS);
  });

  it("follows a store into the code that it was compiled from", () => {
    const second = twin();
    second.exchange.offered.push(...offersOf());
    second.machine.run(5000);
    const rounds = second.machine.get("x6");
    expect(rounds).toBeLessThan(ROUNDS);
    addsSeven(second.machine);
    const x5 = second.machine.get("x5");
    second.machine.run(100_000);
    const left = second.machine.get("x5") - x5;
    // At most one round was in progress.
    expect(left).toBeGreaterThan(21n * (rounds - 1n));
    expect(left).toBeLessThanOrEqual(21n * (rounds + 1n));
  });

  it("is waited for a while where another replica compiles, then compiled here", () => {
    const lonely = twin();
    lonely.exchange.isClaimed = true;
    lonely.machine.set("x6", 20_000n);
    lonely.machine.run(400_000);
    expect(lonely.machine.get("x5")).toBe(60_000n);
    expect(lonely.exchange.refused).toBeGreaterThan(0);
    expect(lonely.exchange.forced).toBeGreaterThan(0);
    expect(lonely.exchange.regions).toBeGreaterThan(0);
  });

  it("arrives while its place is waited for", () => {
    const offers = offersOf();
    const waiting = twin();
    waiting.exchange.isClaimed = true;
    waiting.machine.run(3000);
    expect(waiting.exchange.refused).toBeGreaterThan(0);
    waiting.exchange.offered.push(...offers);
    expect(finish(waiting)).toBe(3n * ROUNDS);
    expect(waiting.exchange.regions).toBe(0);
  });
});
