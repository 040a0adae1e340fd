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
    const comparison = new OutputComparison(golden());
    expect(comparison.add([text("disk0", "re"), text("uart0", "h")])).toBeUndefined();
    expect(comparison.add([text("uart0", "ello"), text("disk0", "ad")])).toBeUndefined();
    expect(comparison.missing()).toBeUndefined();
  });

  it("are wrong from the first byte that differs", () => {
    const comparison = new OutputComparison(golden());
    comparison.add([text("uart0", "he")]);
    const wrong = comparison.add([text("uart0", "lp")]);
    expect(wrong).toEqual({ channel: "uart0", byte: 3 });
    expect(outputPlaceText(wrong!)).toBe("uart0, byte 3");
  });

  it("are wrong where there should be no more, or none at all", () => {
    expect(new OutputComparison(golden()).add([text("uart0", "hello!")])?.byte).toBe(5);
    expect(new OutputComparison(golden()).add([text("net0", "x")])?.byte).toBe(0);
  });

  it("are known to lack something", () => {
    const comparison = new OutputComparison(golden(), { uart0: 5 });
    expect(comparison.missing()).toEqual({ channel: "disk0", byte: 0 });
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
