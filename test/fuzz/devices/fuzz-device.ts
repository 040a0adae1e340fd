// One history of a device from one seed: random operations on it and, from a random moment on, on a copy restored from
// its state, which has to do the same.
import { REGISTER } from "../../../plugins/devices/virtio/mmio-registers.ts";
import { Random } from "../../differential/random.ts";
import { type DeviceAction, perform, randomAction } from "./device-action.ts";
import type { FuzzedDevice, MakeFuzzed } from "./fuzzed-device.ts";
import { HostileDriver } from "./hostile-driver.ts";

/**
 * What one access may cost at most (docs/security.md): calls to guest memory, bytes moved in it, and bytes sent to the
 * host or asked of it.
 */
const MOST = { calls: 2_000_000, movedBytes: 80 * 2 ** 20, outputBytes: 36 * 2 ** 20 } as const;

export interface FuzzedHistory {
  readonly operations: number;
  readonly outputs: number;
}

class FuzzFinding extends Error {
  override readonly name: string = "FuzzFinding";
}

/** @throws FuzzFinding with the operation at which something went wrong */
export function fuzzDevice(
  name: string,
  make: MakeFuzzed,
  seed: number,
  operations: number,
): FuzzedHistory {
  const random = new Random(seed);
  const original = make();
  const driver = name.startsWith("virtio-")
    ? new HostileDriver(random, original.device.read(REGISTER.deviceFeatures, 4))
    : undefined;
  const copyAt = random.below(operations);
  let copy: FuzzedDevice | undefined;
  let outputs = 0;
  let done = 0;
  const fail = (action: DeviceAction, why: string): never => {
    throw new FuzzFinding(`${name}, seed ${seed}, operation ${done}: ${why} (${describe(action)})`);
  };
  const queue: DeviceAction[] = [];
  for (; done < operations; done += 1) {
    if (queue.length === 0) {
      if (driver !== undefined && random.chance(0.9)) {
        queue.push(...driver.next(original.device.read(REGISTER.status, 4)));
      } else queue.push(randomAction(random, original.bytes));
    }
    const action = queue.shift() as DeviceAction;
    if (done === copyAt) copy = original.copy();
    const seen = observe(name, original, action, fail);
    driver?.observe(seen.outputs);
    outputs += seen.outputs.length;
    if (copy === undefined) continue;
    const twin = observe(name, copy, action, fail);
    if (twin.value !== seen.value) fail(action, `the copy reads ${twin.value}, not ${seen.value}`);
    if (twin.signals !== seen.signals) fail(action, `signals ${twin.signals}, not ${seen.signals}`);
    if (!areEqual(twin.outputs, seen.outputs)) fail(action, "outputs of the copy differ");
  }
  if (copy !== undefined) {
    const last: DeviceAction = { kind: "wait", ticks: 0 };
    if (!areEqual([copy.save()], [original.save()])) fail(last, "states of the copy differ");
    if (!areEqual([copy.memory.contents], [original.memory.contents]))
      fail(last, "memories differ");
  }
  return { operations: done, outputs };
}

interface Observed {
  readonly value: number | undefined;
  readonly signals: string;
  readonly outputs: readonly Uint8Array[];
}

function observe(
  name: string,
  fuzzed: FuzzedDevice,
  action: DeviceAction,
  fail: (action: DeviceAction, why: string) => never,
): Observed {
  let value: number | undefined;
  try {
    value = perform(fuzzed, action);
  } catch (error) {
    fail(action, `it throws ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  }
  if (value !== undefined && action.kind === "read" && !isUnsigned32(value)) {
    fail(action, `it reads ${value}`);
  }
  const { calls, bytes } = fuzzed.memory.takeWork();
  if (calls > MOST.calls) fail(action, `${calls} accesses of memory`);
  if (bytes > MOST.movedBytes) fail(action, `${bytes} bytes moved in memory`);
  const outputs = fuzzed.takeOutputs();
  const sent = outputs.reduce((sum, output) => sum + output.length + askedBytes(name, output), 0);
  if (sent > MOST.outputBytes) fail(action, `${sent} bytes sent or asked for`);
  return { value, signals: fuzzed.signals(), outputs };
}

/** What an output of a device asks of the host, in bytes. Devices without an entry send bytes of the guest's choice. */
const ASKED_BYTES: Readonly<Record<string, (output: DataView) => number>> = {
  "virtio-block": (request) =>
    request.byteLength === 20 && request.getUint32(0, true) === 0 ? request.getUint32(16, true) : 0,
  "virtio-entropy": (request) => request.getUint32(4, true),
};

function askedBytes(name: string, output: Uint8Array): number {
  const view = new DataView(output.buffer, output.byteOffset, output.length);
  return ASKED_BYTES[name]?.(view) ?? 0;
}

function isUnsigned32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
}

function areEqual(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return (
    left.length === right.length &&
    left.every((bytes, index) => Buffer.compare(bytes, right[index] ?? new Uint8Array()) === 0)
  );
}

function describe(action: DeviceAction): string {
  return JSON.stringify(action, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value.subarray(0, 32)).toString("hex") : value,
  );
}
