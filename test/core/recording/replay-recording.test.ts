// Recorded runs of the toy architecture, executed again.
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ContainerReader } from "../../../core/recording/container-reader.ts";
import { ContainerWriter } from "../../../core/recording/container-writer.ts";
import { describePosition } from "../../../core/recording/describe-position.ts";
import { SymbolTable } from "../../../core/replica/symbol-table.ts";
import { registryFor } from "../../../core/recording/recorded-machine.ts";
import { RecordedRun } from "../../../core/recording/recorded-run.ts";
import { RECORDING_FILE } from "../../../core/recording/recorder.ts";
import {
  RecordingReplay,
  type ReplayOptions,
  type ReplayResult,
} from "../../../core/recording/replay-recording.ts";
import { LETTERS, pairOf, soloOf, toyConfig } from "../coordinator/toy-run.ts";
import { emptyDirectory, recordToy } from "./recorded-toy.ts";
import { runMachine } from "../../../core/coordinator/run-machine.ts";

const ECHO = `
  li r1 0xf000
  shl16 r1 0
loop:
  wait
  load r2 r1 0
  store r2 r1 0
  addi r2 -10
  bnz r2 loop
  li r9 0
  store r9 r1 4
`;

interface Replayed extends ReplayResult {
  readonly text: string;
}

async function replay(path: string, options: ReplayOptions = {}): Promise<Replayed> {
  const run = new RecordedRun(path);
  try {
    const chunks: Uint8Array[] = [];
    const registry = await registryFor(run.manifest, run.path, undefined);
    const onOutput: ReplayOptions["onOutput"] = ({ bytes }) => chunks.push(bytes);
    const result = new RecordingReplay(run, registry, { ...options, onOutput }).execute();
    return { ...result, text: Buffer.concat(chunks).toString() };
  } finally {
    run.close();
  }
}

/** The same blocks, some of them changed, correctly sealed again. */
async function forge(
  from: string,
  change: (type: string, contents: string) => string | undefined,
): Promise<string> {
  const reader = new ContainerReader(from, "recording");
  const path = join(await emptyDirectory(), RECORDING_FILE);
  const writer = await ContainerWriter.create(path, "recording");
  for (const block of reader.blocks) {
    const contents = reader.contents(block);
    const changed = change(block.type, Buffer.from(contents).toString("latin1"));
    writer.add(block.type, changed === undefined ? contents : Buffer.from(changed, "latin1"));
  }
  await writer.close();
  reader.close();
  return path;
}

describe("a recorded run", () => {
  it("is executed again as it was, to the final state", async () => {
    const { directory, report } = await recordToy();
    expect(report.recording).toEqual({ path: directory });
    const result = await replay(directory);
    expect(result).toMatchObject({
      text: "ABCDEFGHIJ",
      step: report.steps,
      stepsAhead: 0,
      digestsChecked: report.epochs,
      isFinalStateChecked: true,
      difference: undefined,
      fromEpoch: 0,
    });
    expect(result.snapshotsChecked).toBeGreaterThan(3);
  });

  it("puts out what left the run, and not what replicas had run ahead of it", async () => {
    const { directory, report } = await recordToy({
      replication: pairOf({ runAheadEpochs: 64 }),
      stepLimit: 9000,
    });
    expect(report.stop.reason).toBe("step-limit");
    const result = await replay(directory);
    expect(result).toMatchObject({
      text: "ABCD",
      digestsChecked: report.epochs,
      isFinalStateChecked: true,
      difference: undefined,
    });
    expect(result.stepsAhead).toBeGreaterThan(10_000);
    expect(result.step).toBe(report.steps + result.stepsAhead);
  });

  it("is what the replication logged leaves behind", async () => {
    const directory = join(await emptyDirectory(), "recording");
    const logged = { use: "logged", recording: directory };
    const config = toyConfig({ source: LETTERS, replication: { ...soloOf(), ...logged } });
    const report = await runMachine(config);
    expect(report).toMatchObject({ replicas: 1, recording: { path: directory } });
    expect(await replay(directory)).toMatchObject({
      text: "ABCDEFGHIJ",
      digestsChecked: report.epochs,
      difference: undefined,
    });
  });

  it("has the same log whatever befell a replica, and whoever ran it", async () => {
    const fault = { use: "register-bit-flip", replica: 1, at: 8000, register: "r2", bit: 5 };
    const { directory, report } = await recordToy({ faults: [fault] });
    expect(report.divergences).toHaveLength(1);
    expect(await replay(directory)).toMatchObject({ difference: undefined, text: "ABCDEFGHIJ" });
    const solo = await recordToy({ replication: soloOf() });
    expect(await replay(solo.directory)).toMatchObject({
      difference: undefined,
      isFinalStateChecked: true,
    });
  });

  it("has no final state where the run stopped by a recovery that failed", async () => {
    const flip = { use: "register-bit-flip", register: "r8", bit: 5 };
    const { directory, report } = await recordToy({
      recovery: { use: "rollback", attempts: 1 },
      // The second one strikes those that repeat the stretch.
      faults: [
        { ...flip, replica: 1, at: 8100 },
        { ...flip, replica: [2, 3], at: 7600 },
      ],
    });
    expect(report.stop.reason).toBe("diverged");
    expect(await replay(directory)).toMatchObject({
      difference: undefined,
      digestsChecked: report.epochs,
      isFinalStateChecked: false,
    });
  });

  it("brings its inputs, at the epochs where they entered", async () => {
    const input = [
      { after: 0, text: "hello " },
      { after: 6, text: "world\n" },
    ];
    const { directory, report } = await recordToy({ source: ECHO, input });
    expect(report.stop.reason).toBe("power-off");
    expect(await replay(directory)).toMatchObject({ text: "hello world\n", difference: undefined });
  });

  it("is replayed from wherever it lies, with its plugins where they are then", async () => {
    const { file } = await recordToy();
    const copy = join(await emptyDirectory(), RECORDING_FILE);
    await copyFile(file, copy);
    expect((await replay(copy)).difference).toBeUndefined();
    const moved = await forge(file, (type, text) =>
      type === "MANI" ? text.replaceAll("console-plugin", "no-such-plugin") : undefined,
    );
    await expect(replay(moved)).rejects.toMatchObject({
      code: "XV_ERR_RECORDING_PLUGIN",
      place: moved,
      value: expect.stringContaining("no-such-plugin") as string,
      remedy: expect.stringContaining("--plugin") as string,
    });
    const run = new RecordedRun(moved);
    const plugin = new URL("../coordinator/console-plugin.ts", import.meta.url).href;
    const registry = await registryFor(run.manifest, run.path, [plugin]);
    expect(new RecordingReplay(run, registry, {}).execute().difference).toBeUndefined();
    run.close();
  });

  it("stops at any step in the same state, from a snapshot and from the start", async () => {
    const { directory, report } = await recordToy();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: report.steps }), async (toStep) => {
        const near = await replay(directory, { toStep });
        const far = await replay(directory, { toStep, isFromStart: true });
        expect([near.step, far.step]).toEqual([toStep, toStep]);
        expect(Buffer.compare(near.replica.machine.save(), far.replica.machine.save())).toBe(0);
        expect(near.replica.machine.memory.read(0x4000, 8192)).toEqual(
          far.replica.machine.memory.read(0x4000, 8192),
        );
        expect(far.fromEpoch).toBe(0);
      }),
      { numRuns: 15 },
    );
    expect((await replay(directory, { toEpoch: 21 })).fromEpoch).toBeGreaterThan(8);
    expect((await replay(directory, { toEpoch: 21 })).epoch).toBe(21);
  });

  it("stops at the first step of an epoch with what enters there", async () => {
    const input = [
      { after: 0, text: "hello " },
      { after: 6, text: "world\n" },
    ];
    const { directory } = await recordToy({ source: ECHO, input });
    const run = new RecordedRun(directory);
    const entries = [...run.entriesAfter(-1)];
    const registry = await registryFor(run.manifest, run.path, undefined);
    let waits = 0;
    for (const [index, { end }] of entries.entries()) {
      const next = entries[index + 1];
      if (end === undefined || next?.end === undefined || next.end.steps === end.steps) continue;
      if (next.record.inputs.length === 0) continue;
      waits += 1;
      const { replica, step } = new RecordingReplay(run, registry, { toStep: end.steps }).execute();
      expect(step).toBe(end.steps);
      expect(replica.machine.isIdle()).toBe(false);
      expect(describePosition(replica, new SymbolTable([])).instruction).toBe("");
      const toEpoch = new RecordingReplay(run, registry, { toEpoch: index }).execute();
      expect(describePosition(toEpoch.replica, new SymbolTable([])).instruction).toContain("waits");
    }
    run.close();
    expect(waits).toBeGreaterThan(0);
  });

  it("refuses a position beyond its end", async () => {
    const { directory, report } = await recordToy();
    await expect(replay(directory, { toStep: report.steps + 1 })).rejects.toMatchObject({
      code: "XV_ERR_RECORDING_POSITION",
      value: String(report.steps + 1),
    });
    await expect(replay(directory, { toEpoch: 100_000 })).rejects.toMatchObject({
      code: "XV_ERR_RECORDING_POSITION",
    });
  });

  it("says in which epoch and in what a replay differs", async () => {
    const { file } = await recordToy();
    const digests = await forge(file, (type, text) =>
      type === "EPOC" ? text.replace(/("epoch":7,.*?"digest":")../, "$1zz") : undefined,
    );
    expect((await replay(digests)).difference).toEqual({
      epoch: 7,
      what: "virtual time, timers or the end of the guest differ from the recording",
    });
    const registers = await forge(file, (type, text) =>
      type === "EPOC"
        ? text.replace(/("epoch":9,.*?"digest":")..(.*?"registers":)\d+/, "$1zz$21")
        : undefined,
    );
    expect((await replay(registers)).difference).toEqual({
      epoch: 9,
      what: "the registers differ from the recording",
    });
    const log = await forge(file, (type, text) =>
      type === "EPOC" ? text.replace(/\{"epoch":5,.*\n/, "") : undefined,
    );
    expect((await replay(log)).difference).toEqual({ epoch: 6, what: "epoch 5 is missing" });
    const seal = await forge(file, (type, text) =>
      type === "SEAL" ? text.replace(/"finalState":"../, '"finalState":"zz') : undefined,
    );
    expect((await replay(seal)).difference?.what).toContain("final state");
  });

  it("says that memory of a snapshot differs", async () => {
    const { file } = await recordToy();
    let points = 0;
    const forged = await forge(file, (type, text) => {
      if (type !== "STAT") return undefined;
      points += 1;
      const last = text.at(-1) === "\0" ? "\u0001" : "\0";
      return points === 3 ? text.slice(0, -1) + last : undefined;
    });
    expect((await replay(forged)).difference?.what).toMatch(/^the page at 0x\w+ is not that of/);
  });

  it("refuses contents that make no sense, although their digests are right", async () => {
    const { file } = await recordToy();
    for (const broken of ["MANI", "STAT", "EPOC", "SEAL"]) {
      const forged = await forge(file, (type, text) =>
        type === broken ? text.slice(0, text.length >> 1) : undefined,
      );
      await expect(replay(forged), broken).rejects.toMatchObject({
        code: expect.stringMatching(/^XV_ERR_RECORDING_/) as string,
      });
    }
    const pages = await forge(file, (type) => (type === "PAGE" ? "" : undefined));
    await expect(replay(pages)).rejects.toMatchObject({ code: "XV_ERR_RECORDING_INCOMPLETE" });
  });
});

describe("a recording that was cut off", () => {
  it("is replayed as far as it goes, or refused with the reason", async () => {
    const { file, report } = await recordToy();
    const bytes = await readFile(file);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        await writeFile(file, bytes.subarray(0, length));
        const outcome = await replay(file).catch((error: unknown) => error);
        const { code } = outcome as { code?: string };
        const isRefused = /^XV_ERR_RECORDING_(FOREIGN|INCOMPLETE)$/.test(code ?? "");
        const { difference, step, isFinalStateChecked } = outcome as ReplayResult;
        const isReplayed = difference === undefined && step <= report.steps && !isFinalStateChecked;
        expect(isRefused || isReplayed, `cut at ${length}`).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("by an error of the run is unsealed and keeps what was agreed on", async () => {
    const directory = join(await emptyDirectory(), "recording");
    const config = {
      ...toyConfig({ source: LETTERS }),
      recording: { path: directory, snapshotEveryEpochs: 0 },
    };
    const run = runMachine(config, {
      onVmm: (vmm) => {
        vmm.hooks.epochVerified.tap("test", ({ epoch }) => {
          if (epoch === 11) throw new Error("out of order");
        });
      },
    });
    await expect(run).rejects.toThrow("out of order");
    const result = await replay(directory);
    expect(result).toMatchObject({ epochs: 12, digestsChecked: 12, difference: undefined });
    expect(result.isFinalStateChecked).toBe(false);
  });
});

describe("the directory of a recording", () => {
  it("must be new or empty", async () => {
    const { directory } = await recordToy();
    const config = {
      ...toyConfig({ source: LETTERS }),
      recording: { path: directory, snapshotEveryEpochs: 8 },
    };
    await expect(runMachine(config)).rejects.toMatchObject({
      code: "XV_ERR_RECORDING_DIRECTORY",
      place: "recording.path",
      value: directory,
    });
  });

  it("is the replication's where that named it, and the error says so", async () => {
    const { directory } = await recordToy();
    const replication = { ...soloOf(), use: "logged", recording: directory };
    await expect(runMachine(toyConfig({ source: LETTERS, replication }))).rejects.toMatchObject({
      code: "XV_ERR_RECORDING_DIRECTORY",
      place: "replication.recording",
      value: directory,
    });
  });
});
