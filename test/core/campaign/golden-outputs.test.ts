import { describe, expect, it } from "vitest";
import {
  GoldenOutputs,
  OutputComparison,
  outputPlaceText,
} from "../../../core/campaign/golden-outputs.ts";

const text = (channel: string, words: string): { channel: string; bytes: Uint8Array } => ({
  channel,
  bytes: Buffer.from(words),
});

function golden(): GoldenOutputs {
  const outputs = new GoldenOutputs();
  outputs.add([text("uart0", "hel"), text("disk0", "read"), text("uart0", "lo")]);
  return outputs;
}

describe("outputs beside those of the run without faults", () => {
  it("are right however they are cut and mixed", () => {
    const comparison = new OutputComparison(golden(), []);
    comparison.add([text("disk0", "re"), text("uart0", "h")]);
    comparison.add([text("uart0", "ello"), text("disk0", "ad")]);
    expect(comparison.wrong).toBeUndefined();
    expect(comparison.wrongAtEnd()).toBeUndefined();
  });

  it("are wrong from the first byte that differs", () => {
    const comparison = new OutputComparison(golden(), []);
    comparison.add([text("uart0", "he")]);
    comparison.add([text("uart0", "lp")]);
    expect(comparison.wrong).toEqual({ channel: "uart0", byte: 3 });
    expect(outputPlaceText(comparison.wrong!)).toBe("uart0, byte 3");
  });

  it("are counted on after a wrong byte, the first of which is kept", () => {
    const comparison = new OutputComparison(golden(), []);
    comparison.add([text("uart0", "hex"), text("uart0", "zz"), text("disk0", "read")]);
    expect(comparison.isAt({ uart0: 5, disk0: 4 })).toBe(true);
    expect(comparison.wrongAtEnd()).toEqual({ channel: "uart0", byte: 2 });
    expect(comparison.isWrongWhereAnswered).toBe(false);
  });

  it("are compared to the end where they are answered", () => {
    const comparison = new OutputComparison(golden(), ["disk0"]);
    comparison.add([text("uart0", "hex"), text("disk0", "re")]);
    expect(comparison.isWrongWhereAnswered).toBe(false);
    comparison.add([text("disk0", "xx")]);
    expect(comparison.isWrongWhereAnswered).toBe(true);
    expect(comparison.wrong).toEqual({ channel: "uart0", byte: 2 });
  });

  it("are wrong where there should be no more, or none at all", () => {
    for (const [output, byte] of [
      [text("uart0", "hello!"), 5],
      [text("net0", "x"), 0],
    ] as const) {
      const comparison = new OutputComparison(golden(), []);
      comparison.add([output]);
      expect(comparison.wrong).toEqual({ channel: output.channel, byte });
    }
  });

  it("are known to lack something", () => {
    const comparison = new OutputComparison(golden(), [], { uart0: 5 });
    expect(comparison.wrong).toBeUndefined();
    expect(comparison.wrongAtEnd()).toEqual({ channel: "disk0", byte: 0 });
  });

  it("survive being written down, and do not follow memory that is used again", () => {
    const bytes = Uint8Array.of(1, 0xff, 3);
    const outputs = new GoldenOutputs();
    outputs.add([{ channel: "net0", bytes }]);
    bytes.fill(0);
    const read = GoldenOutputs.read(outputs.write());
    expect([...(read.channels.get("net0") ?? [])]).toEqual([1, 0xff, 3]);
  });
});
