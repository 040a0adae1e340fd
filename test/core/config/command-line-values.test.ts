import { describe, expect, it } from "vitest";
import {
  addItems,
  applyOverride,
  parseFault,
  parseTrace,
  parseValue,
} from "../../../core/config/command-line-values.ts";
import { placeOf, sourced, toPlain } from "../../../core/config/sourced-value.ts";
import { expectProblem, failureOf } from "./expect-problem.ts";

const origin = { label: "a.yaml", directory: "/x" };

describe("parseValue", () => {
  it.each([
    ["2", 2],
    ["-1.5", -1.5],
    ["0x80200000", 0x8020_0000],
    ["1_000_000", 1_000_000],
    ["true", true],
    ["null", null],
    ["x5", "x5"],
    ["256 MiB", "256 MiB"],
    ['"5"', "5"],
    ['{"use":"never"}', { use: "never" }],
    ["", ""],
  ])("reads %j as %j", (text, value) => {
    expect(parseValue(text)).toEqual(value);
  });
});

describe("--set", () => {
  const set = (data: object, text: string): unknown =>
    toPlain(applyOverride(sourced(data, origin), text, "/cwd"));

  it("changes and adds options", () => {
    expect(set({ machine: { harts: 1 } }, "machine.harts=2")).toEqual({ machine: { harts: 2 } });
    expect(set({}, "limits.steps=5")).toEqual({ limits: { steps: 5 } });
    expect(set({}, "a.b=x=y")).toEqual({ a: { b: "x=y" } });
  });

  it("reaches items of lists, in either spelling", () => {
    const data = { machine: { devices: [{ use: "a", id: "x" }] } };
    const changed = { machine: { devices: [{ use: "a", id: "y" }] } };
    expect(set(data, "machine.devices.0.id=y")).toEqual(changed);
    expect(set(data, "machine.devices[0].id=y")).toEqual(changed);
  });

  it("replaces a slot whole when its provider changes", () => {
    const data = { checkpoint: { use: "periodic", everyEpochs: 3 } };
    expect(set(data, "checkpoint=never")).toEqual({ checkpoint: "never" });
    expect(set(data, "checkpoint.use=never")).toEqual({ checkpoint: { use: "never" } });
    expect(set(data, "checkpoint.use=periodic")).toEqual(data);
    expect(set(data, "checkpoint.everyEpochs=4")).toEqual({
      checkpoint: { use: "periodic", everyEpochs: 4 },
    });
    expect(set({ checkpoint: "periodic" }, "checkpoint.everyEpochs=4")).toEqual({
      checkpoint: { use: "periodic", everyEpochs: 4 },
    });
  });

  it("takes an option out with null", () => {
    expect(set({ images: { use: "debian" } }, "images=null")).toEqual({});
  });

  it("takes null after use for the provider of that name", () => {
    const data = { console: { use: "terminal", escape: "Ctrl-A" } };
    expect(set(data, "console.use=null")).toEqual({ console: { use: "null" } });
    expect(set(data, "console=null")).toEqual({});
  });

  it("is named in messages about its value", () => {
    const root = applyOverride(sourced({}, origin), "machine.harts=x", "/cwd");
    expect(placeOf(root, ["machine", "harts"])).toBe("--set machine.harts=x: machine.harts");
  });

  it.each(["machine.harts", "=2", "a..b=1", ".a=1"])("refuses %j", async (text) => {
    expectProblem(await failureOf(() => set({}, text)), {
      code: "XV_ERR_CLI_OVERRIDE",
      place: "--set",
      value: text,
      remedy: "machine.harts=2",
    });
  });

  it("refuses an item that is not there", async () => {
    expectProblem(await failureOf(() => set({ list: [1] }, "list.7=1")), {
      code: "XV_ERR_CLI_OVERRIDE",
      place: "--set list.7=1",
      value: "7",
      remedy: "from 0 to 0",
    });
  });
});

describe("--fault", () => {
  it("reads a model and its options", () => {
    const text = "register-bit-flip:replica=1,at=1000000,register=x5,bit=3";
    expect(toPlain(parseFault(text, "/cwd"))).toEqual({
      use: "register-bit-flip",
      replica: 1,
      at: 1_000_000,
      register: "x5",
      bit: 3,
    });
    expect(toPlain(parseFault("worker-crash", "/cwd"))).toEqual({ use: "worker-crash" });
  });

  it("reads lists and maps, as JSON or option by option", () => {
    for (const text of [
      "a:replica=[0,1],repeat.times=3,repeat.everySteps=1_000,bit=2",
      'a:replica=[0,1],repeat={"times":3,"everySteps":1000},bit=2',
    ]) {
      expect(toPlain(parseFault(text, "/cwd"))).toEqual({
        use: "a",
        replica: [0, 1],
        repeat: { times: 3, everySteps: 1000 },
        bit: 2,
      });
    }
  });

  it.each(["", ":replica=1", "worker-crash:replica", "worker-crash:=1", "a b:c=1"])(
    "refuses %j",
    async (text) => {
      expectProblem(await failureOf(() => parseFault(text, "/cwd")), {
        code: "XV_ERR_CLI_FAULT_SPEC",
        place: "--fault",
        value: text,
        remedy: "register-bit-flip:replica=1,at=1000000,register=x5,bit=3",
      });
    },
  );

  it("adds to the faults of the config", () => {
    const root = sourced({ faults: [{ use: "a" }] }, origin);
    const fault = parseFault("b:at=1", "/cwd");
    expect(toPlain(addItems(root, "faults", [fault]))).toEqual({
      faults: [{ use: "a" }, { use: "b", at: 1 }],
    });
    expect(addItems(root, "faults", [])).toBe(root);
  });
});

describe("parseTrace", () => {
  it("reads a window of steps, with and without a file", () => {
    expect(toPlain(parseTrace("1000-2_000", "/cwd"))).toEqual({
      use: "trace",
      from: 1000,
      to: 2000,
    });
    expect(toPlain(parseTrace("0-1:a:b.txt", "/cwd"))).toMatchObject({ to: 1, file: "a:b.txt" });
  });

  it.each(["", "1000", "1000-", "a-b", "1000-2000:"])("refuses %j", async (text) => {
    expectProblem(await failureOf(() => parseTrace(text, "/cwd")), {
      code: "XV_ERR_CLI_TRACE",
      place: "--trace",
      value: text,
      remedy: "--trace 1000-2000",
    });
  });

  it("adds an instrument to those of the config", () => {
    const root = sourced({ instrumentation: ["instruction-mix"] }, { label: "a", directory: "/" });
    expect(toPlain(addItems(root, "instrumentation", [parseTrace("1-2", "/cwd")]))).toEqual({
      instrumentation: ["instruction-mix", { use: "trace", from: 1, to: 2 }],
    });
  });
});
