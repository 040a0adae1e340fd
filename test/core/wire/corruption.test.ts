// Whatever a stream does to the bytes of a wire: what is delivered is what was sent, from its beginning, without a gap.
import { duplexPair, Transform, compose, type Duplex } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ImpairedStream } from "../../../core/wire/impaired-stream.ts";
import { closing, wirePair } from "./wire-pair.ts";

const MESSAGES = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc.record({ kind: fc.string(), value: fc.double(), bytes: fc.uint8Array() }),
  ),
  { minLength: 1, maxLength: 20 },
);

/** Cuts what passes into pieces of these sizes, over and over. */
function rechunked(stream: Duplex, sizes: readonly number[]): Duplex {
  let turn = 0;
  const cut = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      for (let at = 0; at < chunk.length;) {
        const size = sizes[turn++ % sizes.length] ?? 1;
        this.push(chunk.subarray(at, at + size));
        at += size;
      }
      done();
    },
  });
  return compose(stream, cut) as Duplex;
}

describe("a wire", { timeout: 60_000 }, () => {
  it("delivers all messages, however the stream is cut", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(MESSAGES, sizes, async (messages, cuts) => {
        const [near, far] = duplexPair() as [Duplex, Duplex];
        const [a, b] = await wirePair({}, {}, [near, rechunked(far, cuts)]);
        const received: unknown[] = [];
        const ended = closing(b);
        b.receive((message) => received.push(message));
        for (const message of messages) a.send(message);
        await a.close();
        expect(await ended).toBeUndefined();
        expect(received).toEqual(messages);
      }),
      { numRuns: 60 },
    );
  });

  it("never delivers a message that was hit, and ends with an error", async () => {
    await fc.assert(
      fc.asyncProperty(MESSAGES, fc.nat(), fc.nat(), async (messages, seed, nth) => {
        const [near, far] = duplexPair() as [Duplex, Duplex];
        const impaired = new ImpairedStream(near, { seed });
        const [a, b] = await wirePair({}, {}, [impaired, far]);
        const received: unknown[] = [];
        const ended = closing(b);
        b.receive((message) => received.push(message));
        const hit = nth % messages.length;
        for (const [number, message] of messages.entries()) {
          if (number === hit) impaired.flipOnce("out");
          a.send(message);
        }
        expect(await ended).toBe("XV_ERR_WIRE_CORRUPT");
        // Frames before the one that was hit may have shared a piece with it.
        expect(received.length).toBeLessThanOrEqual(hit);
        expect(received).toEqual(messages.slice(0, received.length));
        a.destroy();
      }),
      { numRuns: 150 },
    );
  });

  it("refuses a handshake any bit of which was hit", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom("in", "out"), async (seed, direction) => {
        const [near, far] = duplexPair() as [Duplex, Duplex];
        const impaired = new ImpairedStream(near, { seed });
        impaired.flipOnce(direction);
        const options = { key: Buffer.alloc(32, 5), handshakeMs: 150 };
        await expect(wirePair(options, options, [impaired, far])).rejects.toMatchObject({
          code: expect.stringMatching(/^XV_ERR_WIRE_/u) as unknown,
        });
        impaired.destroy();
        far.destroy();
      }),
      { numRuns: 60 },
    );
  });
});
