import { describe, expect, it } from "vitest";
import { FakeSbiMachine, RAM, RAM_BYTES } from "../fake-machine.ts";

const DBCN = 0x4442_434e;
const WRITE = 0;
const READ = 1;
const WRITE_BYTE = 2;

describe("SBI debug console", () => {
  it("writes bytes from memory", () => {
    const machine = new FakeSbiMachine(1);
    const text = new TextEncoder().encode("hello\n");
    text.forEach((byte, index) => machine.writePhysicalU8(RAM + 0x100 + index, byte));
    const answer = machine.ecall(0, DBCN, WRITE, 6n, BigInt(RAM + 0x100), 0n);
    expect(answer).toEqual({ error: 0n, value: 6n });
    expect(machine.written).toEqual([...text]);
  });

  it("writes a bounded part of a long buffer and says how much", () => {
    const machine = new FakeSbiMachine(1);
    const answer = machine.ecall(0, DBCN, WRITE, 0x1_0000n, BigInt(RAM), 0n);
    expect(answer).toEqual({ error: 0n, value: 4096n });
    expect(machine.written).toHaveLength(4096);
  });

  it("reads what has arrived", () => {
    const machine = new FakeSbiMachine(1);
    machine.received.push(65, 66, 67);
    expect(machine.ecall(0, DBCN, READ, 2n, BigInt(RAM), 0n).value).toBe(2n);
    expect(machine.ecall(0, DBCN, READ, 5n, BigInt(RAM + 2), 0n).value).toBe(1n);
    expect([0, 1, 2].map((index) => machine.readPhysicalU8(RAM + index))).toEqual([65, 66, 67]);
    expect(machine.ecall(0, DBCN, READ, 5n, BigInt(RAM), 0n)).toEqual({ error: 0n, value: 0n });
  });

  it("writes one byte", () => {
    const machine = new FakeSbiMachine(1);
    expect(machine.ecall(0, DBCN, WRITE_BYTE, 0x141n)).toEqual({ error: 0n, value: 0n });
    expect(machine.written).toEqual([0x41]);
  });

  it("refuses buffers that are not all RAM", () => {
    const machine = new FakeSbiMachine(1);
    const end = BigInt(RAM + RAM_BYTES);
    for (const [bytes, low, high] of [
      [2n, end - 1n, 0n],
      [1n, 0x1000n, 0n],
      [1n, BigInt(RAM), 1n],
      [0xffff_ffff_ffff_ffffn, BigInt(RAM), 0n],
    ] as const) {
      expect(machine.ecall(0, DBCN, WRITE, bytes, low, high).error).toBe(-3n);
      expect(machine.ecall(0, DBCN, READ, bytes, low, high).error).toBe(-3n);
    }
    expect(machine.written).toEqual([]);
  });

  it("is not supported without a console", () => {
    const machine = new FakeSbiMachine(1);
    machine.hasConsole = false;
    expect(machine.ecall(0, DBCN, WRITE_BYTE, 65n).error).toBe(-2n);
  });
});
