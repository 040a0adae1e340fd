import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConsoleScript } from "../../../../plugins/backends/console/console-script.ts";

function run(steps: { expect: string; send: string }[], outputs: readonly Uint8Array[]): string[] {
  const sent: string[] = [];
  const script = new ConsoleScript(steps, (bytes) => sent.push(Buffer.from(bytes).toString()));
  for (const output of outputs) script.saw(output);
  return sent;
}

const STEPS = [
  { expect: "login: ", send: "root\n" },
  { expect: "# ", send: "poweroff\n" },
];

describe("ConsoleScript", () => {
  it("types each answer once, in order", () => {
    const output = Buffer.from("# not yet\nlogin: root\n# \n# ");
    expect(run(STEPS, [output])).toEqual(["root\n", "poweroff\n"]);
    expect(run(STEPS, [Buffer.from("# # #")])).toEqual([]);
  });

  it("does the same however the output is cut", () => {
    const output = Buffer.from("boot…\nlogin: rölling\n# ok");
    fc.assert(
      fc.property(fc.array(fc.nat(output.length), { maxLength: 8 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), output.length];
        const parts = edges.slice(1).map((end, i) => output.subarray(edges[i], end));
        expect(run(STEPS, parts)).toEqual(["root\n", "poweroff\n"]);
      }),
    );
  });

  it("does not match one output twice", () => {
    const steps = [
      { expect: "aa", send: "1" },
      { expect: "aa", send: "2" },
    ];
    expect(run(steps, [Buffer.from("aaa")])).toEqual(["1"]);
    expect(run(steps, [Buffer.from("aaaa")])).toEqual(["1", "2"]);
  });

  it("waits for text beyond ASCII", () => {
    expect(run([{ expect: "grün", send: "é" }], [Buffer.from("grün")])).toEqual(["é"]);
  });
});
