// What is needed to build a recorded machine again, without its images, its disks and its config file.
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { GuestSymbol } from "../api/boot-loader.ts";
import type { Config, FaultConfig, MachineConfig } from "../api/config.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import type { DevicePlan } from "../machine/machine-plan.ts";
import type { MachineSetup } from "../machine/machine.ts";
import { packageVersion } from "../package-root.ts";
import { plainFromJson, plainToJson } from "./plain-json.ts";

interface RecordedPlugin {
  /** Where it lay as seen from the file, for whoever takes both elsewhere; otherwise a package name. */
  readonly near: string;
  /** Where the run had it. */
  readonly url: string;
}

export interface Manifest {
  /** ExtraVirt that wrote it. */
  readonly version: string;
  readonly plugins: readonly RecordedPlugin[];
  readonly machine: MachineConfig;
  /** Their backends are not needed again. */
  readonly devices: readonly DevicePlan[];
  readonly facts: MachineSetup["facts"];
  readonly start: unknown;
  readonly startNanoseconds: bigint;
  /** As in MachineSetup. */
  readonly areDevicesBelow?: true;
  readonly replication: Pick<ReplicationPlan, "replicas" | "epochSteps" | "runAheadEpochs">;
  /** Strategies of the run, for information. */
  readonly strategies: Readonly<Record<string, string>>;
  readonly faults: readonly FaultConfig[];
}

export type RecordedMachine = Omit<MachineSetup, "processorArea">;

export function manifestOf(
  config: Config,
  plan: ReplicationPlan,
  machine: RecordedMachine,
  directory: string,
): Manifest {
  const { replicas, epochSteps, runAheadEpochs } = plan;
  const { replication, memorySharing, checkpoint, voting, recovery, placement } = config;
  const slots = { replication, memorySharing, checkpoint, voting, recovery, placement };
  return {
    version: packageVersion(),
    plugins: config.plugins.map((url) => ({ near: portable(url, directory), url })),
    machine: machine.config,
    devices: machine.devices.map(({ id, use, options, place }) => ({ id, use, options, place })),
    facts: machine.facts,
    start: machine.start,
    startNanoseconds: machine.startNanoseconds,
    ...(machine.areDevicesBelow === true && { areDevicesBelow: true }),
    replication: { replicas, epochSteps, runAheadEpochs },
    strategies: Object.fromEntries(Object.entries(slots).map(([name, { use }]) => [name, use])),
    faults: config.faults,
  };
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  return Buffer.from(plainToJson(manifest));
}

export function encodeSymbols(symbols: readonly GuestSymbol[]): Uint8Array {
  const entries = symbols.map(({ name, address, bytes }) => [name, address.toString(16), bytes]);
  return Buffer.from(JSON.stringify(entries));
}

/** @throws TypeError or SyntaxError for anything else than a manifest */
export function decodeManifest(contents: Uint8Array): Manifest {
  const manifest = plainFromJson(Buffer.from(contents).toString()) as Manifest;
  const isWhole =
    typeof manifest.startNanoseconds === "bigint" &&
    typeof manifest.machine.platform.use === "string" &&
    manifest.machine.ramBytes % 4096 === 0 &&
    Array.isArray(manifest.plugins) &&
    Array.isArray(manifest.devices) &&
    Array.isArray(manifest.faults);
  if (!isWhole) throw new TypeError("this is no manifest");
  return manifest;
}

/** For each plugin where it may be, as seen from where the file lies now. */
export function pluginUrls({ plugins }: Manifest, file: string): readonly (readonly string[])[] {
  return plugins.map(({ near, url }) => [
    near.startsWith(".") ? pathToFileURL(resolve(dirname(file), near)).href : near,
    url,
  ]);
}

function portable(url: string, directory: string): string {
  if (!url.startsWith("file:")) return url;
  const path = relative(directory, fileURLToPath(url)).replaceAll("\\", "/");
  return path.startsWith(".") ? path : `./${path}`;
}
