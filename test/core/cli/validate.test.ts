import { describe, expect, it } from "vitest";
import { capture } from "./capture-io.ts";
import { SPAWN_TIMEOUT_MS, spawnCli } from "./spawn-cli.ts";
import { toyFiles } from "./toy-files.ts";

describe("extravirt validate", { timeout: SPAWN_TIMEOUT_MS }, () => {
  it("says what a valid config would run", async () => {
    const cwd = await toyFiles();
    const { code, out, err } = await spawnCli(["validate", "letters.json"], { cwd });
    expect(err).toBe("");
    expect(out).toBe(
      "letters.json is valid: toy with 1 hart and 256 KiB, boot toy-program, 0 extra device(s), " +
        "replication pair, no faults\n",
    );
    expect(code).toBe(0);
  });

  it("counts faults and arrivals, which it expands to see whether they can be", async () => {
    const cwd = await toyFiles();
    const set = (arrival: object): string => `faultArrivals=${JSON.stringify([arrival])}`;
    const arrival = { use: "random", faultsPerBillionSteps: 1000, untilSteps: 20_000 };
    const valid = await capture(["validate", "letters.json", "--set", set(arrival)], { cwd });
    expect(valid.out).toContain("no faults, 1 arrival(s) of faults\n");
    const endless = { use: "random", faultsPerBillionSteps: 1000 };
    const { code, err } = await capture(["validate", "letters.json", "--set", set(endless)], {
      cwd,
    });
    expect(code).toBe(2);
    expect(err).toContain("Nothing says when faults stop arriving.");
    expect(err).toContain("faultArrivals[0].untilSteps");
  });

  it("prints the complete config on request", async () => {
    const cwd = await toyFiles();
    const { out } = await capture(
      ["validate", "letters.json", "--json", "--set", "limits.steps=9"],
      {
        cwd,
      },
    );
    expect(JSON.parse(out)).toMatchObject({
      machine: { ramBytes: 262_144 },
      checkpoint: { use: "periodic", everyEpochs: 4 },
      limits: { steps: 9 },
    });
  });

  it("lists all problems, each with place, value, remedy and code", async () => {
    const cwd = await toyFiles();
    const args = ["validate", "letters.json", "--set", "log.level=loud", "--set", "voting=x"];
    const { code, out, err } = await capture(args, { cwd });
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("extravirt: 2 problems in letters.json");
    expect(err).toContain("where:  --set log.level=loud: log.level");
    expect(err).toContain('value:  "loud"');
    expect(err).toContain("remedy: Write one of debug, info, warn, error, silent.");
    expect(err).toContain("code:   XV_ERR_CONFIG_UNKNOWN_PROVIDER (docs/errors.md)");
  });
});
