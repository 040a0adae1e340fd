import { describe, expect, it } from "vitest";
import { codePaths } from "../../../core/cli/code-paths.ts";
import { capture } from "./capture-io.ts";
import { SPAWN_TIMEOUT_MS } from "./spawn-cli.ts";
import { toyFiles } from "./toy-files.ts";

describe("extravirt ledger", { timeout: SPAWN_TIMEOUT_MS }, () => {
  it("prints state with its defences, code, and the coordinator's share of time", async () => {
    const cwd = await toyFiles({});
    const { code, out, err } = await capture(["ledger", "letters.json"], { cwd });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/page maps +\d.* frameAudit/);
    expect(out).toMatch(/log +\d.* recordSeals, logChain/);
    expect(out).toMatch(/core\/coordinator +\d.* coordinator \(\d+ files\)/);
    expect(out).toMatch(/coordinator's thread: \d+ of \d+ ms/);
  });

  it("prints the same as JSON", async () => {
    const cwd = await toyFiles({});
    const { out } = await capture(["ledger", "letters.json", "--json"], { cwd });
    const { state, hostTime, stop } = JSON.parse(out);
    expect(state.checkpoints.bytes).toBeGreaterThan(0);
    expect(state["owner table"].bytes).toBeGreaterThan(64);
    expect(hostTime.coordinatorMs).toBeGreaterThan(0);
    expect(hostTime.share).toBeLessThanOrEqual(1.01);
    expect(stop.reason).toBe("power-off");
  });

  it("knows what replicas run and what they do not", () => {
    const placeOf = (folder: string): string[] =>
      codePaths().flatMap((path) => (path.folder === folder ? [path.runsIn] : []));
    expect(placeOf("core/coordinator")).toContain("coordinator");
    expect(placeOf("core/machine")).toContain("both");
    expect(placeOf("core/replica")).toContain("replicas");
  });
});
