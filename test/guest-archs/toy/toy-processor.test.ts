import { describe, expect, it } from "vitest";
import { Machine } from "../../../core/machine/machine.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { toySetups } from "../../core/replica/toy-setup.ts";

/** A machine after this program has run until it waits, stops, or has executed 100 steps. */
async function run(source: string): Promise<Machine> {
  const { registry, setup } = await toySetups(`${source}\nwait`);
  const { machine, shared, layout, arena } = setup();
  const built = new Machine(machine, registry, new ReplicaMemory(shared, layout, arena));
  built.runTo(100);
  return built;
}

const register = (machine: Machine, name: string): bigint => machine.processor.readRegister(name);

describe("the toy processor", () => {
  it.each([
    ["li r1 0xffff", 0xffffn],
    ["li r1 0x1234\nshl16 r1 0x5678", 0x1234_5678n],
    ["li r1 5\nli r2 7\nadd r1 r2", 12n],
    ["addi r1 -1", 0xffff_ffffn],
    ["addi r1 -1\naddi r1 2", 1n],
    ["li r1 0xff\nli r2 0x0f\nxor r1 r2", 0xf0n],
    ["addi r1 -3\nli r2 5\nmul r1 r2", 0xffff_fff1n],
    ["li r2 0x1000\nli r3 77\nstore r3 r2 8\nload r1 r2 8", 77n],
    ["li r2 0x1004\nli r3 77\nstore r3 r2 -4\nli r2 0x1000\nload r1 r2 0", 77n],
    ["li r2 1\nbnz r2 2\nli r1 1", 0n],
    ["bnz r2 2\nli r1 1", 1n],
  ])("computes %j", async (source, result) => {
    expect(register(await run(source), "r1")).toBe(result);
  });

  it("waits where it is, counting the step once", async () => {
    const machine = await run("li r1 1");
    expect([machine.steps, machine.isIdle(), register(machine, "pc")]).toEqual([2, true, 4n]);
  });

  it("wakes of its alarm at the tick it was set to, and of nothing before", async () => {
    const machine = await run("li r1 20\nalarm r1\nwait\ntime r2");
    expect(machine.isIdle()).toBe(true);
    expect(machine.clock.nextAlarmTick()).toBe(20);
    machine.clock.jump(19);
    machine.runTo(200);
    expect(machine.isIdle()).toBe(true);
    machine.clock.jump(1);
    machine.runTo(200);
    expect(register(machine, "r2")).toBe(20n);
  });

  it("passes a wait at once when the alarm rang before", async () => {
    const machine = await run("alarm r0\nli r1 1\nwait\nli r1 2");
    expect(register(machine, "r1")).toBe(2n);
  });

  it("stops as failed at a word that is no instruction", async () => {
    const machine = await run(
      "bnz r1 0\nload r1 r0 0\nli r2 0x2000\nstore r1 r2 0\nli r3 1\nbnz r3 2040",
    );
    expect(machine.stop).toEqual({ reason: "guest-failure", exitCode: 99 });
  });

  it("reads zero and writes nothing where no device answers", async () => {
    const machine = await run("li r2 0xe000\nshl16 r2 0\nli r1 9\nstore r1 r2 0\nload r1 r2 0");
    expect(register(machine, "r1")).toBe(0n);
    expect(machine.stop).toBeUndefined();
  });

  it("knows r0 to r15 and pc, and no other register", async () => {
    const { processor } = await run("");
    expect(processor.registerNames()).toHaveLength(17);
    for (const name of ["r16", "r-1", "x1", "R1", ""]) {
      expect(() => processor.readRegister(name)).toThrow(RangeError);
    }
  });
});

describe("registers that a step uses", () => {
  it.each([
    ["li r1 5", [], ["r1"]],
    ["shl16 r1 5", ["r1"], ["r1"]],
    ["add r1 r2", ["r1", "r2"], ["r1"]],
    ["store r3 r2 8", ["r3", "r2"], []],
    ["load r1 r2 8", ["r2"], ["r1"]],
    ["bnz r4 2", ["r4"], []],
    ["time r5", [], ["r5"]],
  ])("are told of %j", async (source, reads, writes) => {
    const { registry, setup } = await toySetups(`${source}\nwait`);
    const { machine, shared, layout, arena } = setup();
    const built = new Machine(machine, registry, new ReplicaMemory(shared, layout, arena));
    expect(built.stepAndUse()).toEqual({ reads, writes });
    expect(built.steps).toBe(1);
  });
});
