import { describe, expect, it } from "vitest";
import {
  LearningSwitch,
  type SwitchPort,
  switchNamed,
} from "../../../../plugins/backends/network/learning-switch.ts";

interface Member {
  readonly port: SwitchPort;
  readonly received: string[];
}

const BROADCAST = "ffffffffffff";
const addressOf = (number: number): string => `02000000000${number}`;
const frame = (to: string, from: string): Buffer => Buffer.from(`${to}${from}0800`, "hex");

function attach(lan: LearningSwitch, isActive = false): Member {
  const received: string[] = [];
  const receive = (bytes: Uint8Array): void =>
    void received.push(Buffer.from(bytes).toString("hex"));
  return { port: lan.attach({ isActive, receive }), received };
}

function three(): [LearningSwitch, Member, Member, Member] {
  const lan = new LearningSwitch();
  return [lan, attach(lan), attach(lan), attach(lan)];
}

describe("switch", () => {
  it("floods groups and unknown addresses, never back to the sender", () => {
    const [, a, b, c] = three();
    a.port.send(frame(BROADCAST, addressOf(1)));
    a.port.send(frame(addressOf(2), addressOf(1)));
    expect([a, b, c].map(({ received }) => received.length)).toEqual([0, 2, 2]);
  });

  it("sends only where an address was last seen", () => {
    const [, a, b, c] = three();
    b.port.send(frame(BROADCAST, addressOf(2)));
    a.port.send(frame(addressOf(2), addressOf(1)));
    expect([a, b, c].map(({ received }) => received.length)).toEqual([1, 1, 1]);
    c.port.send(frame(BROADCAST, addressOf(2)));
    a.port.send(frame(addressOf(2), addressOf(1)));
    expect(c.received).toHaveLength(2);
  });

  it("passes what members send while they receive after what came before it", () => {
    const lan = new LearningSwitch();
    const answering: SwitchPort = lan.attach({
      isActive: false,
      receive: () => answering.send(frame(BROADCAST, addressOf(2))),
    });
    const a = attach(lan);
    const b = attach(lan);
    a.port.send(frame(BROADCAST, addressOf(1)));
    expect(b.received).toEqual([
      frame(BROADCAST, addressOf(1)).toString("hex"),
      frame(BROADCAST, addressOf(2)).toString("hex"),
    ]);
    expect(a.received).toHaveLength(1);
  });

  it("forgets a member that has left, and drops what it still sends or what is no frame", () => {
    const [, a, b, c] = three();
    b.port.send(frame(BROADCAST, addressOf(2)));
    b.port.detach();
    b.port.send(frame(BROADCAST, addressOf(2)));
    a.port.send(frame(addressOf(2), addressOf(1)));
    a.port.send(Buffer.alloc(11));
    expect([a, b, c].map(({ received }) => received.length)).toEqual([1, 0, 2]);
  });

  it("remembers a bounded number of addresses", () => {
    const [, a, b, c] = three();
    a.port.send(frame(BROADCAST, addressOf(1)));
    for (let number = 0; number < 4096; number++) {
      b.port.send(frame(addressOf(1), `06${number.toString(16).padStart(10, "0")}`));
    }
    b.port.send(frame(addressOf(1), addressOf(2)));
    expect(a.received).toHaveLength(4097);
    // The oldest address made room, so its frames are flooded.
    expect(c.received).toHaveLength(2 + 1);
  });

  it("knows whether somebody else may speak first", () => {
    const lan = new LearningSwitch();
    const me = { isActive: true, receive: () => {} };
    lan.attach(me);
    attach(lan);
    expect(lan.hasActiveBeside(me)).toBe(false);
    const other = attach(lan, true);
    expect(lan.hasActiveBeside(me)).toBe(true);
    other.port.detach();
    expect(lan.hasActiveBeside(me)).toBe(false);
  });

  it("is the same for all who ask by its name", () => {
    expect(switchNamed("test-a")).toBe(switchNamed("test-a"));
    expect(switchNamed("test-a")).not.toBe(switchNamed("test-b"));
  });
});
