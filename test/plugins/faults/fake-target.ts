// A fault target over real guest memory and a processor with a few registers and a scripted sequence of results.
import type {
  ExtravirtError,
  FaultModel,
  FaultTarget,
  FaultyStep,
  InstructionFault,
  Processor,
  ProcessorFaults,
  RegisterAccess,
} from "../../../core/index.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { createTestMemory } from "../../core/memory/shared-memory.ts";

export const RAM_BASE = 0x8000_0000;
export const RAM_BYTES: number = 16 * 4096;

export interface FakeTarget extends FaultTarget {
  readonly registers: Map<string, bigint>;
  readonly isCrashed: () => boolean;
  readonly isHung: () => boolean;
  /** Faults that stay, with the steps that they do. */
  readonly stays: readonly (readonly [string, number | undefined])[];
  readonly stepsTaken: () => number;
}

export interface FakeFaults {
  /** What steps that go wrong do; default: they hit nothing. */
  readonly wrong?: (fault: InstructionFault) => FaultyStep;
  readonly faults?: ProcessorFaults;
}

/** @param results the register that each step writes, undefined for none; no register afterwards. */
export function fakeTarget(
  results: readonly (string | undefined)[] = [],
  { wrong = () => ({ executed: undefined, what: undefined }), faults }: FakeFaults = {},
): FakeTarget {
  const { layout, shared, frames } = createTestMemory(RAM_BYTES / 4096, 1);
  const registers = new Map<string, bigint>([
    ["x1", 0x10n],
    ["x2", 0n],
    ["f0", 0x7ff8_0000_0000_0000n],
    ["pc", 0x8000_0000n],
  ]);
  const groups = { x: "integer", f: "float", p: "pc" } as const;
  const names = [...registers.keys()].map((name): RegisterAccess => ({
    name,
    group: groups[name[0] as keyof typeof groups],
    bits: 64,
  }));
  const processor: Pick<Processor, "readRegister" | "writeRegister" | "registerNames" | "faults"> =
    {
      registerNames: () => names,
      readRegister: (name) => registers.get(name) ?? 0n,
      writeRegister: (name, value) => registers.set(name, BigInt.asUintN(64, value)),
      ...(faults !== undefined && { faults }),
    };
  const memory = new ReplicaMemory(shared, layout, frames.addReplica(0));
  const stays: [string, number | undefined][] = [];
  const done = { steps: 0, isCrashed: false, isHung: false };
  return {
    registers,
    processor: processor as Processor,
    memory,
    ramBase: RAM_BASE,
    device: () => undefined,
    step: () => results[done.steps++],
    frames: layout.frameCount,
    strayWrite: (frame, offset, mask) => memory.strayWrite(frame, offset, mask),
    stepWith: (fault) => {
      done.steps += 1;
      return wrong(fault);
    },
    stay: (fault, steps) => stays.push([fault.what, steps]),
    search: (limit, attempt) => {
      for (let tries = 0; tries < limit; tries++) {
        const found = attempt();
        if (found !== undefined) return found;
      }
      return undefined;
    },
    crash: () => {
      done.isCrashed = true;
    },
    hang: () => {
      done.isHung = true;
    },
    isCrashed: () => done.isCrashed,
    isHung: () => done.isHung,
    stays,
    stepsTaken: () => done.steps,
  };
}

/** What `check` throws, or undefined. */
export function refusalBy(
  model: FaultModel,
  options: Readonly<Record<string, unknown>>,
  target: FakeTarget = fakeTarget(),
): ExtravirtError | undefined {
  try {
    model.check?.(options, target);
    return undefined;
  } catch (error) {
    return error as ExtravirtError;
  }
}
