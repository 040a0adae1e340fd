// The machine of a campaign as data that two machines, or two days, can compare: files and plugins count with their
// content.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename, isAbsolute } from "node:path";
import type { Config } from "../api/config.ts";
import { pluginDigest } from "../hosts/code-digest.ts";

/** Characters of a digest: enough to tell, few enough to read. */
export const SHOWN = 16;

/** The config as every run of a campaign has it, but for what is injected. */
export function withoutFaults(config: Config): Config {
  const { campaign: _campaign, incidents: _incidents, recording: _recording, ...kept } = config;
  return {
    ...kept,
    faults: [],
    faultArrivals: [],
    profile: false,
    log: { level: "silent" },
  };
}

export interface MachineDefinition {
  readonly config: unknown;
  readonly plugins: readonly string[];
}

export function machineDefinition(config: Config): MachineDefinition {
  const { plugins, ...machine } = withoutFaults(config);
  return {
    config: withFileDigests(machine),
    plugins: plugins.map((url) =>
      url.startsWith("file:") ? `${basename(url)} ${pluginDigest(url).slice(0, SHOWN)}` : url,
    ),
  };
}

/** Files count with their content, wherever they lie. */
function withFileDigests(value: unknown): unknown {
  if (typeof value === "string") return isAbsolute(value) ? fileText(value) : value;
  if (Array.isArray(value)) return value.map(withFileDigests);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withFileDigests(item)]),
  );
}

function fileText(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return path;
  return `${basename(path)} ${fileDigest(path).slice(0, SHOWN)}`;
}

/** Disks may be larger than memory. */
function fileDigest(path: string): string {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(1 << 20);
  const file = openSync(path, "r");
  try {
    for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, bytes));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}
