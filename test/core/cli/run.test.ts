import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFiles } from "../config/temporary-files.ts";
import { SPAWN_TIMEOUT_MS, spawnCli } from "./spawn-cli.ts";
import { FAULT, toyFiles } from "./toy-files.ts";

describe("extravirt run", { timeout: SPAWN_TIMEOUT_MS }, () => {
  it("shows the guest's console on stdout and a summary on stderr", async () => {
    const cwd = await toyFiles();
    const { code, out, err } = await spawnCli(["run", "letters.json"], { cwd });
    expect(err).toContain("the guest powered off, exit code 0");
    expect(err).toContain("all verified by 2 replicas");
    expect(err).toMatch(/divergences +none/);
    expect(out).toBe("ABCDEFGHIJ");
    expect(code).toBe(0);
  });

  it("survives a fault with the same output and tells what was done", async () => {
    const cwd = await toyFiles();
    const { code, out, err } = await spawnCli(["run", "letters.json", "--fault", FAULT], { cwd });
    expect(out).toBe("ABCDEFGHIJ");
    expect(err).toContain("replica 1, step 8,000: r2 bit 5");
    expect(err).toContain("recovered by third-replica");
    expect(code).toBe(0);
  });

  it("ends with the guest's own exit code", async () => {
    const cwd = await toyFiles();
    const { code, err } = await spawnCli(["run", "exit-7.json", "--quiet"], { cwd });
    expect(err).toBe("");
    expect(code).toBe(7);
  });

  it("stops with code 3 when the policy resolves nothing, and releases no wrong byte", async () => {
    const cwd = await toyFiles();
    const args = ["run", "letters.json", "--fault", FAULT, "--set", "recovery=fail-stop"];
    const { code, out, err } = await spawnCli(args, { cwd });
    expect(code).toBe(3);
    expect("ABCDEFGHIJ".startsWith(out)).toBe(true);
    expect(err).toContain("stopped without releasing anything unverified");
    expect(err).toContain("not resolved");
  });

  it("calls a fault that was never reached an error, after the summary", async () => {
    const cwd = await toyFiles();
    const fault = FAULT.replace("8000", "800000000");
    const { code, out, err } = await spawnCli(["run", "letters.json", "--fault", fault], { cwd });
    expect(out).toBe("ABCDEFGHIJ");
    expect(code).toBe(2);
    expect(err).toContain("XV_ERR_FAULT_BEYOND_RUN");
    expect(err).toContain("letters.json: faults[0].at");
    expect(err).toContain("register-bit-flip in replica 1 at 800000000");
    expect(err).toContain("Choose a step below");
  });

  it("writes one JSON object on stderr and the same report to a file", async () => {
    const cwd = await toyFiles();
    const args = ["run", "letters.json", "--json", "--report", "report.json"];
    const { code, err } = await spawnCli(args, { cwd });
    expect(code).toBe(0);
    const report = JSON.parse(err) as Record<string, unknown>;
    expect(report).toMatchObject({
      type: "report",
      stop: { reason: "power-off", exitCode: 0 },
      replicas: 2,
      outputBytes: 10,
    });
    const file = JSON.parse(await readFile(join(cwd, "report.json"), "utf8")) as object;
    expect({ type: "report", ...file }).toEqual(report);
  });

  it("explains a report that can't be written before the guest starts", async () => {
    const cwd = await toyFiles();
    const args = ["run", "letters.json", "--report", "absent/report.json"];
    const { code, out, err } = await spawnCli(args, { cwd });
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("XV_ERR_CLI_OUTPUT_FILE");
    expect(err).toContain(join(cwd, "absent/report.json"));
    expect(err).toContain("a directory that exists");
  });

  it("leaves cleanly on Ctrl-C", async () => {
    const cwd = await toyFiles();
    let isSent = false;
    const { code, out, err } = await spawnCli(["run", "endless.json"], {
      cwd,
      onOut: (child) => {
        if (!isSent) isSent = child.kill("SIGINT");
      },
    });
    expect(out.startsWith("A")).toBe(true);
    expect(err).toContain("stopping cleanly");
    expect(err).toContain("stopped by the user");
    expect(code).toBe(130);
  });

  it("refuses bad input with code 2 and not a byte on stdout", async () => {
    const cwd = await toyFiles();
    const args = ["run", "letters.json", "--set", "checkpoint.everyEpoch=3"];
    const { code, out, err } = await spawnCli(args, { cwd });
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain('Did you mean "everyEpochs"?');
    expect(err).toContain("where:  --set checkpoint.everyEpoch=3: checkpoint.everyEpoch");
    expect(err).not.toContain("    at ");
  });

  it("gives errors as JSON on request", async () => {
    const cwd = await toyFiles();
    const { code, err } = await spawnCli(["run", "absent.json", "--json"], { cwd });
    expect(code).toBe(2);
    expect(JSON.parse(err)).toMatchObject({
      type: "error",
      code: "XV_ERR_CONFIG_NOT_FOUND",
      problems: [{ place: "absent.json", remedy: expect.stringContaining("Check the path") }],
    });
  });

  it("tells instruments' notes, findings and profiles as JSON", async () => {
    const program = fileURLToPath(new URL("../../../guests/bin/small.elf", import.meta.url));
    const cwd = await temporaryFiles({
      "small.json": JSON.stringify({
        machine: { ram: "16 MiB", boot: { use: "elf", program } },
        console: { use: "null" },
        replication: "solo",
        instrumentation: ["instruction-mix"],
      }),
    });
    const args = ["run", "small.json", "--json", "--profile", "--trace", "10-12"];
    const { code, err } = await spawnCli(args, { cwd });
    const [note, report] = err
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(note).toMatchObject({ type: "note", use: "trace", replica: 0 });
    expect(String(note?.["text"])).toMatch(/^10 0 M 0x8000\S+ <_start\+\S+> \w+ .*\n11 0 M .*\n$/);
    expect(report).toMatchObject({
      type: "report",
      instrumentation: [{ use: "instruction-mix" }, { use: "trace", data: { steps: 2 } }],
      profile: [{ replica: 0 }],
    });
    expect(code).toBe(0);
  });
});
