// Validates a merged config slot by slot and as a whole, and returns it complete: defaults filled in, paths absolute,
// frozen. All problems are reported at once.
import { resolve } from "node:path";
import type { Config, DeviceConfig, FaultConfig, RecordingConfig } from "../api/config.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Platform } from "../api/platform.ts";
import type { Registry } from "../api/plugin.ts";
import type { SlotConfig } from "../api/provider.ts";
import { campaignOf } from "./campaign-options.ts";
import {
  checkCores,
  checkDeviceBackend,
  checkDeviceIds,
  checkDevicePlaces,
  checkFaultPlace,
  checkFaultWithinLimit,
  checkHarts,
  checkRam,
  checkRecovery,
  checkServes,
  checkStartTime,
} from "./config-checks.ts";
import { throwProblems } from "./config-error.ts";
import { CONFIG_FILE_SCHEMA } from "./config-file-schema.ts";
import { DEVICE_OPTIONS, FAULT_OPTIONS, SINGLE_SLOTS } from "./config-slots.ts";
import { deepFreeze } from "./deep-freeze.ts";
import { compileSchema, schemaProblems } from "./schema-problems.ts";
import { isList, nodeAt, pathText, toPlain } from "./sourced-value.ts";
import type { OptionPath, Sourced } from "./sourced-value.ts";
import { SNAPSHOT_EVERY_EPOCHS } from "../recording/recorder.ts";
import { validateSlot } from "./validate-slot.ts";
import type { HostOptions, Validation } from "./validate-slot.ts";

export const DEVICE_HOST_OPTIONS: HostOptions = {
  properties: DEVICE_OPTIONS,
  required: [],
  slots: { backend: "backend" },
};
export const FAULT_HOST_OPTIONS: HostOptions = {
  properties: FAULT_OPTIONS,
  required: ["at"],
  slots: {},
};

/**
 * @param root the merged layers, defaults included.
 * @param label the config as the user named it, for the heading of a list of problems.
 * @param plugins resolved URLs.
 * @throws the one problem, or a ConfigError with all of them.
 */
export function validateConfig(
  root: Sourced,
  label: string,
  registry: Registry,
  plugins: readonly string[],
): Config {
  const validation: Validation = { registry, root, problems: [] };
  const { problems } = validation;
  const plain = toPlain(root) as Config & { readonly machine: { readonly ram: unknown } };
  const validate = compileSchema(CONFIG_FILE_SCHEMA);
  validate(plain);
  // A missing slot is reported below, with the providers there are for it.
  const errors = (validate.errors ?? []).filter(
    ({ keyword, instancePath }) =>
      keyword !== "required" || /^\/(recording|campaign)/.test(instancePath),
  );
  const isShapeRight = errors.length === 0;
  problems.push(...schemaProblems(errors, root, []));

  const slots = new Map<string, SlotConfig | undefined>();
  for (const { path, kind, isOptional } of SINGLE_SLOTS) {
    const node = nodeAt(root, path);
    if (node === undefined && isOptional) continue;
    slots.set(pathText(path), validateSlot(validation, kind, node, path));
  }
  const platformSlot = slots.get("machine.platform");
  const platform =
    platformSlot === undefined ? undefined : registry.get("platform", platformSlot.use);
  const devices = validateDevices(validation, platform);
  const faults = validateFaults(validation);
  const faultArrivals = itemsAt(root, ["faultArrivals"]).map((node, index) =>
    validateSlot(validation, "fault-arrival", node, ["faultArrivals", index]),
  );
  const instrumentation = itemsAt(root, ["instrumentation"]).map((node, index) =>
    validateSlot(validation, "instrumentation", node, ["instrumentation", index]),
  );

  const ram = checkRam(root, platform);
  if (typeof ram !== "number" && !problems.some(({ place }) => place === ram.place)) {
    problems.push(ram);
  }
  const consoleSlot = slots.get("console");
  if (consoleSlot !== undefined) {
    problems.push(...checkServes(root, ["console"], consoleSlot, "console", registry));
  }
  if (isShapeRight) {
    problems.push(...checkStartTime(root, plain.machine.clock.startTime));
    if (platform !== undefined) problems.push(...checkHarts(root, plain.machine.harts, platform));
  }
  const replication = slots.get("replication");
  const recovery = slots.get("recovery");
  if (replication !== undefined && recovery !== undefined) {
    problems.push(...checkRecovery(root, { replication, recovery }, registry));
  }
  const placement = slots.get("placement");
  const cores =
    replication === undefined || placement === undefined
      ? undefined
      : checkCores(root, { replication, placement }, registry);
  if (cores instanceof ExtravirtError) problems.push(cores);
  for (const [index, fault] of faults.entries()) {
    if (fault === undefined) continue;
    if (replication !== undefined && typeof cores === "number") {
      const { replicas } = registry.get("replication", replication.use).create(replication);
      const isOfCoordinator = registry.get("fault", fault.use).ofCoordinator !== undefined;
      problems.push(
        ...checkFaultPlace(root, ["faults", index], fault, { replicas, cores }, isOfCoordinator),
      );
    }
    if (isShapeRight) {
      problems.push(...checkFaultWithinLimit(root, ["faults", index], fault, plain.limits));
    }
  }
  const recording = isShapeRight ? recordingOf(root, plain.recording) : undefined;
  const sampling = slots.get("campaign.sampling");
  const store = slots.get("campaign.store");
  const campaign =
    isShapeRight && plain.campaign !== undefined && sampling !== undefined && store !== undefined
      ? campaignOf(root, plain.campaign, { sampling, store })
      : undefined;
  const incidents = isShapeRight ? absolutePath(root, ["incidents"]) : undefined;
  throwProblems(label, problems);

  const { harts, clock } = plain.machine;
  const filled = (name: string): SlotConfig => slots.get(name)!;
  const images = slots.get("images");
  return deepFreeze({
    plugins: [...plugins],
    machine: {
      platform: filled("machine.platform"),
      harts,
      ramBytes: ram as number,
      boot: filled("machine.boot"),
      devices: devices as DeviceConfig[],
      clock,
    },
    console: filled("console"),
    ...(images === undefined ? {} : { images }),
    replication: filled("replication"),
    memorySharing: filled("memorySharing"),
    checkpoint: filled("checkpoint"),
    voting: filled("voting"),
    recovery: filled("recovery"),
    placement: filled("placement"),
    coreDiagnosis: filled("coreDiagnosis"),
    boundary: filled("boundary"),
    managerProtection: filled("managerProtection"),
    faults: faults as FaultConfig[],
    faultArrivals: faultArrivals as SlotConfig[],
    instrumentation: instrumentation as SlotConfig[],
    profile: plain.profile ?? false,
    ...(recording === undefined ? {} : { recording }),
    ...(incidents === undefined ? {} : { incidents }),
    ...(campaign === undefined ? {} : { campaign }),
    log: plain.log,
    limits: plain.limits,
  });
}

function recordingOf(
  root: Sourced,
  { snapshotEveryEpochs = SNAPSHOT_EVERY_EPOCHS }: Partial<RecordingConfig> = {},
): RecordingConfig | undefined {
  const path = absolutePath(root, ["recording", "path"]);
  return path === undefined ? undefined : { path, snapshotEveryEpochs };
}

function absolutePath(root: Sourced, path: OptionPath): string | undefined {
  const node = nodeAt(root, path);
  return typeof node?.value === "string" ? resolve(node.origin.directory, node.value) : undefined;
}

function validateDevices(
  validation: Validation,
  platform: Platform | undefined,
): (DeviceConfig | undefined)[] {
  const { root, registry, problems } = validation;
  const nodes = itemsAt(root, ["machine", "devices"]);
  const devices = nodes.map((node, index) => {
    const path = ["machine", "devices", index];
    const device: DeviceConfig | undefined = validateSlot(
      validation,
      "device",
      node,
      path,
      DEVICE_HOST_OPTIONS,
    );
    if (device === undefined) return undefined;
    const found: readonly ExtravirtError[] = checkDeviceBackend(
      root,
      path,
      device,
      registry.get("device", device.use),
      registry,
    );
    problems.push(...found);
    return device;
  });
  const valid = devices.filter((device) => device !== undefined);
  if (valid.length < devices.length) return devices;
  const taken = new Set<string | undefined>([
    ...(platform?.standardDevices ?? []).map(({ id }) => id),
    ...valid.map(({ id }) => id),
  ]);
  const named = valid.map((device) => withId(device, taken));
  problems.push(...checkDeviceIds(root, named, platform));
  if (platform !== undefined) problems.push(...checkDevicePlaces(root, named, platform, registry));
  return named;
}

/** A device without an id is called after its model, with the first free number. */
function withId(device: DeviceConfig, taken: Set<string | undefined>): DeviceConfig {
  if (device.id !== undefined) return device;
  let number = 0;
  while (taken.has(`${device.use}${number}`)) number++;
  const id = `${device.use}${number}`;
  taken.add(id);
  return { ...device, id };
}

function validateFaults(validation: Validation): (FaultConfig | undefined)[] {
  return itemsAt(validation.root, ["faults"]).map(
    (node, index) =>
      validateSlot(validation, "fault", node, ["faults", index], FAULT_HOST_OPTIONS) as
        | FaultConfig
        | undefined,
  );
}

function itemsAt(root: Sourced, path: readonly string[]): readonly Sourced[] {
  const node = nodeAt(root, path);
  return isList(node) ? node.value : [];
}
