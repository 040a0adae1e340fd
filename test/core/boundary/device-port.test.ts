import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DamagedReply, DevicePort } from "../../../core/boundary/device-port.ts";
import { type DeviceEffect, encodeReply } from "../../../core/boundary/device-reply.ts";
import { decodeRequest } from "../../../core/boundary/device-request.ts";
import type { LoadDestination, Processor } from "../../../core/index.ts";
import { MachineClock } from "../../../core/machine/machine-clock.ts";
import { BinaryStateReader, BinaryStateWriter } from "../../../core/machine/state-codec.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { createTestMemory } from "../memory/shared-memory.ts";
import { testModel } from "./test-device.ts";

const BASE = 0x1000;
const INTO: LoadDestination = { register: "r1", bytes: 4, above: "zeros" };

interface Ported {
  readonly port: DevicePort;
  readonly clock: MachineClock;
  readonly memory: ReplicaMemory;
  readonly said: string[];
  readonly registers: Map<string, bigint>;
}

function ported(): Ported {
  const { shared, layout, frames } = createTestMemory();
  const memory = new ReplicaMemory(shared, layout, frames.addReplica(0));
  const clock = new MachineClock(10, 0n, () => {});
  const said: string[] = [];
  const registers = new Map<string, bigint>([["r1", 0n]]);
  const processor = {
    readRegister: (name: string) => registers.get(name) ?? 0n,
    writeRegister: (name: string, value: bigint) => registers.set(name, value),
  } as unknown as Processor;
  const port = new DevicePort({
    devices: [
      { id: "d", model: testModel, options: {}, place: { base: BASE, bytes: 16, interrupt: 4 } },
    ],
    clock,
    memory,
    line: (interrupt) => ({ set: (isHigh) => said.push(`line ${interrupt} ${isHigh}`) }),
    processor: () => processor,
    stop: (reason, exitCode) => said.push(`stop ${reason} ${exitCode}`),
    leave: () => said.push("leave"),
  });
  return { port, clock, memory, said, registers };
}

const deliver = ({ port }: Ported, ...effects: readonly DeviceEffect[]): void =>
  port.deliver(encodeReply(effects));

function askedBy({ port }: Ported): string[] {
  const events = decodeRequest(port.takeRequest() ?? new Uint8Array()) ?? [];
  return events.map(
    ({ kind, size, value, address, step }) => `${kind} ${size} ${value} ${address} at ${step}`,
  );
}

describe("a port to devices below", () => {
  it("posts an access, leaves, and waits for the reply", () => {
    const replica = ported();
    replica.clock.report(77);
    replica.port.device(0).write(4, 2, 99);
    expect(replica.said).toEqual(["leave"]);
    expect(replica.port.isWaiting).toBe(true);
    expect(askedBy(replica)).toEqual([`write 2 99 ${BASE + 4} at 77`]);
    expect(replica.port.takeRequest()).toBeUndefined();
    deliver(replica);
    expect(replica.port.isWaiting).toBe(false);
  });

  it("puts the value of a read where the load wants it", () => {
    const replica = ported();
    expect(replica.port.device(0).read(0, 4)).toBe(0);
    replica.port.loaded(() => INTO);
    deliver(replica, { kind: "answer", value: 0xdead_beef });
    expect(replica.registers.get("r1")).toBe(0xdead_beefn);
  });

  it("asks only loads from devices below where they go", () => {
    const replica = ported();
    replica.port.loaded(() => {
      throw new Error("nobody read anything");
    });
    expect(replica.port.isWaiting).toBe(false);
  });

  it("lets effects happen in order", () => {
    const replica = ported();
    const bytes = Uint8Array.of(1, 2, 3);
    deliver(
      replica,
      { kind: "memory", offset: 100, bytes, checksum: crc32(bytes) },
      { kind: "line", device: 0, isHigh: true },
      { kind: "stop", reason: "power-off", exitCode: 5 },
    );
    expect(replica.memory.read(100, 3)).toEqual(bytes);
    expect(replica.said).toEqual(["line 4 true", "stop power-off 5"]);
  });

  it("tells when a tick is there that was asked for", () => {
    const replica = ported();
    deliver(replica, { kind: "alarm", tick: 7 });
    replica.clock.report(69);
    replica.clock.fireDueAlarms();
    expect(replica.port.isWaiting).toBe(false);
    replica.clock.report(70);
    replica.clock.fireDueAlarms();
    expect(askedBy(replica)).toEqual(["alarm 0 0 0 at 70"]);
    expect(replica.port.isWaiting).toBe(true);
  });

  it("gives firmware what it asked for before", () => {
    const replica = ported();
    const { console } = replica.port.device(0);
    expect(console?.read()).toBe(-1);
    expect(console?.read()).toBe(-1);
    console?.write(65);
    expect(askedBy(replica)).toEqual([
      `console-read 1 64 ${BASE} at 0`,
      `console-write 1 65 ${BASE} at 0`,
    ]);
    const bytes = Buffer.from("ok");
    deliver(replica, { kind: "console", bytes, checksum: crc32(bytes) });
    expect([console?.read(), console?.read(), console?.read()]).toEqual([111, 107, -1]);
  });

  it("refuses a reply that was damaged on the way, before anything happens", () => {
    const replica = ported();
    const bytes = Uint8Array.of(1, 2, 3);
    const line: DeviceEffect = { kind: "line", device: 0, isHigh: true };
    const wrong: DeviceEffect = { kind: "memory", offset: 0, bytes, checksum: crc32(bytes) ^ 1 };
    expect(() => deliver(replica, line, wrong)).toThrow(DamagedReply);
    const reply = encodeReply([line]);
    reply[3] = 0;
    expect(() => replica.port.deliver(reply)).toThrow(DamagedReply);
    expect(replica.said).toEqual([]);
  });

  it("does not go on where a read was not answered", () => {
    const replica = ported();
    replica.port.device(0).read(0, 4);
    expect(() => deliver(replica)).toThrow(DamagedReply);
  });

  it("goes on elsewhere from what was saved, a load that waits included", () => {
    const replica = ported();
    const bytes = Buffer.from("k");
    deliver(
      replica,
      { kind: "alarm", tick: 9 },
      { kind: "line", device: 0, isHigh: true },
      { kind: "console", bytes, checksum: crc32(bytes) },
    );
    replica.port.device(0).read(0, 4);
    replica.port.loaded(() => INTO);
    const saved = new BinaryStateWriter();
    replica.port.save(saved);
    const other = ported();
    other.port.restore(new BinaryStateReader(saved.finish()));
    expect(other.port.isWaiting).toBe(true);
    expect(other.port.takeRequest()).toBeUndefined();
    expect(other.said).toEqual(["line 4 true"]);
    expect(other.clock.nextAlarmTick()).toBe(9);
    deliver(other, { kind: "answer", value: 3 });
    expect(other.registers.get("r1")).toBe(3n);
    expect(other.port.device(0).console?.read()).toBe(107);
  });
});
