// Programs of the toy architecture for the platform kit.
import type { Registry } from "../../../core/index.ts";
import { toyMachine } from "../../core/replica/toy-setup.ts";
import type { PlatformSubject } from "./machine-under-test.ts";

/** Works on several pages, reads the time, prints, and sleeps between its rounds. */
const SLEEPER = `
  li r1 0xf000
  shl16 r1 0          # console
  li r2 65
  li r3 12            # rounds
round:
  li r9 77
  alarm r9
  li r4 40
  li r5 0x2000
work:
  time r6
  load r7 r5 0
  add r7 r6
  mul r7 r2
  store r7 r5 0
  addi r5 300
  addi r4 -1
  bnz r4 work
  xor r8 r7
  store r2 r1 0
  addi r2 1
  wait                # for the timer set before
  addi r3 -1
  bnz r3 round
  store r3 r1 4
`;

/** The same without a timer. */
const WORKER = SLEEPER.replace(/^ *(alarm|wait) .*\n/gm, "");

export const toySubjects = (registry: Registry): Readonly<Record<string, PlatformSubject>> => ({
  "toy, computing": { machine: toyMachine(WORKER), steps: 5000, waits: false, registry, cases: 40 },
  "toy, sleeping": { machine: toyMachine(SLEEPER), steps: 5000, waits: true, registry, cases: 40 },
});
