import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GoldenOutputs } from "../../../core/campaign/golden-outputs.ts";
import {
  goldenRunOf,
  type GoldenRun,
  GoldenRunStopped,
} from "../../../core/campaign/golden-run.ts";
import { type LoadedConfig, loadConfigObject } from "../../../core/config/load-config.ts";
import { RecordedRun } from "../../../core/recording/recorded-run.ts";
import { guestFile } from "../../e2e/guest-run.ts";
import { LETTERS } from "../coordinator/toy-run.ts";
import { campaignConfig, ENDLESS, OTHER_LETTERS } from "./campaign-config.ts";

const directoryOf = ({ config }: LoadedConfig): string =>
  join(config.campaign!.directory, "golden");
const runOf = (loaded: LoadedConfig): Promise<GoldenRun> =>
  goldenRunOf(loaded, { directory: directoryOf(loaded) });
const codeOf = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => "none",
    (error: { code?: string }) => error.code,
  );

describe("the run without faults", { timeout: 60_000 }, () => {
  it("is recorded, with what it released and where its replicas were compared", async () => {
    const fault = { use: "register-bit-flip", replica: 0, at: 100, register: "r2", bit: 3 };
    const loaded = await campaignConfig({}, { faults: [fault] });
    const { facts, recording, outputs } = await runOf(loaded);
    expect(facts.stop).toEqual({ reason: "power-off", exitCode: 0 });
    expect(facts.epochEnds).toHaveLength(facts.epochs);
    expect(facts.epochEnds.at(-1)).toBe(facts.steps);
    expect(facts.checks.length).toBeGreaterThan(2);
    // One epoch in which their pages were compared.
    for (const { epoch, ofEpoch } of facts.checks) expect(epoch).toBe(ofEpoch + 1);
    const released = GoldenOutputs.read(readFileSync(outputs, "utf8")).channels;
    expect([...released.values()].map((bytes) => Buffer.from(bytes).toString())).toEqual([
      "ABCDEFGHIJ",
    ]);
    const run = new RecordedRun(recording);
    expect(run.seal?.stop.reason).toBe("power-off");
    run.close();
  });

  it("is taken again as long as the definition is the same", async () => {
    const loaded = await campaignConfig({});
    const first = await runOf(loaded);
    const mark = join(directoryOf(loaded), "mark");
    writeFileSync(mark, "");
    expect(await runOf(loaded)).toEqual(first);
    expect(readFileSync(mark, "utf8")).toBe("");
    const { machine } = loaded.config;
    const other = { ...machine, clock: { ...machine.clock, stepsPerTick: 20 } };
    await runOf({ ...loaded, config: { ...loaded.config, machine: other } });
    expect(() => readFileSync(mark)).toThrow("ENOENT");
  });

  it("is recorded anew when the guest's file has another content", async () => {
    const folder = mkdtempSync(join(tmpdir(), "extravirt-golden-"));
    try {
      const program = join(folder, "guest.elf");
      copyFileSync(guestFile("small"), program);
      const config = { machine: { boot: { use: "elf", program } }, console: { use: "null" } };
      const loaded = await loadConfigObject({ ...config, campaign: {} }, { cwd: folder });
      const first = await runOf(loaded);
      copyFileSync(guestFile("quick-start"), program);
      const second = await runOf(loaded);
      expect(second.facts.outputDigest).not.toBe(first.facts.outputDigest);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [{}, "XV_ERR_CAMPAIGN_KEEPS_WRITES"],
    [{ readOnly: true }, "none"],
    [{ temporary: true }, "none"],
  ])("leaves no traces on a disk with %j, or is refused: %s", async (options, code) => {
    const folder = mkdtempSync(join(tmpdir(), "extravirt-golden-"));
    try {
      const path = join(folder, "disk.img");
      writeFileSync(path, new Uint8Array(4096));
      const backend = { use: "disk-file", path, ...options };
      const devices = [{ use: "virtio-block", backend }];
      const boot = { use: "elf", program: guestFile("small") };
      const config = { machine: { boot, devices }, console: { use: "null" }, campaign: {} };
      expect(await codeOf(runOf(await loadConfigObject(config, { cwd: folder })))).toBe(code);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is no failure where somebody stops it", async () => {
    const loaded = await campaignConfig({});
    const signal = AbortSignal.abort();
    const run = goldenRunOf(loaded, { directory: directoryOf(loaded), signal });
    await expect(run).rejects.toBeInstanceOf(GoldenRunStopped);
  });

  it("has to end", async () => {
    const boot = { use: "toy-program", source: ENDLESS };
    const loaded = await campaignConfig({}, { limits: { steps: 5000 } }, boot);
    expect(await codeOf(runOf(loaded))).toBe("XV_ERR_CAMPAIGN_GOLDEN_ENDLESS");
  });

  it("has to succeed", async () => {
    const loaded = await campaignConfig({});
    const signal = AbortSignal.abort();
    const run = goldenRunOf(loaded, { directory: directoryOf(loaded), signal });
    expect(await codeOf(run)).toBe("XV_ERR_CAMPAIGN_GOLDEN_FAILED");
  });

  it("has to repeat where experiments are runs of their own", async () => {
    const boot = { use: "fickle", sources: [LETTERS, OTHER_LETTERS] };
    expect(await codeOf(runOf(await campaignConfig({ mode: "full" }, {}, boot)))).toBe(
      "XV_ERR_CAMPAIGN_NOT_DETERMINISTIC",
    );
    expect(await codeOf(runOf(await campaignConfig({}, {}, boot)))).toBe("none");
  });
});
