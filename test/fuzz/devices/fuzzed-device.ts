// What a fuzzer sees of a device: accesses from the guest's side, inputs from the host's, and everything it does.
import type { Device, DeviceModel, StateReader, StateWriter } from "../../../core/index.ts";
import { BinaryStateReader, BinaryStateWriter } from "../../../core/machine/state-codec.ts";
import { MachineClock } from "../../../core/machine/machine-clock.ts";
import { Aclint } from "../../../guest-archs/riscv/platform/aclint.ts";
import { Plic } from "../../../guest-archs/riscv/platform/plic.ts";
import { benchFor } from "../../plugins/devices/device-bench.ts";
import { MeteredMemory } from "./metered-memory.ts";

export interface FuzzedDevice {
  readonly device: Device;
  readonly memory: MeteredMemory;
  /** Bytes of its place: offsets go up to it. */
  readonly bytes: number;
  /** Outputs since the last call that takes them away. */
  takeOutputs(): readonly Uint8Array[];
  /** Everything it tells others: interrupt lines, stops. */
  signals(): string;
  /** Lets virtual time pass, or moves a line into it. */
  wait(ticks: number): void;
  setLine?(line: number, isHigh: boolean): void;
  save(): Uint8Array;
  /** Another one in this one's state, with a memory of its own. */
  copy(): FuzzedDevice;
}

/** Makes a fresh one of a kind. */
export type MakeFuzzed = (memory?: MeteredMemory, state?: Uint8Array) => FuzzedDevice;

const START_NANOSECONDS = 1_700_000_000_000_000_000n;

export function fuzzedModel(
  model: DeviceModel,
  facts: Readonly<Record<string, unknown>>,
): MakeFuzzed {
  const make: MakeFuzzed = (memory = new MeteredMemory(), state) => {
    const bench = benchFor(model, facts, memory);
    const { device, clock, outputs, stops } = bench;
    restoreFrom(state, clock, device);
    const fuzzed: FuzzedDevice = {
      device,
      memory,
      bytes: model.slot === "uart" ? 0x100 : 0x1000,
      takeOutputs: () => outputs.splice(0),
      signals: () => `${bench.isInterruptHigh()} ${stops.splice(0).join(";")}`,
      wait: (ticks) => bench.wait(ticks),
      save: () => savedWith(clock, device),
      copy: () => make(memory.copy(), fuzzed.save()),
    };
    return fuzzed;
  };
  return make;
}

const HARTS = 2;
const PLIC_LINES = 95;

/** Parts of the platform: they have no memory, but lines. */
export const fuzzedParts: readonly (readonly [string, MakeFuzzed])[] = [
  [
    "clint",
    partOf(0x1_0000, (clock, lines) => {
      const harts = Array.from({ length: HARTS }, (_, hart) => ({
        setSoftwareInterrupt: (isHigh: boolean) => lines.set(`software ${hart}`, isHigh),
        setTimerInterrupt: (isHigh: boolean) => lines.set(`timer ${hart}`, isHigh),
      }));
      return { device: new Aclint(clock, harts) };
    }),
  ],
  [
    "plic",
    partOf(0x60_0000, (_clock, lines) => {
      const plic = new Plic(
        Array.from({ length: 2 * HARTS }, (_, context) => ({
          set: (isHigh: boolean) => lines.set(`context ${context}`, isHigh),
        })),
      );
      return {
        device: plic,
        setLine: (line, isHigh) => plic.source(1 + (line % PLIC_LINES)).set(isHigh),
      };
    }),
  ],
];

function partOf(
  bytes: number,
  build: (
    clock: MachineClock,
    lines: Map<string, boolean>,
  ) => Pick<FuzzedDevice, "device" | "setLine">,
): MakeFuzzed {
  const make: MakeFuzzed = (memory = new MeteredMemory(), state) => {
    const clock = new MachineClock(1, START_NANOSECONDS, () => {});
    const lines = new Map<string, boolean>();
    const built = build(clock, lines);
    restoreFrom(state, clock, built.device);
    const fuzzed: FuzzedDevice = {
      ...built,
      memory,
      bytes,
      takeOutputs: () => [],
      signals: () =>
        [...lines]
          .filter(([, isHigh]) => isHigh)
          .map(([name]) => name)
          .sort()
          .join(),
      wait: (ticks) => {
        clock.report(clock.steps + ticks);
        clock.fireDueAlarms();
      },
      save: () => savedWith(clock, built.device),
      copy: () => make(memory.copy(), fuzzed.save()),
    };
    return fuzzed;
  };
  return make;
}

interface Savable {
  save(writer: StateWriter): void;
  restore(reader: StateReader): void;
}

function savedWith(...parts: readonly Savable[]): Uint8Array {
  const writer = new BinaryStateWriter();
  for (const part of parts) part.save(writer);
  return writer.finish();
}

function restoreFrom(state: Uint8Array | undefined, ...parts: readonly Savable[]): void {
  if (state === undefined) return;
  const reader = new BinaryStateReader(state);
  for (const part of parts) part.restore(reader);
  reader.end();
}
