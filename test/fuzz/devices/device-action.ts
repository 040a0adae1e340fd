// One operation on a device, from the guest's side or the host's.
import type { Random } from "../../differential/random.ts";
import type { FuzzedDevice } from "./fuzzed-device.ts";

export type DeviceAction =
  | { readonly kind: "read"; readonly offset: number; readonly size: 1 | 2 | 4 }
  | {
      readonly kind: "write";
      readonly offset: number;
      readonly size: 1 | 2 | 4;
      readonly value: number;
    }
  /** The guest writes RAM. What lies outside stays out: it is no operation of the device. */
  | { readonly kind: "poke"; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: "deliver"; readonly bytes: Uint8Array }
  | { readonly kind: "wait"; readonly ticks: number }
  | { readonly kind: "line"; readonly line: number; readonly isHigh: boolean }
  | { readonly kind: "console"; readonly byte: number };

/** @returns what the guest reads, if anything. */
export function perform(fuzzed: FuzzedDevice, action: DeviceAction): number | undefined {
  const { device, memory } = fuzzed;
  switch (action.kind) {
    case "read":
      return device.read(action.offset, action.size);
    case "write":
      device.write(action.offset, action.size, action.value);
      return undefined;
    case "poke":
      if (memory.contains(action.offset, action.bytes.length)) {
        memory.contents.set(action.bytes, action.offset);
      }
      return undefined;
    case "deliver":
      device.deliver?.(action.bytes);
      return undefined;
    case "wait":
      fuzzed.wait(action.ticks);
      return undefined;
    case "line":
      fuzzed.setLine?.(action.line, action.isHigh);
      return undefined;
    case "console":
      device.console?.write(action.byte);
      return device.console?.read();
  }
}

const SIZES = [1, 2, 4, 4, 4] as const;
/** Borders of the registers of some device or other. */
const BORDERS = [0, 0x100, 0x1000, 0x2000, 0x4000, 0xbff8, 0x20_0000, 0x20_1000];

/** Any access to any register, or a moment in time. */
export function randomAction(random: Random, bytes: number): DeviceAction {
  const kind = random.below(100);
  if (kind < 40) return { kind: "read", ...randomPlace(random, bytes) };
  if (kind < 88)
    return { kind: "write", ...randomPlace(random, bytes), value: randomValue(random) };
  if (kind < 93) {
    const ticks = random.pick([1, 10, 1000, 100_000, 2 ** 31, 2 ** 45]);
    return { kind: "wait", ticks: random.below(ticks) };
  }
  if (kind < 96) return { kind: "line", line: random.below(95), isHigh: random.chance(0.5) };
  if (kind < 98) return { kind: "console", byte: random.below(256) };
  const length = random.pick([0, 1, 7, 16, 40, 4096]);
  return { kind: "deliver", bytes: new Uint8Array(length).fill(random.below(256)) };
}

/** Naturally aligned, as the bus has it. */
function randomPlace(
  random: Random,
  bytes: number,
): { readonly offset: number; readonly size: 1 | 2 | 4 } {
  const size = random.pick(SIZES);
  const near = random.pick(BORDERS) + random.between(-16, 0xff);
  const offset = random.chance(0.8) ? near : random.below(bytes);
  const inside = offset < 0 || offset >= bytes ? random.below(Math.min(bytes, 0x100)) : offset;
  return { offset: inside - (inside % size), size };
}

/** As the bus hands it over: unsigned, no wider than any register. */
function randomValue(random: Random): number {
  const kind = random.below(4);
  if (kind === 0) return random.below(8);
  if (kind === 1) return random.below(256);
  if (kind === 2) return random.pick([0x3333, 0x5555, 0x7777, 0x8000_0000, 0xffff_ffff]);
  return random.next();
}
