// `extravirt run --record` and `extravirt replay`.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { capture } from "./capture-io.ts";
import { LETTERS } from "../coordinator/toy-run.ts";
import { FAULT, toyFiles } from "./toy-files.ts";

async function recorded(): Promise<string> {
  const cwd = await toyFiles();
  const { code, err } = await capture(
    ["run", "letters.json", "--record", "rec", "--fault", FAULT],
    { cwd },
  );
  expect(code).toBe(0);
  expect(err).toContain(join(cwd, "rec"));
  return cwd;
}

describe("extravirt replay", () => {
  it("shows the console on stdout and a summary on stderr", async () => {
    const cwd = await recorded();
    const { code, out, err } = await capture(["replay", "rec", "--console"], { cwd });
    expect({ code, out }).toEqual({ code: 0, out: "ABCDEFGHIJ" });
    expect(err).toContain("the replay is as recorded");
    expect(err).toMatch(/checked +\d+ digests, the final state/);
    expect(err).toContain("sealed; the run ended with power-off, exit code 0");
    expect(err).not.toContain("run ahead");
    expect((await capture(["replay", "rec"], { cwd })).out).toBe("");
  });

  it("shows the console byte for byte, where an epoch ends within a character, too", async () => {
    const cwd = await toyFiles();
    // 0xc3 and, epochs later, 0xa9.
    const source = LETTERS.replace("65", "0xc3").replace("addi r2 1", "addi r2 -26");
    const boot = `machine.boot=${JSON.stringify({ use: "toy-program", source: source.replace("r3 10", "r3 2") })}`;
    await capture(["run", "letters.json", "--record", "rec", "--set", boot], { cwd });
    expect((await capture(["replay", "rec", "--console"], { cwd })).out).toBe("é");
  });

  it("says what replicas had run ahead, and shows none of its output", async () => {
    const cwd = await toyFiles();
    const run = ["run", "letters.json", "--record", "rec", "--set", "limits.steps=9000"];
    await capture([...run, "--set", "replication.runAheadEpochs=64"], { cwd });
    const { code, out, err } = await capture(["replay", "rec", "--console"], { cwd });
    expect({ code, out }).toEqual({ code: 0, out: "ABCD" });
    expect(err).toMatch(
      /run ahead +[\d,]+ instructions beyond what was agreed on: nothing of them left the run, unchecked but/,
    );
  });

  it("stops at a step and shows registers, memory and the steps traced", async () => {
    const cwd = await recorded();
    const { code, out } = await capture(
      ["replay", "rec", "--to-step", "5", "--dump-memory", "0:20"],
      { cwd },
    );
    expect(code).toBe(0);
    expect(out).toContain("before step 5: hart 0, pc 0x14");
    expect(out).toMatch(/r2 +0000000000000041/);
    expect(out).toMatch(/^00000010 {2}([\da-f]{2} ){4}/m);
  });

  it("writes everything as JSON", async () => {
    const cwd = await recorded();
    const { out } = await capture(
      ["replay", "rec", "--to-epoch", "3", "--json", "--dump-memory", "0x10:4"],
      { cwd },
    );
    const result = JSON.parse(out) as Record<string, unknown>;
    expect(result).toMatchObject({ epoch: 3, isSealed: true, digestsChecked: 4 });
    expect(result["position"]).toMatchObject({ step: 2000, hart: 0 });
    expect(result["memory"]).toEqual([{ address: 16, bytes: expect.stringMatching(/^\w{8}$/) }]);
  });

  it("replays what a cut-off recording has, and says so", async () => {
    const cwd = await recorded();
    const file = join(cwd, "rec/recording.xvr");
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, -10));
    const { code, err } = await capture(["replay", "rec"], { cwd });
    expect(code).toBe(0);
    expect(err).toContain("unsealed: the run was cut off");
  });

  it("refuses altered recordings, foreign files and bad options without a stack trace", async () => {
    const cwd = await recorded();
    const file = join(cwd, "rec/recording.xvr");
    const bytes = await readFile(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
    await writeFile(join(cwd, "altered.xvr"), bytes);
    const expectRefusal = async (code: string, ...args: readonly string[]): Promise<void> => {
      const result = await capture(["replay", ...args], { cwd });
      expect(result).toMatchObject({ code: 2, out: "" });
      expect(result.err).toContain(code);
      expect(result.err).toContain("remedy:");
      expect(result.err).not.toContain("    at ");
    };
    await expectRefusal("XV_ERR_RECORDING_ALTERED", "altered.xvr");
    await expectRefusal("XV_ERR_RECORDING_FOREIGN", "plugin.mjs");
    await expectRefusal("XV_ERR_RECORDING_UNREADABLE", "nowhere");
    await expectRefusal("XV_ERR_RECORDING_UNREADABLE", "plugin.mjs/x");
    await expectRefusal("XV_ERR_RECORDING_UNREADABLE", "x".repeat(300));
    await expectRefusal("XV_ERR_RECORDING_POSITION", "rec", "--to-step", "soon");
    await expectRefusal("XV_ERR_RECORDING_POSITION", "rec", "--to-step", "99999999");
    await expectRefusal("XV_ERR_CLI_MEMORY_RANGE", "rec", "--dump-memory", "0:0");
    await expectRefusal("XV_ERR_CLI_MEMORY_RANGE", "rec", "--dump-memory", "0x7fffffff:4");
    await expectRefusal("XV_ERR_PLUGIN_NOT_FOUND", "rec", "--plugin", "./none.mjs");
  });

  it("refuses options that contradict each other, before anything is executed", async () => {
    const cwd = await recorded();
    const expectMisfit = async (place: string, ...args: readonly string[]): Promise<void> => {
      const result = await capture(["replay", "rec", ...args], { cwd });
      expect(result, args.join(" ")).toMatchObject({ code: 2 });
      expect(result.err + result.out).toContain("XV_ERR_CLI_REPLAY_OPTIONS");
      expect(result.err + result.out).toContain(place);
    };
    await expectMisfit("--json", "--console", "--json");
    await expectMisfit("--to-epoch", "--to-epoch", "5", "--to-step", "10");
    await expectMisfit("--trace", "--to-step", "2000", "--trace", "2000-2010:t.txt");
  });

  it("starts before the steps to trace, though a snapshot is nearer to where it stops", async () => {
    const cwd = await toyFiles();
    const every = ["--set", "recording.snapshotEveryEpochs=4"];
    await capture(["run", "letters.json", "--record", "rec", ...every], { cwd });
    const stop = ["--to-step", "15000"];
    const near = await capture(["replay", "rec", ...stop], { cwd });
    expect(near.err).toContain("from the snapshot before epoch");
    const traced = await capture(["replay", "rec", ...stop, "--trace", "10-13:t.txt"], { cwd });
    expect(traced.code).toBe(0);
    expect(traced.err).toContain("from power-on to epoch");
  });

  it("refuses to show the console of devices below the replicas", async () => {
    const cwd = await toyFiles();
    const below = ["--set", "boundary.use=devices-below"];
    await capture(["run", "letters.json", "--record", "rec", ...below], { cwd });
    expect(await capture(["replay", "rec"], { cwd })).toMatchObject({ code: 0 });
    const { code, out, err } = await capture(["replay", "rec", "--console"], { cwd });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("XV_ERR_CLI_REPLAY_OPTIONS");
    expect(err).toContain("devices below the replicas");
  });

  it("refuses to record into a directory that holds something", async () => {
    const cwd = await recorded();
    const { code, err } = await capture(["run", "letters.json", "--record", "rec"], { cwd });
    expect(code).toBe(2);
    expect(err).toContain("XV_ERR_RECORDING_DIRECTORY");
  });
});
