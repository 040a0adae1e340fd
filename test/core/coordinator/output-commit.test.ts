import { describe, expect, it } from "vitest";
import { checksumOf } from "../../../core/boundary/checksum.ts";
import { isForeign } from "../../../core/coordinator/foreign-errors.ts";
import { OutputCommit } from "../../../core/coordinator/output-commit.ts";
import type { Backend, BackendContext } from "../../../core/index.ts";
import { createLogger } from "../../../core/logger.ts";
import type { DevicePlan } from "../../../core/machine/machine-plan.ts";
import { createRegistry } from "../../../core/plugin-host/create-registry.ts";

interface Opened {
  readonly commit: OutputCommit;
  readonly events: string[];
  readonly contexts: Map<string, BackendContext>;
}

const device = (id: string, use?: string, options: object = {}): DevicePlan => ({
  id,
  use: "model",
  options: {},
  place: { base: 0, bytes: 16, interrupt: 0 },
  ...(use === undefined ? {} : { backend: { use, ...options } }),
});

async function open(
  devices: readonly DevicePlan[],
  events: string[] = [],
  mayLeave?: () => boolean,
): Promise<Opened> {
  const contexts = new Map<string, BackendContext>();
  const backend: Backend = {
    kind: "backend",
    name: "recorder",
    summary: "Remembers what reaches it",
    serves: "console",
    schema: { type: "object", additionalProperties: false, properties: {} },
    open(options, context) {
      const { deviceId } = context;
      if (options["isBroken"] === true) throw new Error("cannot open");
      contexts.set(deviceId, context);
      return Promise.resolve({
        facts: { size: options["size"] },
        isInteractive: options["isInteractive"] === true,
        start: () => void events.push(`start ${deviceId}`),
        ...(options["isFragile"] === true && {
          inputsTaken: () => {
            throw new Error("cannot go on");
          },
        }),
        output: (bytes) => {
          events.push(`${deviceId}: ${Buffer.from(bytes).toString()}`);
          if (bytes[0] === 0x3f) context.input(Buffer.from("!"));
        },
        close: () => {
          events.push(`close ${deviceId}`);
          return Promise.resolve();
        },
      });
    },
  };
  const registry = createRegistry();
  registry.register(backend);
  const commit = await OutputCommit.open(
    devices,
    registry,
    createLogger("silent"),
    () => void events.push("input"),
    () => void events.push("stop"),
    mayLeave,
  );
  return { commit, events, contexts };
}

const output = (channel: string, text: string) => ({ channel, bytes: Buffer.from(text) });
const two = [device("uart0", "recorder", { size: 1 }), device("rtc"), device("blk0", "recorder")];

describe("OutputCommit", () => {
  it("opens the backends of those devices that have one, with their options", async () => {
    const { commit } = await open(two);
    expect(commit.facts).toEqual({ uart0: { size: 1 }, blk0: { size: undefined } });
  });

  it("lets backends ask whether outputs may leave still", async () => {
    const free = await open(two);
    expect(free.contexts.get("uart0")?.mayLeave()).toBe(true);
    let isOpen = true;
    const gated = await open(two, [], () => isOpen);
    expect(gated.contexts.get("uart0")?.mayLeave()).toBe(true);
    isOpen = false;
    expect(gated.contexts.get("uart0")?.mayLeave()).toBe(false);
  });

  it("releases outputs in guest order, each to its own backend, and counts them", async () => {
    const { commit, events } = await open(two);
    commit.start();
    commit.commit([output("uart0", "ab"), output("blk0", "xyz"), output("uart0", "c")]);
    await commit.close();
    expect(events).toEqual([
      "start uart0",
      "start blk0",
      "uart0: ab",
      "blk0: xyz",
      "uart0: c",
      "close uart0",
      "close blk0",
    ]);
    expect([commit.outputs, commit.bytes]).toEqual([3, 6]);
  });

  it("has a digest of what left on each channel, however it was cut", async () => {
    const digestOf = async (...outputs: ReturnType<typeof output>[]): Promise<string> => {
      const { commit } = await open(two);
      commit.commit(outputs);
      return commit.digest;
    };
    const whole = await digestOf(output("uart0", "abc"), output("blk0", "x"));
    const cut = [output("uart0", "ab"), output("blk0", "x"), output("uart0", "c")];
    expect(await digestOf(...cut)).toBe(whole);
    expect(await digestOf(output("uart0", "abd"), output("blk0", "x"))).not.toBe(whole);
    expect(await digestOf(output("blk0", "abc"), output("uart0", "x"))).not.toBe(whole);
    expect(whole).toMatch(/^[0-9a-f]{64}$/);
  });

  it("hands inputs over once, in order of arrival, as they were when they came", async () => {
    const { commit, events, contexts } = await open(two);
    const bytes = Uint8Array.of(1, 2);
    contexts.get("blk0")?.input(bytes);
    contexts.get("uart0")?.input(Uint8Array.of(3));
    bytes.fill(9);
    expect([commit.hasInputs, events]).toEqual([true, ["input", "input"]]);
    expect(commit.takeInputs()).toEqual([
      { channel: "blk0", bytes: Uint8Array.of(1, 2) },
      { channel: "uart0", bytes: Uint8Array.of(3) },
    ]);
    expect([commit.hasInputs, commit.takeInputs()]).toEqual([false, []]);
  });

  it("knows an error of a backend that is told of it as foreign", async () => {
    const { commit, contexts } = await open([device("uart0", "recorder", { isFragile: true })]);
    contexts.get("uart0")?.input(Uint8Array.of(1));
    let caught: unknown;
    try {
      commit.takeInputs();
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ message: "cannot go on" });
    expect(isForeign(caught)).toBe(true);
  });

  it("has the answer to a request before the commit returns", async () => {
    const { commit } = await open(two);
    commit.commit([output("blk0", "?")]);
    expect(commit.takeInputs().map((input) => input.channel)).toEqual(["blk0"]);
  });

  it("is interactive when one of its backends is", async () => {
    expect((await open(two)).commit.isInteractive).toBe(false);
    const terminal = device("uart1", "recorder", { isInteractive: true });
    expect((await open([...two, terminal])).commit.isInteractive).toBe(true);
  });

  it("passes a user's wish to leave on", async () => {
    const { events, contexts } = await open(two);
    contexts.get("uart0")?.requestStop();
    expect(events).toEqual(["stop"]);
  });

  it("closes what it opened when one backend cannot be opened", async () => {
    const events: string[] = [];
    const broken = device("blk1", "recorder", { isBroken: true });
    await expect(open([...two, broken], events)).rejects.toThrow("cannot open");
    expect(events).toEqual(["close uart0", "close blk0"]);
  });

  it("names a backend that does not exist", async () => {
    await expect(open([device("uart0", "recoder")])).rejects.toMatchObject({
      code: "XV_ERR_CONFIG_UNKNOWN_PROVIDER",
      value: "recoder",
    });
  });

  it("hands over nothing that has another checksum than where it came from", async () => {
    const { commit, events } = await open([device("a", "recorder")]);
    const checksum = checksumOf("a", Buffer.from("good"));
    commit.commit([{ channel: "a", bytes: Buffer.from("good"), checksum }]);
    expect(() => commit.commit([{ channel: "a", bytes: Buffer.from("bad!"), checksum }])).toThrow(
      expect.objectContaining({ code: "XV_ERR_BOUNDARY_OUTPUT", place: "device a" }),
    );
    expect(events).toEqual(["a: good"]);
  });
});
