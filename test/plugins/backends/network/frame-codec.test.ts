import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameReader, withLength } from "../../../../plugins/backends/network/frame-codec.ts";

function read(...chunks: readonly Uint8Array[]): Buffer[] {
  const frames: Buffer[] = [];
  const reader = new FrameReader((frame) => frames.push(Buffer.from(frame)));
  for (const chunk of chunks) reader.push(chunk);
  return frames;
}

describe("frames in a stream", () => {
  it("have their length in front, big-endian, as QEMU writes it", () => {
    expect(Buffer.from(withLength(Buffer.from("abc")))).toEqual(Buffer.from("\0\0\0\u0003abc"));
  });

  it("come out as they went in, however the stream is cut", () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 12 });
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 40 })), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(withLength));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(at, at + cut));
          at += cut;
        }
        chunks.push(bytes.subarray(at));
        expect(read(...chunks)).toEqual(sent.map((frame) => Buffer.from(frame)));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("are skipped when no device takes such long ones", () => {
    const long = Buffer.alloc(70_000);
    expect(read(withLength(long), withLength(Buffer.from("next")))).toEqual([Buffer.from("next")]);
  });

  it("are refused when the length can't be one", () => {
    expect(() => read(Buffer.from([0xff, 0, 0, 0]))).toThrow("a frame of 4278190080 bytes");
  });
});
