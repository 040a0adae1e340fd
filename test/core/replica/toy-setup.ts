// Replica setups for programs of the toy architecture.
import type { EpochRecord, MachineConfig } from "../../../core/index.ts";
import { buildSetups, type SetupSource } from "./build-setup.ts";

export const toyMachine = (source: string): MachineConfig => ({
  platform: { use: "toy" },
  harts: 1,
  ramBytes: 16 * 4096,
  boot: { use: "toy-program", source },
  devices: [],
  clock: { stepsPerTick: 10, startTime: "2026-01-01T00:00:00Z" },
});

export const toySetups = (source: string): Promise<SetupSource> =>
  buildSetups({ machine: toyMachine(source), console: { use: "none" } });

/** Counts r1 up for ever, two steps a round: after an even number of steps n, r1 is n / 2. */
export const COUNTER = `
  again:
  addi r1 1
  bnz r1 again
`;

export const epoch = (number: number, steps: number): EpochRecord => ({
  epoch: number,
  steps,
  jumpTicks: 0,
  inputs: [],
});
