// A run that can't begin leaves nothing open and nothing behind, wherever it fails.
import { existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { Config, Vmm } from "../../../core/index.ts";
import { emptyDirectory } from "../recording/recorded-toy.ts";
import { bareMetalMachine } from "../replica/bare-metal-machine.ts";

const DESCRIPTORS = "/proc/self/fd";

/** Files below the directory that this process holds open. */
function openBelow(directory: string): string[] {
  return readdirSync(DESCRIPTORS)
    .map((descriptor) => {
      try {
        return readlinkSync(join(DESCRIPTORS, descriptor));
      } catch {
        return "";
      }
    })
    .filter((path) => path.startsWith(directory));
}

interface Failed {
  readonly error: unknown;
  readonly directory: string;
  readonly isShutDown: boolean;
}

/** A recorded and traced run with changes that let it fail. */
async function fail(
  change: (config: Config, directory: string) => Partial<Config>,
  onVmm: (vmm: Vmm) => void = () => {},
): Promise<Failed> {
  const directory = await emptyDirectory();
  const { boot, clock } = bareMetalMachine("small");
  const { config } = await loadConfigObject({
    machine: { boot, clock, ram: "16 MiB" },
    console: { use: "null" },
    replication: { use: "pair", epochSteps: 100_000, runAheadEpochs: 2 },
    instrumentation: [{ use: "trace", from: 0, to: 9, file: join(directory, "trace") }],
    recording: { path: join(directory, "recording") },
    placement: "inline",
    log: { level: "silent" },
  });
  let isShutDown = false;
  const run = runMachine(
    { ...config, ...change(config, directory) },
    {
      onVmm: (vmm) => {
        vmm.hooks.shutdown.tap("test", () => {
          isShutDown = true;
        });
        onVmm(vmm);
      },
    },
  );
  const error: unknown = await run.then(
    () => "it began",
    (reason: unknown) => reason,
  );
  return { error, directory, isShutDown };
}

describe.runIf(existsSync(DESCRIPTORS))("a run that can't begin", () => {
  it("closes what instruments write to when it can't be recorded", async () => {
    const { error, directory, isShutDown } = await fail((_config, place) => {
      mkdirSync(join(place, "recording"));
      writeFileSync(join(place, "recording", "x"), "");
      return {};
    });
    expect(error).toMatchObject({ code: "XV_ERR_RECORDING_DIRECTORY" });
    expect(openBelow(directory)).toEqual([]);
    expect(isShutDown).toBe(true);
  });

  it("closes what instruments write to when a backend can't be opened", async () => {
    const { error, directory } = await fail((_config, place) => ({
      console: { use: "file", output: join(place, "none", "console.txt") },
    }));
    expect(error).toMatchObject({ code: expect.stringMatching(/^XV_ERR_/) as string });
    expect(openBelow(directory)).toEqual([]);
    expect(existsSync(join(directory, "recording"))).toBe(false);
  });

  it.each([
    "replication",
    "placement",
    "checkpoint",
    "memory-sharing",
    "voting",
    "manager-protection",
  ] as const)(
    "leaves no recording behind and nothing open when the %s can't be created",
    async (kind) => {
      const { error, directory, isShutDown } = await fail(
        () => ({}),
        (vmm) => {
          vmm.hooks.create.for(kind).tap("test", () => {
            throw new Error("not today");
          });
        },
      );
      expect(error).toEqual(new Error("not today"));
      expect(openBelow(directory)).toEqual([]);
      expect(existsSync(join(directory, "recording"))).toBe(false);
      expect(isShutDown).toBe(true);
    },
  );

  it("leaves no recording behind when its clock starts at no time", async () => {
    const { error, directory } = await fail(({ machine }) => ({
      machine: { ...machine, clock: { ...machine.clock, startTime: "noon" } },
    }));
    expect(error).toMatchObject({ code: "XV_ERR_CONFIG_START_TIME" });
    expect(openBelow(directory)).toEqual([]);
    expect(existsSync(join(directory, "recording"))).toBe(false);
  });

  it("closes the files of all instruments when one of them can't be opened", async () => {
    const { error, directory } = await fail((_config, place) => {
      mkdirSync(join(place, "second.1"));
      return {
        instrumentation: ["first", "second"].map((name) => ({
          use: "trace",
          from: 0,
          to: 9,
          file: join(place, name),
        })),
      };
    });
    expect(error).toMatchObject({ code: "XV_ERR_INSTRUMENT_FILE" });
    expect(openBelow(directory)).toEqual([]);
  });

  it("begins without those changes", async () => {
    expect((await fail(() => ({}))).error).toBe("it began");
  });
});
