import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { capture } from "./capture-io.ts";
import { reportOf } from "./report-of.ts";
import { SPAWN_TIMEOUT_MS, spawnCli } from "./spawn-cli.ts";
import { toyFiles } from "./toy-files.ts";

/** Some nine faults in the 20,000 steps of the letters. */
const soft = {
  use: "soft-error",
  seed: 5,
  yearsInRun: 2e5,
  untilSteps: 20_000,
  altitudeMeters: 1609,
  cutoffRigidityGV: 2.8,
};

const ground = JSON.stringify({ extends: "./letters.json", faultArrivals: [soft] });

describe("extravirt reliability", { timeout: SPAWN_TIMEOUT_MS }, () => {
  it("prints what it knows without any run", async () => {
    const cwd = await toyFiles({ "ground.json": ground });
    const { code, out, err } = await spawnCli(["reliability", "ground.json"], { cwd });
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toContain("Reliability of ground.json");
    expect(out).toMatch(/place +1,609 m, cutoff rigidity 2\.80 GV, average solar activity/);
    expect(out).toMatch(/neutron flux +3\.76 times that of New York City/);
    // 16 registers and the pc of 32 bits at 1,200 FIT/Mbit on two cores: 544 x 0.0012 x 2 x 3.76.
    expect(out).toMatch(/registers +544 +4\.91 /);
    expect(out).toMatch(/memory +2,097,152 +0\.158 /);
    expect(out).toMatch(/stopped \(DUE\) +no fault tried; at most 5\.06 FIT/);
    expect(out).toMatch(/wrong \(SDC\) +not measured/);
    expect(out).toContain("how faults in registers and memory end: none was injected");
  });

  it("makes figures of runs and a fault-free one", async () => {
    const cwd = await toyFiles({ "ground.json": ground });
    const run = (...more: string[]): ReturnType<typeof capture> =>
      capture(["run", "ground.json", "--quiet", ...more], { cwd });
    const golden = await run("--set", "faultArrivals=[]", "--report", "golden.json");
    const faulty = await run("--report", "1.json");
    expect([golden.code, faulty.code]).toEqual([0, 0]);
    const { out } = await capture(
      ["reliability", "ground.json", "--golden", "golden.json", "--report", "1.json", "--json"],
      { cwd },
    );
    const figures = JSON.parse(out);
    expect(figures.runs).toBe(1);
    expect(figures.otherFaults).toBe(0);
    const [registers] = figures.structures;
    expect(registers.injected).toBeGreaterThan(4);
    expect(registers.outcomes.masked + registers.outcomes.recovered).toBe(registers.injected);
    expect(registers.outcomes.recovered).toBeGreaterThan(0);
    expect(figures.silent.events).toBe(0);
    expect(figures.silent.trials).toBeGreaterThanOrEqual(registers.injected);
    expect(figures.silent.fitUpperBound).toBeLessThan(figures.unprotectedFit);
    const text = await capture(
      ["reliability", "ground.json", "--golden", "golden.json", "--report", "1.json"],
      { cwd },
    );
    expect(text.out).toMatch(/evidence +1 run, \d+ faults injected/);
    expect(text.out).toMatch(/with 95 % confidence at most [\d.]+ FIT, MTTF at least [\d,]+ years/);
    expect(text.out).not.toContain("--golden");
  });

  it("needs an arrival that knows the world, and one alone", async () => {
    const cwd = await toyFiles({ "ground.json": ground });
    const none = await capture(["reliability", "letters.json"], { cwd });
    expect(none.code).toBe(2);
    expect(none.err).toContain("XV_ERR_RELIABILITY_PROFILE");
    expect(none.err).toContain("No arrival of this config");
    const two = ["--set", `faultArrivals=${JSON.stringify([soft, soft])}`];
    const several = await capture(["reliability", "ground.json", ...two], { cwd });
    expect(several.err).toContain("Several arrivals of this config");
  });

  it("has a remedy that works", async () => {
    const none = await capture(["reliability", "letters.json"], { cwd: await toyFiles() });
    const [, remedy = ""] = /`(faultArrivals: .*?)`/.exec(none.err) ?? [];
    const cwd = await toyFiles({ "remedy.yaml": `extends: ./letters.json\n${remedy}\n` });
    const { code, out } = await capture(["reliability", "remedy.yaml"], { cwd });
    expect(code).toBe(0);
    expect(out).toContain("Reliability of remedy.yaml");
  });

  it("does not say that nothing was seen where a structure was not tried", async () => {
    const record = { use: "register-bit-flip", core: 0, at: 1, register: "r1", bit: 0 };
    const report = reportOf({
      stop: { reason: "diverged", exitCode: 0 },
      faults: [{ fault: 0, replica: 0, core: 0, step: 1, what: "r1 bit 0", record }],
    });
    const cwd = await toyFiles({ "ground.json": ground, "stopped.json": JSON.stringify(report) });
    const args = ["reliability", "ground.json", "--report", "stopped.json"];
    const { out } = await capture(args, { cwd });
    expect(out).toMatch(/stopped \(DUE\) +1 of 1: \? FIT, MTTF \?; with/);
  });

  it("counts cores on which replicas run", async () => {
    const cwd = await toyFiles({ "ground.json": ground });
    const on = (cores: string): ReturnType<typeof capture> =>
      capture(["reliability", "ground.json", "--set", `faultArrivals.0.cores=${cores}`], { cwd });
    expect((await on("[0,2]")).out).toMatch(/cores +1\n/);
    const none = await on("[2]");
    expect(none.code).toBe(2);
    expect(none.err).toContain("XV_ERR_ARRIVAL_CORE");
    expect(none.err).toContain("faultArrivals[0].cores");
  });

  it.each(["0", "1", "high"])("refuses %s as a confidence", async (confidence) => {
    const cwd = await toyFiles({ "ground.json": ground });
    const args = ["reliability", "ground.json", "--confidence", confidence];
    const { code, err } = await capture(args, { cwd });
    expect(code).toBe(2);
    expect(err).toContain("XV_ERR_CLI_CONFIDENCE");
    expect(err).toContain(`value:  ${confidence}`);
  });

  it("explains a report that is none", async () => {
    const cwd = await toyFiles({ "ground.json": ground, "odd.json": '{"stop":1}', "no.json": "{" });
    const read = (file: string): ReturnType<typeof capture> =>
      capture(["reliability", "ground.json", "--report", file], { cwd });
    for (const [file, what] of [
      ["absent.json", "The report can't be read"],
      ["no.json", "The file is not JSON"],
      ["odd.json", "The file is no report of a run"],
    ] as const) {
      const { code, err } = await read(file);
      expect(code).toBe(2);
      expect(err).toContain("XV_ERR_CLI_REPORT");
      expect(err).toContain(what);
      expect(err).toContain(join(cwd, file));
    }
  });

  it("mentions faults that stand for no structure", async () => {
    const record = { use: "worker-crash", core: 0, at: 1 };
    const report = reportOf({
      faults: [{ fault: 0, replica: 0, core: 0, step: 1, what: "the worker crashed", record }],
    });
    const cwd = await toyFiles({ "ground.json": ground, "crash.json": JSON.stringify(report) });
    const args = ["reliability", "ground.json", "--report", "crash.json"];
    const { out } = await capture(args, { cwd });
    expect(out).toContain("anything from 1 fault of models that stand for no structure here");
  });
});
