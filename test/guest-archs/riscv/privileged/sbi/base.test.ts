import { describe, expect, it } from "vitest";
import { FakeSbiMachine } from "../fake-machine.ts";

const BASE = 0x10;
const PROBE = 3;

describe("SBI base", () => {
  it("is version 2.0 of the specification, under an id of its own", () => {
    const machine = new FakeSbiMachine(1);
    expect(machine.ecall(0, BASE, 0)).toEqual({ error: 0n, value: 0x0200_0000n });
    expect(machine.ecall(0, BASE, 1).value).toBeGreaterThan(0xffn);
    expect(machine.ecall(0, BASE, 2)).toEqual({ error: 0n, value: 1n });
  });

  it("tells the machine's ids", () => {
    const machine = new FakeSbiMachine(1);
    expect([4, 5, 6].map((id) => machine.ecall(0, BASE, id).value)).toEqual([0n, 0n, 1n]);
  });

  it("probes what is there", () => {
    const machine = new FakeSbiMachine(1);
    const probe = (id: bigint): bigint => machine.ecall(0, BASE, PROBE, id).value;
    const served = [
      0x10n,
      0x5449_4d45n,
      0x73_5049n,
      0x5246_4e43n,
      0x48_534dn,
      0x5352_5354n,
      0x4442_434en,
      0n,
      1n,
      2n,
      8n,
    ];
    for (const id of served) expect(probe(id)).toBe(1n);
    for (const id of [3n, 9n, 0x50_4d55n]) expect(probe(id)).toBe(0n);
    machine.hasConsole = false;
    expect(probe(0x4442_434en)).toBe(0n);
  });
});
