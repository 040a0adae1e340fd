// Every built-in device model: after any history, a fresh device restored from the saved state has the same future.
// The same random accesses also show that no guest can make a device throw.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceModel } from "../../core/index.ts";
import { devicesPlugin } from "../../plugins/devices/index.ts";
import { encodeBlockAnswer } from "../../plugins/devices/virtio/block/wire-format.ts";
import { encodeFrameInput } from "../../plugins/devices/virtio/net/wire-format.ts";
import { REGISTER } from "../../plugins/devices/virtio/mmio-registers.ts";
import {
  type Bench,
  benchFor,
  FlatMemory,
  RAM_BASE,
  restoredCopy,
  savedState,
} from "../plugins/devices/device-bench.ts";
import { TestDriver, WRITE } from "../plugins/devices/virtio/test-driver.ts";

const FACTS = { capacitySectors: 64, readOnly: false, serial: "kit" };
const RUNS = 60;

type Action =
  | { readonly read: number; readonly size: 1 | 2 | 4 }
  | { readonly write: number; readonly size: 1 | 2 | 4; readonly value: number }
  | { readonly deliver: Uint8Array }
  | { readonly wait: number }
  | { readonly poke: number; readonly value: number }
  | {
      readonly offer: 0 | 1;
      readonly head: number;
      readonly length: number;
      readonly flags: number;
    };

const size = fc.constantFrom<1 | 2 | 4>(1, 2, 4);
const offset = fc.oneof(
  fc.nat(15),
  fc.nat(0x30).map((word) => word * 4),
  fc.nat(0x13f),
);
/** Values that drivers write: small numbers, addresses in RAM, anything. */
const value = fc.oneof(
  fc.nat(255),
  fc.nat(0x3f).map((page) => RAM_BASE + page * 4096),
  fc.nat(0xffff_ffff),
);
const answer = fc
  .record({ tag: fc.nat(4), isDone: fc.boolean(), data: fc.uint8Array({ maxLength: 600 }) })
  .map(encodeBlockAnswer);
const frame = fc.uint8Array({ minLength: 14, maxLength: 1600 }).map(encodeFrameInput);
/** Registers of the device under test, so that most accesses meet one. */
const register = (model: DeviceModel): fc.Arbitrary<number> =>
  model.slot === "virtio-mmio" ? fc.constantFrom(...Object.values(REGISTER)) : fc.nat(7);
const registerValue = fc.oneof(fc.nat(3), value);
const actionOf = (model: DeviceModel): fc.Arbitrary<Action> =>
  fc.oneof(
    fc.record({ read: offset, size }),
    fc.record({ write: offset, size, value }),
    fc.record({ read: register(model), size: fc.constant<4>(4) }),
    {
      weight: 2,
      arbitrary: fc.record({
        write: register(model),
        size: fc.constant<4>(4),
        value: registerValue,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        offer: fc.constantFrom<0 | 1>(0, 1),
        head: fc.nat(7),
        length: fc.oneof(fc.constantFrom(16, 513, 1025), fc.nat(1200)),
        flags: fc.nat(3),
      }),
    },
    fc.record({ write: fc.constant(0x50), size: fc.constant<4>(4), value: fc.nat(1) }),
    fc.record({ deliver: fc.oneof(fc.uint8Array({ maxLength: 40 }), answer, frame) }),
    fc.record({ wait: fc.nat(20_000) }),
    fc.record({ poke: fc.nat(0x8000), value: fc.nat(0xff) }),
  );
const actionsOf = (model: DeviceModel): fc.Arbitrary<Action[]> =>
  fc.array(actionOf(model), { maxLength: 60 });

/** @returns what a guest and the host can observe of the action. */
function perform(bench: Bench, act: Action): unknown {
  const { device, memory } = bench;
  let result: number | undefined;
  if ("read" in act) result = device.read(act.read, act.size);
  else if ("write" in act) device.write(act.write, act.size, act.value);
  else if ("deliver" in act) device.deliver?.(act.deliver);
  else if ("wait" in act) bench.wait(act.wait);
  else if ("poke" in act) memory.writeU8(act.poke, act.value);
  else offerBuffer(bench, act);
  return [result, bench.isInterruptHigh()];
}

/** Offers a buffer in the queue where TestDriver.start put it, and notifies the device. */
function offerBuffer(
  { device, memory }: Bench,
  { offer, head, length, flags }: Extract<Action, { readonly offer: 0 | 1 }>,
): void {
  const queue = offer * 0x4000;
  const at = queue + head * 16;
  memory.writeU64(at, BigInt(RAM_BASE + 0x2_0000 + head * 0x1000));
  memory.writeU32(at + 8, length);
  memory.writeU16(at + 12, flags);
  memory.writeU16(at + 14, (head + 1) % 8);
  const index = memory.readU16(queue + 0x2002);
  memory.writeU16(queue + 0x2004 + 2 * (index % 8), head);
  memory.writeU16(queue + 0x2002, (index + 1) & 0xffff);
  device.write(REGISTER.queueNotify, 4, offer);
}

/** A started driver with one buffer that every device type accepts and keeps until its backend answers. */
function startWithRequest(bench: Bench): void {
  const driver = new TestDriver(bench);
  driver.start(2);
  driver.offerChain(0, 0, [
    { address: RAM_BASE + 0x1_0000, length: 16 },
    { address: RAM_BASE + 0x1_1000, length: 512, flags: WRITE },
    { address: RAM_BASE + 0x1_2000, length: 1, flags: WRITE },
  ]);
  driver.notify(0);
}

function models(): readonly DeviceModel[] {
  const found: DeviceModel[] = [];
  devicesPlugin.provide?.({
    register: (provider) => found.push(provider as DeviceModel),
    get: () => {
      throw new Error("not needed");
    },
    list: () => [],
  });
  return found;
}

describe.each(models().map((model) => [model.name, model] as const))(
  "device %s",
  (_name, model) => {
    it("has the same future after save and restore", () => {
      fc.assert(
        fc.property(actionsOf(model), actionsOf(model), fc.boolean(), (past, future, isStarted) => {
          const original = benchFor(model, FACTS);
          if (isStarted && model.slot === "virtio-mmio") startWithRequest(original);
          for (const act of past) perform(original, act);
          const copy = restoredCopy(model, FACTS, original);
          expect(copy.isInterruptHigh()).toBe(original.isInterruptHigh());
          expect(savedState(copy)).toEqual(savedState(original));
          expect(copy.clock.nextAlarmTick()).toBe(original.clock.nextAlarmTick());
          original.outputs.length = 0;
          original.stops.length = 0;
          for (const act of future) expect(perform(copy, act)).toEqual(perform(original, act));
          expect(copy.outputs).toEqual(original.outputs);
          expect(copy.stops).toEqual(original.stops);
          expect(Buffer.from(copy.memory.contents).equals(original.memory.contents)).toBe(true);
          expect(savedState(copy)).toEqual(savedState(original));
        }),
        { numRuns: RUNS, seed: 1 },
      );
    });

    it("is deterministic: two devices with one history are in one state", () => {
      fc.assert(
        fc.property(actionsOf(model), (history) => {
          const [first, second] = [
            benchFor(model, FACTS),
            benchFor(model, FACTS, new FlatMemory()),
          ];
          for (const act of history) expect(perform(second, act)).toEqual(perform(first, act));
          expect(savedState(second)).toEqual(savedState(first));
        }),
        { numRuns: RUNS, seed: 2 },
      );
    });
  },
);
