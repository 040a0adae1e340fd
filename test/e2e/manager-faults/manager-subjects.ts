// The guests of the campaign against the coordinator: short ones that print, read what is typed, use alarms and a disk.
import { TYPED, blockImage, guestFile } from "../guest-run.ts";

export interface ManagerSubject {
  readonly name: string;
  /** How often it is drawn, against the others. */
  readonly weight: number;
  readonly machine: Readonly<Record<string, unknown>>;
  readonly console: Readonly<Record<string, unknown>>;
  /** Image of a disk under an overlay. */
  readonly disk?: Uint8Array;
  readonly epochSteps: readonly number[];
  /** Steps within which faults are put. */
  readonly steps: number;
}

/** Prints letters, between which it works on memory of several pages. */
const LETTERS = `
  li r1 0xf000
  shl16 r1 0
  li r2 65
  li r3 12
round:
  li r4 200
  li r5 0x4000
inner:
  load r6 r5 0
  add r6 r4
  mul r6 r2
  store r6 r5 0
  addi r5 60
  addi r4 -1
  bnz r4 inner
  store r2 r1 0
  addi r2 1
  addi r3 -1
  bnz r3 round
  li r9 0
  store r9 r1 4
`;

/** Answers each byte with the next one, tells the time's low byte, and sleeps in between. */
const ECHO = `
  li r1 0xf000
  shl16 r1 0
  li r10 24
  li r11 400
line:
  wait
  load r2 r1 0
  li r3 40
  li r5 0x3000
work:
  store r2 r5 0
  addi r5 256
  add r12 r3
  addi r3 -1
  bnz r3 work
  addi r2 1
  store r2 r1 0
  time r13
  store r13 r1 0
  alarm r11
  wait
  addi r10 -1
  bnz r10 line
  store r10 r1 4
`;

const toy = (source: string): Readonly<Record<string, unknown>> => ({
  platform: { use: "toy" },
  ram: 64 * 4096,
  boot: { use: "toy-program", source },
  clock: { stepsPerTick: 10, startTime: "2026-01-01T00:00:00Z" },
});

const riscv = (
  guest: string,
  devices: readonly object[] = [],
): Readonly<Record<string, unknown>> => ({
  platform: { use: "riscv-virt" },
  ram: "16 MiB",
  boot: { use: "elf", program: guestFile(guest) },
  devices,
  clock: { startTime: "2026-01-01T00:00:00Z" },
});

const answers = TYPED.split(/(?<=\n)/).map((send) => ({ expect: "> ", send }));

export const MANAGER_SUBJECTS: readonly ManagerSubject[] = [
  {
    name: "toy letters",
    weight: 12,
    machine: toy(LETTERS),
    console: {},
    epochSteps: [500, 1500],
    steps: 16_000,
  },
  {
    name: "toy echo",
    weight: 12,
    machine: toy(ECHO),
    console: { inputText: "the first ten and then some more" },
    epochSteps: [150, 500],
    steps: 5000,
  },
  {
    name: "console-echo, typed ahead",
    weight: 2,
    machine: riscv("console-echo"),
    console: { inputText: TYPED },
    epochSteps: [2000, 10_000],
    steps: 89_000,
  },
  {
    name: "console-echo, a user",
    weight: 2,
    machine: riscv("console-echo"),
    console: { script: answers },
    epochSteps: [2000, 10_000],
    steps: 90_000,
  },
  {
    name: "timer",
    weight: 1,
    machine: riscv("timer"),
    console: {},
    epochSteps: [5000, 20_000],
    steps: 95_000,
  },
  {
    name: "block on an overlay",
    weight: 1,
    machine: riscv("block"),
    console: {},
    disk: blockImage(),
    epochSteps: [60_000, 200_000],
    steps: 5_800_000,
  },
];
