// A directory with a config of the toy platform and a plugin whose console backend writes to standard output.
import { LETTERS } from "../coordinator/toy-run.ts";
import { temporaryFiles } from "../config/temporary-files.ts";

const STDOUT_PLUGIN = `
const backend = {
  kind: "backend",
  name: "to-stdout",
  summary: "Writes to standard output",
  serves: "console",
  schema: { type: "object", properties: {}, additionalProperties: false },
  open: async () => ({
    facts: {},
    isInteractive: false,
    start() {},
    output: (bytes) => process.stdout.write(bytes),
    async close() {},
  }),
};
const images = {
  kind: "image-source",
  name: "ready",
  summary: "Has its images already",
  schema: { type: "object", properties: { role: { type: "string", default: "kernel" } }, additionalProperties: false },
  obtain: async (options, log) => {
    log("looking");
    return { [options.role]: "/images/vmlinux", initramfs: "/images/initramfs" };
  },
};
export default {
  name: "to-stdout",
  apiVersion: 1,
  provide(registry) {
    registry.register(backend);
    registry.register(images);
  },
};
`;

/** Prints A to J; ends with the exit code put into the last lines. */
const withExitCode = (code: number): string => LETTERS.replace("li r9 0", `li r9 ${code}`);

/** Prints letters for ever. */
const ENDLESS = LETTERS.replace("addi r3 -1\n", "");

const config = (source: string): string =>
  JSON.stringify({
    plugins: ["./plugin.mjs"],
    machine: {
      platform: "toy",
      ram: "256 KiB",
      boot: { use: "toy-program", source },
      clock: { stepsPerTick: 10, startTime: "2026-01-01T00:00:00Z" },
    },
    console: "to-stdout",
    replication: { epochSteps: 500 },
    checkpoint: { everyEpochs: 4 },
    placement: "inline",
  });

/** Files: letters.json, exit-7.json, endless.json, plugin.mjs. */
export function toyFiles(more: Readonly<Record<string, string>> = {}): Promise<string> {
  return temporaryFiles({
    "plugin.mjs": STDOUT_PLUGIN,
    "letters.json": config(LETTERS),
    "exit-7.json": config(withExitCode(7)),
    "endless.json": config(ENDLESS),
    ...more,
  });
}

/** A fault in the middle of the letters that changes what replica 1 would print. */
export const FAULT = "register-bit-flip:replica=1,at=8000,register=r2,bit=5";
