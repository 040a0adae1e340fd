import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../core/config/load-config.ts";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";

const CONFIG = fileURLToPath(new URL("toy.yaml", import.meta.url));
const DOCS = fileURLToPath(new URL("../../../docs/plugins.md", import.meta.url));
const SOURCE = fileURLToPath(new URL("after-output.ts", import.meta.url));

async function run(
  overrides: readonly string[] = [],
  faults: readonly string[] = [],
): Promise<{ report: RunReport; text: string; checkpointsAt: number[] }> {
  const { config } = await loadConfig(CONFIG, { overrides, faults });
  let text = "";
  const checkpointsAt: number[] = [];
  const report = await runMachine(config, {
    onVmm: ({ hooks }) => {
      hooks.outputCommitted.tap("test", (_epoch, outputs) => {
        text += outputs.map(({ bytes }) => Buffer.from(bytes).toString()).join("");
      });
      hooks.checkpointTaken.tap("test", () => checkpointsAt.push(text.length));
    },
  });
  return { report, text, checkpointsAt };
}

/** Flips a bit of a register that the letters depend on. */
const flip = (at: number): string => `register-bit-flip:replica=0,at=${at},register=r2,bit=3`;

describe("the example plugin", { timeout: 60_000 }, () => {
  it("is loaded by a config and decides when checkpoints are taken", async () => {
    const { report, text, checkpointsAt } = await run();
    expect([text, report.stop.reason]).toEqual(["ABCDEFGHIJ", "power-off"]);
    expect(checkpointsAt).toEqual([2, 4, 6, 8]);
  });

  it("takes one after so many epochs of silence", async () => {
    const silent = await run(["checkpoint.outputs=1000", "checkpoint.mostEpochs=8"]);
    expect(silent.report.checkpoints).toBeGreaterThan(3);
    const never = await run(["checkpoint.outputs=1000"]);
    expect(never.report.checkpoints).toBe(0);
  });

  it("works on worker threads, which import it again", async () => {
    const { report, text } = await run(["placement=worker-threads"], [flip(9000)]);
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.divergences).toHaveLength(1);
  });

  it("stops the run at the fourth divergence", async () => {
    const resolved = await run([], [flip(3000)]);
    expect(resolved.report.stop.reason).toBe("power-off");
    const faults = [0, 1, 3, 4, 5].map((replica, index) =>
      flip(2000 + 3000 * index).replace("replica=0", `replica=${replica}`),
    );
    const { report, text } = await run([], faults);
    expect(report.divergences.map(({ outcome }) => outcome.kind)).toEqual([
      "recovered",
      "recovered",
      "recovered",
      "stopped",
    ]);
    expect("ABCDEFGHIJ".startsWith(text)).toBe(true);
  });

  it("has its options checked like those of any provider", async () => {
    await expect(loadConfig(CONFIG, { overrides: ["checkpoint.output=2"] })).rejects.toMatchObject({
      code: "XV_ERR_CONFIG_UNKNOWN_OPTION",
    });
    await expect(loadConfig(CONFIG, { overrides: ["checkpoint.outputs=0"] })).rejects.toThrow(
      /outputs/,
    );
  });

  it("is what the documentation shows", () => {
    const shown = /```ts\n(\/\/ A plugin as a third party[^]*?)```/.exec(
      readFileSync(DOCS, "utf8"),
    );
    const source = readFileSync(SOURCE, "utf8");
    expect(shown?.[1]).toBe(source.replace("../../../core/index.ts", "extravirt"));
  });
});
