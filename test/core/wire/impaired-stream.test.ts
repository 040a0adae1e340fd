import { duplexPair, type Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ImpairedStream, type StreamImpairment } from "../../../core/wire/impaired-stream.ts";

function link(impairment: StreamImpairment): {
  near: ImpairedStream;
  far: Duplex;
  nearText: () => string;
  farText: () => string;
} {
  const [inner, far] = duplexPair() as [Duplex, Duplex];
  const near = new ImpairedStream(inner, impairment);
  const texts = ["", ""];
  near.on("data", (chunk: Buffer) => (texts[0] += chunk.toString("latin1")));
  far.on("data", (chunk: Buffer) => (texts[1] += chunk.toString("latin1")));
  return { near, far, nearText: () => texts[0] ?? "", farText: () => texts[1] ?? "" };
}

describe("ImpairedStream", { timeout: 60_000 }, () => {
  it("keeps the order of what it delays", async () => {
    const { near, far, nearText, farText } = link({ seed: 3, delayMs: [0, 4] });
    for (const letter of "abcdefghij") {
      near.write(letter);
      far.write(letter.toUpperCase());
    }
    await expect.poll(() => [nearText(), farText()]).toEqual(["ABCDEFGHIJ", "abcdefghij"]);
  });

  it("holds what is cut, in one direction or both, until it heals", async () => {
    const { near, far, nearText, farText } = link({ seed: 1 });
    near.cut("out");
    near.write("lost?");
    far.write("heard");
    await expect.poll(nearText).toBe("heard");
    await pause(10);
    expect(farText()).toBe("");
    near.cut();
    far.write(", later");
    near.heal();
    await expect.poll(farText).toBe("lost?");
    await expect.poll(nearText).toBe("heard, later");
  });

  it("hides behind a cut that the other side has gone", async () => {
    const { near, far } = link({ seed: 1 });
    let isEnded = false;
    near.on("end", () => (isEnded = true));
    near.cut();
    far.destroy();
    await pause(10);
    expect(isEnded).toBe(false);
    near.heal();
    await expect.poll(() => isEnded).toBe(true);
  });

  it("flips the same bits for the same seed", async () => {
    const texts = await Promise.all(
      [7, 7, 8].map(async (seed) => {
        const { near, farText } = link({ seed, corruptShare: 0.05 });
        near.write("x".repeat(500));
        await expect.poll(() => farText().length).toBe(500);
        return farText();
      }),
    );
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe(texts[2]);
    const changed = [...(texts[0] ?? "")].filter((letter) => letter !== "x").length;
    expect(changed).toBeGreaterThan(5);
    expect(changed).toBeLessThan(75);
  });

  it("flips one bit when asked to, in one direction", async () => {
    const { near, far, nearText, farText } = link({ seed: 2 });
    near.flipOnce("in");
    near.write("same");
    far.write("changed");
    await expect.poll(farText).toBe("same");
    await expect.poll(() => nearText().length).toBe(7);
    const bits = [...Buffer.from(nearText(), "latin1")].map(
      (byte, at) => byte ^ "changed".charCodeAt(at),
    );
    const flipped = bits.filter((bit) => bit !== 0);
    expect(flipped).toHaveLength(1);
    expect(Math.log2(flipped[0] ?? 0) % 1).toBe(0);
  });

  it("stops its writer while much is held, and loses all with the connection", async () => {
    const { near, far, farText } = link({ seed: 1 });
    far.on("error", () => {});
    near.cut("out");
    let written = 0;
    while (written < 2 ** 22 && near.write(Buffer.alloc(65_536))) written += 65_536;
    await pause(5);
    expect(near.writableNeedDrain).toBe(true);
    near.lose();
    await pause(5);
    expect(farText()).toBe("");
    expect(near.destroyed).toBe(true);
  });
});
