// The guests of the fault campaign, with what they must show however the processor errs.
import { TYPED, blockImage, expectedOutput } from "../guest-run.ts";
import type { GuestRun } from "../guest-run.ts";

export interface Subject {
  readonly name: string;
  readonly run: GuestRun;
  readonly expected: string;
  /** Lengths of epochs to choose from, in steps. */
  readonly epochSteps: readonly number[];
}

const typedByScript = TYPED.split(/(?<=\n)/).map((send) => ({ expect: "> ", send }));

export const SUBJECTS: readonly Subject[] = [
  {
    name: "small",
    run: { guest: "small" },
    expected: expectedOutput("small"),
    epochSteps: [20_000, 50_000, 200_000],
  },
  {
    name: "timer",
    run: { guest: "timer" },
    expected: expectedOutput("timer"),
    epochSteps: [1000, 5000, 50_000],
  },
  {
    name: "timer with 2 harts",
    run: { guest: "timer", harts: 2 },
    expected: expectedOutput("timer-2-harts"),
    epochSteps: [5000, 30_000],
  },
  {
    name: "paging",
    run: { guest: "paging" },
    expected: expectedOutput("paging"),
    epochSteps: [40_000, 150_000],
  },
  {
    name: "block on a raw image",
    run: { guest: "block", disk: { image: blockImage(), isOverlaid: false } },
    expected: expectedOutput("block"),
    epochSteps: [60_000, 200_000],
  },
  {
    name: "block on an overlay",
    run: { guest: "block", disk: { image: blockImage(), isOverlaid: true } },
    expected: expectedOutput("block"),
    epochSteps: [60_000, 200_000],
  },
  {
    name: "console-echo with lines typed ahead",
    run: { guest: "console-echo", console: { inputText: TYPED } },
    expected: expectedOutput("console-echo"),
    epochSteps: [2000, 10_000],
  },
  {
    name: "console-echo with a user who answers",
    run: { guest: "console-echo", console: { script: typedByScript } },
    expected: expectedOutput("console-echo"),
    epochSteps: [2000, 10_000],
  },
  {
    name: "network with a station that answers",
    run: { guest: "network", network: { use: "switch", stations: [{ address: "10.0.2.2" }] } },
    expected: expectedOutput("network"),
    epochSteps: [20_000, 60_000],
  },
];
