import { describe, expect, it } from "vitest";
import { FakeSbiMachine } from "../fake-machine.ts";

const SET_TIMER = 0;
const PUTCHAR = 1;
const GETCHAR = 2;
const SHUTDOWN = 8;

describe("Legacy SBI", () => {
  it("answers in a0 alone", () => {
    const machine = new FakeSbiMachine(1);
    const answer = machine.ecall(0, PUTCHAR, 0, 0x41n, 0x55n);
    expect(answer).toEqual({ error: 0n, value: 0x55n });
    expect(machine.written).toEqual([0x41]);
  });

  it("gets a byte or -1", () => {
    const machine = new FakeSbiMachine(1);
    machine.received.push(0);
    machine.received.push(200);
    const get = (): bigint => machine.ecall(0, GETCHAR, 0).error;
    expect([get(), get(), get()]).toEqual([0n, 200n, -1n]);
  });

  it("fails to put and get without a console", () => {
    const machine = new FakeSbiMachine(1);
    machine.hasConsole = false;
    expect(machine.ecall(0, PUTCHAR, 0, 65n).error).toBe(-1n);
    expect(machine.ecall(0, GETCHAR, 0).error).toBe(-1n);
  });

  it("sets the timer and powers off", () => {
    const machine = new FakeSbiMachine(1);
    machine.ecall(0, SET_TIMER, 0, 99n);
    expect(machine.environment.timer).toBe(99);
    machine.ecall(0, SHUTDOWN, 0);
    expect(machine.stops).toEqual([["power-off", 0]]);
  });
});
