// `extravirt run` writes incidents, `extravirt bisect` examines them.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { capture } from "./capture-io.ts";
import { FAULT, toyFiles } from "./toy-files.ts";

const run = ["run", "letters.json", "--fault", FAULT];

const incidentsIn = (directory: string): Promise<string[]> =>
  readdir(directory).catch(() => [] as string[]);

describe("extravirt run", () => {
  it("writes incidents below the working directory and says where", async () => {
    const cwd = await toyFiles();
    const { code, err } = await capture(run, { cwd });
    const [name = ""] = await incidentsIn(join(cwd, "incidents"));
    expect(code).toBe(0);
    expect(name).toMatch(/^incident-\d{8}-\d{6}-epoch16\.xvi$/);
    expect(err).toContain(`extravirt bisect incidents/${name}`);
    expect(err).toContain(`-> ${join(cwd, "incidents", name)}`);
  });

  it("writes them elsewhere, or not, as it is told", async () => {
    const cwd = await toyFiles();
    await capture([...run, "--incidents", "here/there"], { cwd });
    expect(await incidentsIn(join(cwd, "here/there"))).toHaveLength(1);
    const off = await capture([...run, "--no-incidents"], { cwd });
    expect(off.code).toBe(0);
    expect(off.err).not.toContain("incident");
    const set = await capture([...run, "--set", "incidents=set-here"], { cwd });
    expect(set.code).toBe(0);
    expect(await incidentsIn(join(cwd, "set-here"))).toHaveLength(1);
    expect(await incidentsIn(join(cwd, "incidents"))).toEqual([]);
  });

  it("goes on without one that can't be written", async () => {
    const cwd = await toyFiles();
    const { code, err } = await capture([...run, "--incidents", "plugin.mjs/x"], { cwd });
    expect(code).toBe(0);
    expect(err).toContain("no incident was written");
    expect(err).not.toContain("extravirt bisect");
  });
});

describe("extravirt bisect", () => {
  it("names step, register and bit", async () => {
    const cwd = await toyFiles();
    await capture(run, { cwd });
    const [name = ""] = await incidentsIn(join(cwd, "incidents"));
    const { code, out, err } = await capture(["bisect", `incidents/${name}`], { cwd });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("divergence in epoch 16: output 0 on console differs");
    expect(out).toContain("recovered by third-replica, blamed: replica 1");
    expect(out).toContain("replica 0 (core 0): right");
    expect(out).toContain("first wrong step: 8,000, in epoch 16");
    expect(out).toContain("register r2 bit 5: 0x44 is right, it was 0x64");
    expect(out).toContain("ends just as this replica did");
  });

  it("gives the same as JSON", async () => {
    const cwd = await toyFiles();
    await capture(run, { cwd });
    const [name = ""] = await incidentsIn(join(cwd, "incidents"));
    const { out } = await capture(["bisect", `incidents/${name}`, "--json"], { cwd });
    expect(JSON.parse(out)).toMatchObject({
      divergence: { epoch: 16 },
      suspects: [
        { replica: 0, verdict: "right" },
        {
          replica: 1,
          verdict: "wrong",
          cause: {
            kind: "found",
            step: 8000,
            differences: { registers: [{ name: "r2", bits: [5], right: "0x44", wrong: "0x64" }] },
          },
        },
      ],
    });
  });

  it("examines several incidents, and those beside one that it can't", async () => {
    const cwd = await toyFiles();
    const later = FAULT.replace("8000", "15000").replace("replica=1", "replica=0");
    await capture([...run, "--fault", later], { cwd });
    const names = await incidentsIn(join(cwd, "incidents"));
    const paths = names.map((name) => `incidents/${name}`);
    expect(paths).toHaveLength(2);
    const { code, out, err } = await capture(["bisect", ...paths], { cwd });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const path of paths) expect(out).toContain(`${path}\ndivergence in epoch`);
    expect(out).toContain("first wrong step: 8,000");
    expect(out).toContain("first wrong step: 15,000");
    const json = await capture(["bisect", "--json", ...paths], { cwd });
    expect(JSON.parse(json.out)).toMatchObject(paths.map((path) => ({ path, suspects: [{}, {}] })));
    const beside = await capture(["bisect", "plugin.mjs", paths[0] ?? ""], { cwd });
    expect(beside.code).toBe(2);
    expect(beside.err).toContain("XV_ERR_RECORDING_FOREIGN");
    expect(beside.out).toContain("first wrong step");
    const both = ["plugin.mjs", paths[0] ?? ""];
    const besideJson = await capture(["bisect", "--json", ...both], { cwd });
    expect(besideJson.code).toBe(2);
    expect(besideJson.err).toContain("XV_ERR_RECORDING_FOREIGN");
    expect(JSON.parse(besideJson.out)).toMatchObject([{ path: paths[0] }]);
  });

  it("refuses other files without a stack trace", async () => {
    const cwd = await toyFiles();
    await capture([...run, "--record", "rec"], { cwd });
    const expectRefusal = async (code: string, ...args: readonly string[]): Promise<void> => {
      const result = await capture(args, { cwd });
      expect(result).toMatchObject({ code: 2, out: "" });
      expect(result.err).toContain(code);
      expect(result.err).not.toContain("    at ");
    };
    const [name = ""] = await incidentsIn(join(cwd, "incidents"));
    await expectRefusal("XV_ERR_RECORDING_FOREIGN", "bisect", "rec/recording.xvr");
    await expectRefusal("XV_ERR_RECORDING_FOREIGN", "replay", `incidents/${name}`);
    await expectRefusal("XV_ERR_RECORDING_FOREIGN", "bisect", "plugin.mjs");
    await expectRefusal("XV_ERR_RECORDING_UNREADABLE", "bisect", "incidents");
    await expectRefusal("XV_ERR_RECORDING_UNREADABLE", "bisect", "nowhere.xvi");
    await expectRefusal("XV_ERR_RECORDING_UNREADABLE", "bisect", "plugin.mjs/x");
    await expectRefusal("XV_ERR_RECORDING_UNREADABLE", "bisect", "x".repeat(300));
  });
});
