// `extravirt compare` from config to table, on two variants and few faults.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../../core/cli/program.ts";

const MACHINE = {
  machine: {
    ram: "16 MiB",
    boot: { use: "elf", program: resolve("guests/bin/small.elf") },
    clock: { startTime: "2026-01-01T00:00:00Z" },
  },
  replication: { use: "pair", epochSteps: 100_000 },
  placement: "inline",
};

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "extravirt-compare-"));
  writeFileSync(
    join(cwd, "two.json"),
    JSON.stringify({
      ...MACHINE,
      campaign: {
        experiments: 6,
        models: ["register-bit-flip"],
        registerGroups: ["integer"],
        variants: [
          { name: "solo", replication: "solo", checkpoint: "never", recovery: "fail-stop" },
          { name: "pair" },
        ],
      },
    }),
  );
});
afterAll(() => rmSync(cwd, { recursive: true }));

async function run(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const seen = { out: "", err: "", code: 0 };
  await runCli(args, {
    cwd,
    isOutTerminal: false,
    isErrTerminal: false,
    out: (text) => void (seen.out += Buffer.from(text).toString()),
    err: (text) => void (seen.err += text),
    exitWith: (code) => void (seen.code = code),
  });
  return seen;
}

describe("extravirt compare", { timeout: 120_000 }, () => {
  it("prints outcomes of every variant, and its costs", async () => {
    const { out, err, code } = await run("compare", "two.json", "--runs", "1");
    expect(err).not.toContain("remedy");
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines[0]).toBe("comparison two.json");
    expect(out).toMatch(/^ *variant +faults +masked/m);
    expect(lines.filter((line) => /^ *(solo|pair) +6 /.test(line)).length).toBe(2);
    expect(lines.find((line) => /^ *pair /.test(line))).not.toContain("silent");
    expect(out).toMatch(/^ *solo .*\(1\.00 x\)/m);
    expect(out).toMatch(/^ *pair .*\(\d+\.\d\d x\)/m);
  });

  it("writes a report, and again from what is kept, with the costs measured before", async () => {
    const page = readFileSync(join(cwd, "two.campaign/comparison.html"), "utf8");
    expect(page).toContain("<h1>Comparison: two.json</h1>");
    expect(page).toContain('id="costs"');
    const { out, err, code } = await run(
      "campaign",
      "report",
      "two.json",
      "--report",
      "again.html",
    );
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toBe("again.html\n");
    const again = readFileSync(join(cwd, "again.html"), "utf8");
    expect(again).toBe(page);
  });

  it("prints JSON of what is kept", async () => {
    const json = await run(
      "compare",
      "two.json",
      "--runs",
      "0",
      "--json",
      "--quiet",
      "--report",
      "b.html",
    );
    const { variants } = JSON.parse(json.out) as {
      variants: { summary: { experiments: number } }[];
    };
    expect(variants.map(({ summary }) => summary.experiments)).toEqual([6, 6]);
    expect(readFileSync(join(cwd, "b.html"), "utf8")).not.toContain('id="costs"');
  });

  it("has what is kept of several configs reported and repeated as well", async () => {
    for (const [name, slots] of Object.entries({ a: { checkpoint: { everyEpochs: 4 } }, b: {} })) {
      const campaign = { experiments: 3, models: ["register-bit-flip"] };
      writeFileSync(join(cwd, `${name}.json`), JSON.stringify({ ...MACHINE, ...slots, campaign }));
    }
    const compared = await run("compare", "a.json", "b.json", "--runs", "0", "--quiet");
    expect(compared.code).toBe(0);
    const first = readFileSync(join(cwd, "a.campaign/comparison.html"), "utf8");

    const report = await run("campaign", "report", "a.json", "b.json", "--report", "both.html");
    expect(report.out).toBe("both.html\n");
    expect(readFileSync(join(cwd, "both.html"), "utf8")).toBe(first);

    const again = await run("campaign", "rerun", "b/2", "a.json", "b.json");
    expect(again.out).toMatch(
      /^experiment b\/2: register-bit-flip.*\n.*\nrepeated: .*: the same$/m,
    );
    expect(again.code).toBe(0);
  });

  it("refuses what is no number of runs", async () => {
    const { err, code } = await run("compare", "two.json", "--runs", "many");
    expect(err).toContain("XV_ERR_CLI_COUNT");
    expect(code).toBe(2);
  });
});
