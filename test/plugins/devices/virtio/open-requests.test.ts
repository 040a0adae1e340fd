import { describe, expect, it } from "vitest";
import { BinaryStateReader, BinaryStateWriter } from "../../../../core/machine/state-codec.ts";
import { OpenRequests } from "../../../../plugins/devices/virtio/open-requests.ts";

const request = (head: number) => ({
  head,
  writable: [
    { offset: 64 * head, length: 512 },
    { offset: 2 ** 33, length: 1 },
  ],
  answerBytes: 512,
  heldBytes: 100 * head,
});

describe("OpenRequests", () => {
  it("gives each request out once, by the tag it got", () => {
    const open = new OpenRequests();
    expect([open.add(request(5)), open.add(request(6))]).toEqual([0, 1]);
    expect(open.take(1)).toEqual(request(6));
    expect(open.take(1)).toBeUndefined();
    expect(open.heldBytes).toBe(500);
    expect(open.take(0)).toEqual(request(5));
    expect(open.heldBytes).toBe(0);
  });

  it("forgets requests at a reset, and does not use their tags again", () => {
    const open = new OpenRequests();
    open.add(request(1));
    open.reset();
    expect(open.take(0)).toBeUndefined();
    expect(open.heldBytes).toBe(0);
    expect(open.add(request(2))).toBe(1);
  });

  it("goes on after a restore with the same requests and tags", () => {
    const open = new OpenRequests();
    for (const head of [1, 2, 3]) open.add(request(head));
    open.take(1);
    const writer = new BinaryStateWriter();
    open.save(writer);
    const restored = new OpenRequests();
    restored.add(request(9));
    const reader = new BinaryStateReader(writer.finish());
    restored.restore(reader);
    reader.end();
    expect(restored.heldBytes).toBe(400);
    expect([0, 1, 2].map((tag) => restored.take(tag))).toEqual([request(1), undefined, request(3)]);
    expect(restored.add(request(4))).toBe(3);
  });
});
