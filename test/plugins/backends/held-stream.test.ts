import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { HeldStream, mayLeaveSoon } from "../../../plugins/backends/held-stream.ts";

const PATIENCE = { timeout: 20_000 };

/** A stream whose reader takes a piece when a test has it do so, and a permission that a test gives. */
function subject() {
  const taken: string[] = [];
  let take: (() => void) | undefined;
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      taken.push(chunk.toString());
      take = done;
    },
  });
  const permission = { isGiven: true, mayLeave: (): boolean => permission.isGiven };
  const held = new HeldStream(stream, permission);
  const write = (text: string): void => held.write(Buffer.from(text));
  const next = (): void => {
    const done = take;
    take = undefined;
    done?.();
  };
  return { stream, taken, permission, held, write, next };
}

const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

describe("HeldStream", { timeout: 60_000 }, () => {
  it("hands on one piece at a time, in order", async () => {
    const { taken, held, write, next, stream } = subject();
    for (const text of ["a", "b", "c"]) write(text);
    expect([taken, held.unsentBytes, stream.writableLength]).toEqual([["a"], 3, 1]);
    next();
    await expect.poll(() => taken, PATIENCE).toEqual(["a", "b"]);
    next();
    await expect.poll(() => taken, PATIENCE).toEqual(["a", "b", "c"]);
    next();
    await held.sent(() => true);
    expect(held.unsentBytes).toBe(0);
  });

  it("keeps back what may not leave any more when its reader takes it, and asks for each piece", async () => {
    const { taken, permission, write, next } = subject();
    for (const text of ["a", "b", "c"]) write(text);
    permission.isGiven = false;
    next();
    await turns();
    expect(taken).toEqual(["a"]);
    permission.isGiven = true;
    await expect.poll(() => taken, PATIENCE).toEqual(["a", "b"]);
    permission.isGiven = false;
    next();
    await turns();
    expect(taken).toEqual(["a", "b"]);
  });

  it("waits at the end for a slow reader, not for a permission that does not come", async () => {
    const { taken, permission, held, write, next } = subject();
    for (const text of ["a", "b"]) write(text);
    let isSent = false;
    const sent = held.sent(() => true).then(() => (isSent = true));
    await turns();
    expect(isSent).toBe(false);
    permission.isGiven = false;
    next();
    await sent;
    expect([taken, held.unsentBytes]).toEqual([["a"], 1]);
    held.drop();
    permission.isGiven = true;
    await turns();
    expect([taken, held.unsentBytes]).toEqual([["a"], 0]);
  });

  it("forgets what is held once nobody takes it", async () => {
    const { stream, held, write } = subject();
    for (const text of ["a", "b"]) write(text);
    stream.destroy();
    await held.sent(() => true);
    write("c");
    expect(held.unsentBytes).toBe(stream.writableLength);
  });
});

describe("mayLeaveSoon", () => {
  it("waits some time for the permission", async () => {
    let looks = 0;
    expect(await mayLeaveSoon({ mayLeave: () => ++looks > 2 })).toBe(true);
    expect(looks).toBe(3);
    expect(await mayLeaveSoon({ mayLeave: () => false })).toBe(false);
  });
});
