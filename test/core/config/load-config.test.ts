import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig, loadConfigObject } from "../../../core/config/load-config.ts";
import type { LoadedConfig, LoadOptions } from "../../../core/config/load-config.ts";
import { loadPluginHost } from "../../../core/plugin-host/load-registry.ts";
import { expectProblem, failureOf, problemsOf } from "./expect-problem.ts";
import { openFakeHost } from "./fake-providers.ts";
import { temporaryFiles } from "./temporary-files.ts";

const MINIMAL = "machine: { boot: { use: elf, file: guest.elf } }\n";

function load(
  file: string | undefined,
  cwd: string,
  more: LoadOptions = {},
): Promise<LoadedConfig> {
  return loadConfig(file, { cwd, openHost: openFakeHost, ...more });
}

describe("loadConfig", () => {
  it("fills in every default of a minimal config", async () => {
    const cwd = await temporaryFiles({ "a.yaml": MINIMAL });
    const { config, label } = await load("a.yaml", cwd);
    expect(label).toBe("a.yaml");
    expect(config).toEqual({
      plugins: [],
      machine: {
        platform: { use: "riscv-virt" },
        harts: 1,
        ramBytes: 128 * 2 ** 20,
        boot: { use: "elf", file: join(cwd, "guest.elf") },
        devices: [],
        clock: { stepsPerTick: 100, startTime: "host" },
      },
      console: { use: "terminal" },
      replication: { use: "pair", epochSteps: 1_000_000 },
      memorySharing: { use: "merge-verified" },
      checkpoint: { use: "periodic", everyEpochs: 100, mode: "fast" },
      voting: { use: "majority" },
      recovery: { use: "third-replica" },
      placement: { use: "worker-threads" },
      coreDiagnosis: { use: "replay" },
      boundary: { use: "devices-inside" },
      managerProtection: { use: "sealed" },
      faultArrivals: [],
      faults: [],
      instrumentation: [],
      profile: false,
      log: { level: "warn" },
      limits: { steps: 0 },
    });
  });

  it("returns frozen plain data that can be posted to a worker", async () => {
    const cwd = await temporaryFiles({ "a.yaml": MINIMAL });
    const { config } = await load("a.yaml", cwd);
    expect(structuredClone(config)).toEqual(config);
    expect(Object.isFrozen(config.machine.clock)).toBe(true);
    expect(Object.isFrozen(config.faults)).toBe(true);
  });

  it.each([
    ["a.json", '{ "machine": { "boot": { "use": "elf", "file": "guest.elf" } } }'],
    ["a.yml", MINIMAL],
    ["a.ts", 'export default { machine: { boot: { use: "elf" as const, file: "guest.elf" } } };'],
    ["a.mjs", 'export default { machine: { boot: { use: "elf", file: "guest.elf" } } };'],
  ])("reads %s", async (name, content) => {
    const cwd = await temporaryFiles({ [name]: content });
    const { config } = await load(name, cwd);
    expect(config.machine.boot).toEqual({ use: "elf", file: join(cwd, "guest.elf") });
  });

  it("finds a config when none is named", async () => {
    const cwd = await temporaryFiles({ "extravirt.yaml": MINIMAL });
    expect((await load(undefined, cwd)).label).toBe("extravirt.yaml");
  });

  it("says which names it looked for when there is none", async () => {
    const cwd = await temporaryFiles({});
    expectProblem(await failureOf(load(undefined, cwd)), {
      code: "XV_ERR_CONFIG_NOT_FOUND",
      place: cwd,
      value: "extravirt.yaml",
      remedy: "extravirt run configs/quick-start.yaml",
    });
  });

  it("resolves a path relative to the file that names it, also through extends", async () => {
    const cwd = await temporaryFiles({
      "base/base.yaml": "machine: { boot: { use: sbi-linux, kernel: Image, modules: [a, /b] } }\n",
      "mine/a.yaml": [
        "extends: ../base/base.yaml",
        "machine:",
        "  boot: { modules: [c] }",
        "  devices:",
        "    - { use: virtio-block, backend: { use: disk-file, path: disk.img } }",
      ].join("\n"),
    });
    const { config } = await load("mine/a.yaml", cwd);
    expect(config.machine.boot).toEqual({
      use: "sbi-linux",
      kernel: join(cwd, "base/Image"),
      modules: [join(cwd, "mine/c")],
      arguments: "console=hvc0",
    });
    expect(config.machine.devices[0]?.backend).toEqual({
      use: "disk-file",
      path: join(cwd, "mine/disk.img"),
      isReadOnly: false,
    });
  });

  it("resolves paths of the command line relative to the current directory", async () => {
    const cwd = await temporaryFiles({ "sub/a.yaml": MINIMAL });
    const { config } = await load("sub/a.yaml", cwd, {
      overrides: ["machine.boot.file=other.elf"],
    });
    expect(config.machine.boot["file"]).toBe(join(cwd, "other.elf"));
  });

  it("layers several configs, later over earlier, the file itself on top", async () => {
    const cwd = await temporaryFiles({
      "a.yaml": `${MINIMAL}checkpoint: { use: periodic, everyEpochs: 1, mode: safe }\n`,
      "b.yaml": "checkpoint: { everyEpochs: 2 }\nlimits: { steps: 9 }\n",
      "c.yaml": "extends: [a.yaml, ./b.yaml]\nlimits: { steps: 10 }\n",
    });
    const { config } = await load("c.yaml", cwd);
    expect(config.checkpoint).toEqual({ use: "periodic", everyEpochs: 2, mode: "safe" });
    expect(config.limits.steps).toBe(10);
  });

  it("goes back to the default for null", async () => {
    const cwd = await temporaryFiles({
      "a.yaml": `${MINIMAL}replication: solo\nimages: { use: debian }\n`,
      "b.yaml": "extends: a.yaml\nreplication: null\nimages:\n",
    });
    const { config } = await load("b.yaml", cwd);
    expect(config.replication.use).toBe("pair");
    expect(config.images).toBeUndefined();
  });

  it("applies --set and adds --fault", async () => {
    const cwd = await temporaryFiles({
      "a.yaml": `${MINIMAL}faults: [{ use: register-bit-flip, replica: 0, at: 1, register: x1, bit: 0 }]\n`,
    });
    const { config } = await load("a.yaml", cwd, {
      overrides: ["machine.harts=2", "machine.ram=64 MiB", "checkpoint=never"],
      faults: ["register-bit-flip:replica=1,at=2,register=x5,bit=3"],
    });
    expect(config.machine.harts).toBe(2);
    expect(config.machine.ramBytes).toBe(64 * 2 ** 20);
    expect(config.checkpoint).toEqual({ use: "never" });
    expect(config.faults).toEqual([
      { use: "register-bit-flip", replica: 0, at: 1, register: "x1", bit: 0 },
      { use: "register-bit-flip", replica: 1, at: 2, register: "x5", bit: 3 },
    ]);
  });

  it("loads plugins of several files, each relative to its own, as URLs", async () => {
    const plugin = (name: string): string => `export default { name: "${name}", apiVersion: 1 };`;
    const cwd = await temporaryFiles({
      "base/base.yaml": `plugins: [./one.mjs]\n${MINIMAL}`,
      "base/one.mjs": plugin("one"),
      "two.mjs": plugin("two"),
      "a.yaml": "extends: base/base.yaml\nplugins: [./two.mjs, ./base/one.mjs]\n",
    });
    const seen: string[][] = [];
    const { config } = await load("a.yaml", cwd, {
      openHost: (urls) => {
        seen.push([...urls]);
        return openFakeHost();
      },
    });
    expect(config.plugins).toEqual([`file://${cwd}/base/one.mjs`, `file://${cwd}/two.mjs`]);
    expect(seen).toEqual([[...config.plugins]]);
  });

  it("uses the built-in plugins when no other host is given", async () => {
    const cwd = await temporaryFiles({
      "a.yaml":
        "machine: { platform: toy, boot: { use: toy-program, source: x } }\nconsole: nothing",
    });
    const [problem] = await problemsOf(loadConfig("a.yaml", { cwd }));
    expectProblem(problem, {
      code: "XV_ERR_CONFIG_UNKNOWN_PROVIDER",
      place: "a.yaml: console",
      value: "nothing",
      remedy: "`plugins`",
    });
    expect((await loadPluginHost([])).registry.get("platform", "toy").name).toBe("toy");
  });
});

describe("loadConfig with files that are no configs", () => {
  it.each([
    ["absent.yaml", {}, "XV_ERR_CONFIG_NOT_FOUND", "Check the path"],
    ["a.toml", { "a.toml": "" }, "XV_ERR_CONFIG_UNREADABLE", ".yaml"],
    ["a.json", { "a.json": "{ oops" }, "XV_ERR_CONFIG_UNREADABLE", "JSON"],
    ["a.yaml", { "a.yaml": "a: [1" }, "XV_ERR_CONFIG_UNREADABLE", "YAML"],
    ["a.ts", { "a.ts": "export default {" }, "XV_ERR_CONFIG_UNREADABLE", "TypeScript"],
    ["list.yaml", { "list.yaml": "- 1" }, "XV_ERR_CONFIG_UNREADABLE", "top level"],
    ["empty.yaml", { "empty.yaml": "" }, "XV_ERR_CONFIG_UNREADABLE", "top level"],
    ["none.mjs", { "none.mjs": "export const a = 1;" }, "XV_ERR_CONFIG_UNREADABLE", "default"],
  ])("explains %s", async (name, files, code, remedy) => {
    const cwd = await temporaryFiles(files as Record<string, string>);
    expectProblem(await failureOf(load(name, cwd)), { code, place: name, remedy });
  });

  it("names the file whose extends leads nowhere", async () => {
    const cwd = await temporaryFiles({ "sub/a.yaml": "extends: ../gone.yaml" });
    expectProblem(await failureOf(load("sub/a.yaml", cwd)), {
      code: "XV_ERR_CONFIG_NOT_FOUND",
      place: "sub/a.yaml: extends",
      value: join(cwd, "gone.yaml"),
      remedy: "relative to the file that names it",
    });
  });

  it("shows a circle of extends", async () => {
    const cwd = await temporaryFiles({
      "a.yaml": "extends: b.yaml",
      "b.yaml": "extends: c.yaml",
      "c.yaml": "extends: b.yaml",
    });
    expectProblem(await failureOf(load("a.yaml", cwd)), {
      code: "XV_ERR_CONFIG_EXTENDS_CYCLE",
      place: "c.yaml: extends",
      value: "b.yaml -> c.yaml -> b.yaml",
      remedy: "Remove",
    });
  });

  it("lets two configs extend the same one", async () => {
    const cwd = await temporaryFiles({
      "a.yaml": MINIMAL,
      "b.yaml": "extends: a.yaml",
      "c.yaml": "extends: a.yaml",
      "d.yaml": "extends: [b.yaml, c.yaml]",
    });
    expect((await load("d.yaml", cwd)).config.machine.harts).toBe(1);
  });

  it("refuses an extends that is no path", async () => {
    const cwd = await temporaryFiles({ "a.yaml": "extends: [1]" });
    expectProblem(await failureOf(load("a.yaml", cwd)), {
      code: "XV_ERR_CONFIG_VALUE",
      place: "a.yaml: extends",
      value: "[1]",
      remedy: "extends: ./",
    });
  });

  it("reports every plugin that is missing", async () => {
    const cwd = await temporaryFiles({ "a.yaml": `plugins: [./gone.ts, nowhere, 5]\n${MINIMAL}` });
    const problems = await problemsOf(load("a.yaml", cwd));
    expect(problems.map(({ code, place }) => [code, place])).toEqual([
      ["XV_ERR_PLUGIN_NOT_FOUND", "a.yaml: plugins[0]"],
      ["XV_ERR_PLUGIN_NOT_FOUND", "a.yaml: plugins[1]"],
      ["XV_ERR_CONFIG_VALUE", "a.yaml: plugins[2]"],
    ]);
  });
});

describe("loadConfigObject", () => {
  it("takes the form of a file, with paths from the current directory", async () => {
    const content = { machine: { boot: { use: "elf", file: "guest.elf" } } };
    const { config } = await loadConfigObject(content, { cwd: "/here", openHost: openFakeHost });
    expect(config.machine.boot["file"]).toBe("/here/guest.elf");
  });
});
