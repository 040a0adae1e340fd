import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { checksumOf } from "../../../core/boundary/checksum.ts";
import { MemoryDiffers } from "../../../core/boundary/compared-memory.ts";
import { DeviceHost } from "../../../core/boundary/device-host.ts";
import { decodeReply, type DeviceEffect } from "../../../core/boundary/device-reply.ts";
import {
  DEVICES_CHANNEL,
  encodeRequest,
  type DeviceEvent,
} from "../../../core/boundary/device-request.ts";
import type { Ballot, DeviceModel, Input } from "../../../core/index.ts";
import { ballotOf } from "../coordinator/scripted-replicas.ts";
import { TestDevice, testModel } from "./test-device.ts";

const BASE = 0x1000;
const ORIGIN = { steps: 0, tick: 0 };

interface Hosted {
  readonly host: DeviceHost;
  readonly device: TestDevice;
  /** Memory of two replicas. */
  readonly of: readonly [Uint8Array, Uint8Array];
  readonly repaired: string[];
}

function hosted(isSealed = true): Hosted {
  const of = [new Uint8Array(4096), new Uint8Array(4096)] as const;
  for (const memory of of) memory.set([9, 8, 7, 6], 4);
  const repaired: string[] = [];
  const made: TestDevice[] = [];
  const model: DeviceModel = {
    ...testModel,
    create: (_options, context) => {
      const device = new TestDevice(context);
      made.push(device);
      return device;
    },
  };
  const host = new DeviceHost({
    devices: [{ id: "d", model, options: {}, place: { base: BASE, bytes: 16, interrupt: 1 } }],
    facts: {},
    stepsPerTick: 10,
    startNanoseconds: 0n,
    ramBase: 0,
    ramBytes: 4096,
    pages: { replicas: [0, 1], page: (replica) => of[replica] as Uint8Array },
    isSealed,
    onRepair: (id) => repaired.push(id),
  });
  return { host, device: made[0] as TestDevice, of, repaired };
}

function asking(...events: readonly Partial<DeviceEvent>[]): Ballot {
  const full = events.map((event) => ({
    kind: "write" as const,
    size: 4,
    device: 0,
    value: 0,
    address: BASE,
    step: 95,
    ...event,
  }));
  const outputs = [{ channel: DEVICES_CHANNEL, bytes: encodeRequest(full) }];
  return { ...ballotOf(0), steps: 96, tick: 1009, outputs };
}

const input = (text: string): Input & { readonly checksum: number } => {
  const bytes = Buffer.from(text);
  return { channel: "d", bytes, checksum: checksumOf("d", bytes) };
};

function reply({ host }: Hosted, ...inputs: readonly ReturnType<typeof input>[]): DeviceEffect[] {
  const entering = host.enter(inputs, { steps: 96, tick: 1009 });
  return entering.flatMap(({ bytes }) => decodeReply(bytes) ?? []);
}

const textsOf = ({ host }: Hosted): string[] =>
  host.takeOutputs().map(({ bytes }) => Buffer.from(bytes).toString());

describe("devices below", () => {
  it("answer reads in order, each once", () => {
    const below = hosted();
    reply(below, input("ab"));
    below.host.exchange(asking({ kind: "read" }, { kind: "read", address: BASE + 4 }));
    expect(below.host.hasReply).toBe(true);
    expect(reply(below)).toEqual([
      { kind: "answer", value: 98 },
      { kind: "answer", value: 2 },
    ]);
    expect(below.host.hasReply).toBe(false);
    expect(below.host.enter([], ORIGIN)).toEqual([]);
  });

  it("reply to a write that has no effect, too: the replica waits for it", () => {
    const below = hosted();
    below.host.exchange(asking({ value: 65 }));
    expect(textsOf(below)).toEqual(["A"]);
    expect(below.host.enter([], ORIGIN)).toHaveLength(1);
  });

  it("read memory that all replicas have, and give what they write with its checksum", () => {
    const below = hosted();
    below.host.exchange(asking({ address: BASE + 4, value: 4 }));
    const bytes = Uint8Array.of(9, 8, 7, 6);
    expect(reply(below)).toEqual([
      { kind: "memory", offset: 16, bytes, checksum: crc32(bytes) },
      { kind: "line", device: 0, isHigh: true },
    ]);
  });

  it("do nothing of an exchange in which replicas differ, and all of it when they do not", () => {
    const below = hosted();
    const request = asking(
      { value: 65 },
      { address: BASE + 8, value: 5 },
      { kind: "read" },
      { address: BASE + 4, value: 4 },
    );
    below.host.exchange(asking({ value: 64 }));
    below.of[1][5] = 1;
    expect(() => below.host.exchange(request)).toThrow(MemoryDiffers);
    expect(below.device.count).toBe(0);
    below.of[1][5] = 8;
    below.host.exchange(request);
    expect(textsOf(below)).toEqual(["@A"]);
    expect(reply(below).map(({ kind }) => kind)).toEqual(["answer", "memory", "line", "alarm"]);
  });

  it("see the time of each access, and are called when it is time", () => {
    const below = hosted();
    // The clock stood at 1009 ticks at step 96: at step 85 it was one tick less.
    below.host.exchange(asking({ step: 85, address: BASE + 8, value: 5 }));
    expect(reply(below)).toEqual([{ kind: "alarm", tick: 1013 }]);
    below.host.exchange({ ...asking({ kind: "alarm", step: 130 }), steps: 130, tick: 1013 });
    expect(textsOf(below)).toEqual(["! at 1013"]);
  });

  it("give firmware what was received, and take what it sends", () => {
    const below = hosted();
    reply(below, input("xyz"));
    below.host.exchange(
      asking({ kind: "console-read", value: 2 }, { kind: "console-write", value: 33 }),
    );
    const bytes = Buffer.from("xy");
    expect(reply(below)).toEqual([
      { kind: "console", bytes: new Uint8Array(bytes), checksum: crc32(bytes) },
    ]);
    expect(textsOf(below)).toEqual(["!"]);
  });

  it("stop the machine by a reply", () => {
    const below = hosted();
    below.host.exchange(asking({ address: BASE + 12, value: 3 }));
    expect(reply(below)).toEqual([{ kind: "stop", reason: "guest-failure", exitCode: 3 }]);
  });

  it("whose state was changed from outside go on as if it had not", () => {
    const below = hosted();
    reply(below, input("ab"));
    below.device.received = [7];
    below.host.exchange(asking({ kind: "read" }));
    expect(below.repaired).toEqual(["d"]);
    expect(below.host.report).toMatchObject({ exchanges: 1, events: 1, repairs: 1 });
    expect(reply(below)).toEqual([{ kind: "answer", value: 98 }]);
  });

  it("show faults each value of their state", () => {
    const below = hosted(false);
    reply(below, input("ab"));
    const [line, received, count] = below.host.cells();
    expect(line?.bits).toBe(1);
    expect([received?.bits, count?.bits]).toEqual([16, 32]);
    expect(count?.flip(4, 1)).toBe("2 -> 18");
    received?.flip(8, 1);
    expect([below.device.count, below.device.received]).toEqual([18, [97, 99]]);
  });

  it("without a seal err", () => {
    const below = hosted(false);
    reply(below, input("ab"));
    below.device.received = [7];
    below.host.exchange(asking({ kind: "read" }));
    expect(reply(below)).toEqual([{ kind: "answer", value: 7 }]);
  });

  it("take no input and no request that is not what it was", () => {
    const { host } = hosted();
    for (const change of [{ bytes: Buffer.from("aB") }, { channel: "e" }]) {
      expect(() => host.enter([{ ...input("ab"), ...change }], ORIGIN)).toThrow(
        expect.objectContaining({ code: "XV_ERR_BOUNDARY_INPUT" }),
      );
    }
    const ballot = asking({ value: 65 });
    const bytes = ballot.outputs[0]?.bytes ?? new Uint8Array();
    bytes[4] = 66;
    expect(() => host.exchange(ballot)).toThrow(
      expect.objectContaining({ code: "XV_ERR_BOUNDARY_REQUEST" }),
    );
    expect(host.takeOutputs()).toEqual([]);
  });

  it("are counted in bytes of state", () => {
    const { host } = hosted();
    const [before] = host.stateBytes;
    host.enter([input("12345")], ORIGIN);
    const [after] = host.stateBytes;
    expect(after).toEqual({ id: "d", bytes: (before?.bytes ?? 0) + 5 });
  });
});
