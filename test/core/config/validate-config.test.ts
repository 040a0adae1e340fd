import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../core/config/config-error.ts";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import type { LoadedConfig } from "../../../core/config/load-config.ts";
import { createPluginHost } from "../../../core/plugin-host/load-registry.ts";
import type { ExtravirtError, Plugin, Provider } from "../../../core/index.ts";
import { expectProblem, failureOf, problemsOf } from "./expect-problem.ts";
import type { ExpectedProblem } from "./expect-problem.ts";
import { FAKE_PLUGIN, openFakeHost } from "./fake-providers.ts";

const BOOT = { use: "elf", file: "guest.elf" };
const DISK = { use: "virtio-block", backend: { use: "disk-file", path: "d.img" } };

function load(content: object): Promise<LoadedConfig> {
  return loadConfigObject(content, { cwd: "/here", openHost: openFakeHost });
}

const machine = (more: object): object => ({ machine: { boot: BOOT, ...more } });
const besides = (more: object): object => ({ machine: { boot: BOOT }, ...more });

/** Every kind of bad input: the config, and the one problem it must give. */
const BAD_CONFIGS: readonly [string, object, ExpectedProblem][] = [
  [
    "an unknown option at the top",
    besides({ checkpoints: "never" }),
    {
      code: "XV_ERR_CONFIG_UNKNOWN_OPTION",
      message: 'Did you mean "checkpoint"?',
      place: "config: checkpoints",
      value: '"never"',
      remedy: "one of",
    },
  ],
  [
    "a recording without a directory",
    besides({ recording: { snapshotEveryEpochs: 5 } }),
    {
      code: "XV_ERR_CONFIG_MISSING_OPTION",
      message: "recording.path is missing",
      place: "config: recording",
      value: "nothing",
      remedy: "Add `path`",
    },
  ],
  [
    "an unknown option of the machine",
    machine({ ramBytes: 4096 }),
    {
      code: "XV_ERR_CONFIG_UNKNOWN_OPTION",
      message: 'Did you mean "ram"?',
      place: "config: machine.ramBytes",
      value: "4096",
      remedy: "harts, ram",
    },
  ],
  [
    "an unknown option of a provider",
    besides({ checkpoint: { everyEpoch: 3 } }),
    {
      code: "XV_ERR_CONFIG_UNKNOWN_OPTION",
      message: 'Did you mean "everyEpochs"?',
      place: "config: checkpoint.everyEpoch",
      value: "3",
      remedy: "everyEpochs, mode",
    },
  ],
  [
    "options of a provider that do not go together",
    besides({ checkpoint: { mode: "safe", everyEpochs: 1001 } }),
    {
      code: "XV_ERR_CONFIG_OPTIONS_CONFLICT",
      message: "checkpoint.everyEpochs can't be 1001: the mode is safe.",
      place: "config: checkpoint.everyEpochs",
      value: "1001",
      remedy: "Write 1000 or less.",
    },
  ],
  [
    "an option of a provider that has none",
    besides({ voting: { use: "majority", fast: true } }),
    {
      code: "XV_ERR_CONFIG_UNKNOWN_OPTION",
      place: "config: voting.fast",
      value: "true",
      remedy: "there are no options here",
    },
  ],
  [
    "an unknown provider",
    besides({ recovery: { use: "third-replika" } }),
    {
      code: "XV_ERR_CONFIG_UNKNOWN_PROVIDER",
      message: 'Did you mean "third-replica"?',
      place: "config: recovery.use",
      value: "third-replika",
      remedy: "third-replica, failover, nested",
    },
  ],
  [
    "a value of the wrong type",
    besides({ checkpoint: { everyEpochs: "often" } }),
    {
      code: "XV_ERR_CONFIG_VALUE",
      place: "config: checkpoint.everyEpochs",
      value: '"often"',
      remedy: "an integer of at least 1",
    },
  ],
  [
    "a value out of range",
    machine({ devices: [{ ...DISK, queueSize: 5000 }] }),
    {
      code: "XV_ERR_CONFIG_VALUE",
      place: "config: machine.devices[0].queueSize",
      value: "5000",
      remedy: "an integer from 1 to 1024",
    },
  ],
  [
    "a value that is none of the choices",
    besides({ checkpoint: { mode: "sage" } }),
    {
      code: "XV_ERR_CONFIG_VALUE",
      message: 'Did you mean "safe"?',
      place: "config: checkpoint.mode",
      value: '"sage"',
      remedy: "one of fast, safe",
    },
  ],
  [
    "a missing slot",
    {},
    {
      code: "XV_ERR_CONFIG_MISSING_OPTION",
      place: "machine.boot",
      value: "nothing",
      remedy: "elf, sbi-linux",
    },
  ],
  [
    "a missing option of a provider",
    { machine: { boot: { use: "elf" } } },
    {
      code: "XV_ERR_CONFIG_MISSING_OPTION",
      place: "config: machine.boot.file",
      value: "nothing",
      remedy: "`file` (Program to load): text",
    },
  ],
  [
    "a slot that is no slot",
    besides({ images: ["debian"] }),
    {
      code: "XV_ERR_CONFIG_VALUE",
      place: "config: images",
      value: '["debian"]',
      remedy: "use: debian",
    },
  ],
  [
    "a device without a model",
    machine({ devices: [{ id: "disk" }] }),
    {
      code: "XV_ERR_CONFIG_MISSING_OPTION",
      place: "config: machine.devices[0]",
      value: "nothing",
      remedy: "virtio-block",
    },
  ],
  [
    "a problem inside a nested slot",
    machine({
      devices: [{ use: "virtio-block", backend: { use: "disk-file", file: "x", path: "y" } }],
    }),
    {
      code: "XV_ERR_CONFIG_UNKNOWN_OPTION",
      place: "config: machine.devices[0].backend.file",
      value: '"x"',
      remedy: "path, isReadOnly",
    },
  ],
];

describe("a config with a mistake", () => {
  it.each(BAD_CONFIGS)("explains %s", async (_, content, expected) => {
    const problems = await problemsOf(load(content));
    expect(problems.map(({ message }) => message)).toHaveLength(1);
    expectProblem(problems[0], expected);
  });
});

describe("a config with many mistakes", () => {
  it("reports all of them in one message, with places, values and remedies", async () => {
    const error = await failureOf(
      load({
        machine: { boot: { use: "elg" }, hart: 2, ram: "lots" },
        checkpoint: { everyEpochs: 0 },
        faults: [{ use: "register-bit-flip", replica: 0 }],
      }),
    );
    expect(error).toBeInstanceOf(ConfigError);
    const { code, message, problems } = error as ConfigError;
    expect(code).toBe("XV_ERR_CONFIG_INVALID");
    expect(problems).toHaveLength(7);
    expect(message).toContain("7 problems in config");
    for (const problem of problems as readonly ExtravirtError[]) {
      expect(message).toContain(problem.place);
      expect(message).toContain(problem.remedy);
      expect(message).toContain(problem.code);
    }
    for (const value of ['"lots"', "elg", "0"]) expect(message).toContain(value);
  });
});

describe("a config without mistakes", () => {
  it("names devices after their models, with the first free number", async () => {
    const { config } = await load(
      machine({ devices: [DISK, { use: "virtio-plain", id: "virtio-block0" }] }),
    );
    expect(config.machine.devices.map(({ id }) => id)).toEqual(["virtio-block1", "virtio-block0"]);
  });

  it("fills in defaults of slots inside slots", async () => {
    const { config } = await load(
      besides({
        recovery: { use: "nested", fallback: { use: "nested", fallback: "third-replica" } },
      }),
    );
    expect(config.recovery).toEqual({
      use: "nested",
      fallback: { use: "nested", fallback: { use: "third-replica" } },
    });
  });
});

describe("a plugin with a broken schema", () => {
  it("is named", async () => {
    const broken: Provider = {
      kind: "voting",
      name: "broken",
      summary: "x",
      schema: { type: "object", properties: { a: { type: "nmber" } }, additionalProperties: false },
    };
    const plugin: Plugin = { name: "p", apiVersion: 1, provide: (r) => r.register(broken) };
    const openHost = async (): Promise<ReturnType<typeof createPluginHost>> =>
      createPluginHost([FAKE_PLUGIN, plugin]);
    const failure = loadConfigObject(besides({ voting: "broken" }), { cwd: "/", openHost });
    expectProblem(await failureOf(failure), {
      code: "XV_ERR_PLUGIN_SCHEMA",
      place: "provider broken",
      value: "broken",
      remedy: "Correct the plugin",
    });
  });
});

describe("recording and incidents", () => {
  it("belong to the directory of the file that names them", async () => {
    const { config } = await load(besides({ recording: { path: "rec" }, incidents: "inc" }));
    expect(config.recording).toEqual({ path: "/here/rec", snapshotEveryEpochs: 200 });
    expect(config.incidents).toBe("/here/inc");
  });

  it("are absent without a word about them, and with null", async () => {
    const { config } = await load(besides({ incidents: null, recording: null }));
    expect(config).not.toHaveProperty("incidents");
    expect(config).not.toHaveProperty("recording");
  });
});
