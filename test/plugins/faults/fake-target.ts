// A fault target over real guest memory and a processor with a few registers and a scripted sequence of results.
import type {
  ExtravirtError,
  FaultModel,
  FaultTarget,
  Processor,
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
  readonly stepsTaken: () => number;
}

/** @param results the register that each step writes, undefined for none; no register afterwards. */
export function fakeTarget(results: readonly (string | undefined)[] = []): FakeTarget {
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
  const processor: Pick<Processor, "readRegister" | "writeRegister" | "registerNames"> = {
    registerNames: () => names,
    readRegister: (name) => registers.get(name) ?? 0n,
    writeRegister: (name, value) => registers.set(name, BigInt.asUintN(64, value)),
  };
  const done = { steps: 0, isCrashed: false, isHung: false };
  return {
    registers,
    processor: processor as Processor,
    memory: new ReplicaMemory(shared, layout, frames.addReplica(0)),
    ramBase: RAM_BASE,
    step: () => results[done.steps++],
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
    stepsTaken: () => done.steps,
  };
}

/** What `check` throws, or undefined. */
export function refusalBy(
  model: FaultModel,
  options: Readonly<Record<string, unknown>>,
): ExtravirtError | undefined {
  try {
    model.check?.(options, fakeTarget());
    return undefined;
  } catch (error) {
    return error as ExtravirtError;
  }
}
