// Configs of campaigns on the toy platform, each in a directory of its own.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfigObject, type LoadedConfig } from "../../../core/config/load-config.ts";
import { temporaryFiles } from "../config/temporary-files.ts";
import { LETTERS } from "../coordinator/toy-run.ts";

const MEMORY_STORE = fileURLToPath(new URL("./memory-store-plugin.ts", import.meta.url));

/** Another program at every other start. */
const FICKLE_PLUGIN = `
let loads = 0;
export default {
  name: "fickle",
  apiVersion: 1,
  provide(registry) {
    registry.register({
      kind: "boot",
      name: "fickle",
      summary: "Loads another program at every other start",
      schema: { type: "object", additionalProperties: false, properties: { sources: { type: "array" } } },
      load: ({ sources }, context) =>
        registry.get("boot", "toy-program").load({ source: sources[loads++ % sources.length] }, context),
    });
  },
};
`;

/** Prints letters, and goes on for ever. */
export const ENDLESS: string = LETTERS.replace("addi r3 -1\n", "");
/** One letter differs. */
export const OTHER_LETTERS: string = LETTERS.replace("65", "66");

export async function campaignConfig(
  campaign: Readonly<Record<string, unknown>>,
  slots: Readonly<Record<string, unknown>> = {},
  boot: object = { use: "toy-program", source: LETTERS },
): Promise<LoadedConfig> {
  const cwd = await temporaryFiles({ "fickle.mjs": FICKLE_PLUGIN });
  const config = {
    plugins: [MEMORY_STORE, join(cwd, "fickle.mjs")],
    machine: {
      platform: "toy",
      ram: "256 KiB",
      boot,
      clock: { stepsPerTick: 10, startTime: "2026-01-01T00:00:00Z" },
    },
    console: "null",
    replication: { epochSteps: 500 },
    checkpoint: { everyEpochs: 4 },
    placement: "inline",
    ...slots,
    campaign: { store: "memory", workers: 1, ...campaign },
  };
  return loadConfigObject(config, { cwd });
}
