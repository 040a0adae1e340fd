import { describe, expect, it } from "vitest";
import { OutputBuffer } from "../../../core/machine/output-buffer.ts";

describe("OutputBuffer", () => {
  it("joins neighbours of a stream and keeps the borders of requests", () => {
    const buffer = new OutputBuffer();
    buffer.append("uart0", Uint8Array.of(1), true);
    buffer.append("uart0", Uint8Array.of(2, 3), true);
    buffer.append("disk0", Uint8Array.of(4), false);
    buffer.append("disk0", Uint8Array.of(5), false);
    buffer.append("uart0", Uint8Array.of(6), true);
    expect(buffer.take()).toEqual([
      { channel: "uart0", bytes: Uint8Array.of(1, 2, 3) },
      { channel: "disk0", bytes: Uint8Array.of(4) },
      { channel: "disk0", bytes: Uint8Array.of(5) },
      { channel: "uart0", bytes: Uint8Array.of(6) },
    ]);
    expect(buffer.take()).toEqual([]);
  });

  it("gives back every byte of a stream that comes one by one, and no more", () => {
    const buffer = new OutputBuffer();
    for (let byte = 0; byte < 1000; byte++) buffer.append("uart0", Uint8Array.of(byte), true);
    const [output] = buffer.take();
    expect(output?.bytes).toEqual(Uint8Array.from({ length: 1000 }, (_, byte) => byte));
  });

  it("copies what it is given", () => {
    const buffer = new OutputBuffer();
    const bytes = Uint8Array.of(1);
    buffer.append("uart0", bytes, true);
    bytes[0] = 9;
    expect(buffer.take()[0]?.bytes).toEqual(Uint8Array.of(1));
  });
});
