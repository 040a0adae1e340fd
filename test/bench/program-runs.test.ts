import { describe, expect, it } from "vitest";
import { BenchError } from "../../bench/bench-error.ts";
import { readProgramRuns, requireEqualOutputs } from "../../bench/program-runs.ts";
import type { StampedLine } from "../../bench/stamped-console.ts";

/** A line a second, at half the cost in CPU time. */
const stamped = (texts: readonly string[]): StampedLine[] =>
  texts.map((text, second) => ({ text, wallSeconds: second, cpuSeconds: second / 2 }));

const CONSOLE = [
  "[    0.000000] Linux version",
  "bench: user space",
  "bench: begin calls",
  "calls: 2 iterations",
  "leaves 1234",
  "bench: end calls with 0",
  "bench: begin integer",
  "checksum 1",
  "bench: end integer with 0",
  "xv: exit status 0",
];

describe("programs in Debian", () => {
  it("cost what lies between their marks, and have printed the lines there", () => {
    const { boot, programs } = readProgramRuns(stamped(CONSOLE), ["integer", "calls"]);
    expect(boot).toEqual({ wallSeconds: 1, cpuSeconds: 0.5 });
    expect([...programs]).toEqual([
      ["integer", { wallSeconds: 2, cpuSeconds: 1, output: ["checksum 1"] }],
      [
        "calls",
        { wallSeconds: 3, cpuSeconds: 1.5, output: ["calls: 2 iterations", "leaves 1234"] },
      ],
    ]);
  });

  it.each([
    ["a boot that ends early", CONSOLE.slice(0, 1), /did not reach user space.*Linux version/],
    ["a program that never ends", CONSOLE.slice(0, 7), /integer did not run to its end/],
    [
      "a program that fails",
      CONSOLE.map((text) => text.replace("integer with 0", "integer with 139")),
      /integer ended with status 139 in Debian: checksum 1/,
    ],
  ])("%s is an error", (_, texts, message) => {
    const read = (): unknown => readProgramRuns(stamped(texts), ["calls", "integer"]);
    expect(read).toThrow(BenchError);
    expect(read).toThrow(message);
  });

  it("have to print the same in every run", () => {
    const run = (texts: readonly string[]): ReturnType<typeof readProgramRuns> =>
      readProgramRuns(stamped(texts), ["calls", "integer"]);
    const usual = run(CONSOLE);
    const other = run(CONSOLE.map((text) => text.replace("checksum 1", "checksum 2")));
    expect(() => requireEqualOutputs([usual, usual])).not.toThrow();
    expect(() => requireEqualOutputs([usual, other])).toThrow(
      "integer printed checksum 1, then checksum 2",
    );
  });
});
