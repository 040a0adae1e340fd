// Cross-field rules of a config that no schema of a single slot can state: one small function per rule.
import type { Config, DeviceConfig, FaultConfig } from "../api/config.ts";
import type { DeviceModel } from "../api/device.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { Platform } from "../api/platform.ts";
import type { Registry } from "../api/plugin.ts";
import type { SlotConfig } from "../api/provider.ts";
import { coreCount } from "./core-count.ts";
import { recoveryMisfit } from "./recovery-misfit.ts";
import { bytesText, parseBytes } from "./parse-bytes.ts";
import { badValue } from "./schema-problems.ts";
import { nodeAt, pathText, placeOf, toPlain, valueText } from "./sourced-value.ts";
import type { OptionPath, Sourced } from "./sourced-value.ts";

/** Witnesses a fault may address beyond the replicas of the start: more than any recovery tries in a row. */
const ADDRESSABLE_WITNESSES = 32;

/** @returns bytes, or the problem with `machine.ram`. */
export function checkRam(root: Sourced, platform: Platform | undefined): number | ExtravirtError {
  const path = ["machine", "ram"];
  const node = nodeAt(root, path);
  const written = node === undefined ? undefined : toPlain(node);
  const max = platform?.limits.maxRamBytes ?? Number.MAX_SAFE_INTEGER;
  const range = platform === undefined ? "" : `, at most ${bytesText(max)} on ${platform.name}`;
  const expected = `a size such as "256 MiB", a multiple of ${bytesText(PAGE_BYTES)}${range}`;
  const bytes =
    typeof written === "string" || typeof written === "number" ? parseBytes(written) : undefined;
  if (bytes === undefined) return badValue(root, path, written, expected);
  if (bytes >= PAGE_BYTES && bytes <= max && bytes % PAGE_BYTES === 0) return bytes;
  return badValue(root, path, written, expected, "", "XV_ERR_CONFIG_RAM_RANGE");
}

export function checkHarts(root: Sourced, harts: number, platform: Platform): ExtravirtError[] {
  const { maxHarts } = platform.limits;
  if (harts <= maxHarts) return [];
  const expected = `an integer from 1 to ${maxHarts}, the limit of ${platform.name}`;
  return [badValue(root, ["machine", "harts"], harts, expected, "", "XV_ERR_CONFIG_HARTS_RANGE")];
}

/** "host", or an ISO 8601 instant with its offset from UTC (without one it would depend on the host's time zone). */
export function checkStartTime(root: Sourced, startTime: string): ExtravirtError[] {
  const isInstant =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(startTime) &&
    Date.parse(startTime) >= 0;
  if (startTime === "host" || isInstant) return [];
  const expected = '"host", or an instant since 1970 such as "2026-01-01T00:00:00Z"';
  const path = ["machine", "clock", "startTime"];
  return [badValue(root, path, startTime, expected, "", "XV_ERR_CONFIG_START_TIME")];
}

export function checkDeviceIds(
  root: Sourced,
  devices: readonly DeviceConfig[],
  platform: Platform | undefined,
): ExtravirtError[] {
  const taken = new Map(
    (platform?.standardDevices ?? []).map(({ id }) => [id, `the platform ${platform!.name}`]),
  );
  const problems: ExtravirtError[] = [];
  for (const [index, { id }] of devices.entries()) {
    if (id === undefined) continue;
    const path: OptionPath = ["machine", "devices", index];
    const other = taken.get(id);
    if (other === undefined) taken.set(id, pathText(path));
    else {
      problems.push(
        new ExtravirtError("XV_ERR_CONFIG_DUPLICATE_ID", `Two devices are called "${id}".`, {
          place: placeOf(root, [...path, "id"]),
          value: valueText(id),
          remedy: `Choose another id; this one belongs to ${other}.`,
        }),
      );
    }
  }
  return problems;
}

export function checkDevicePlaces(
  root: Sourced,
  devices: readonly DeviceConfig[],
  platform: Platform,
  registry: Registry,
): ExtravirtError[] {
  const models = new Map(registry.list("device").map((model) => [model.name, model]));
  const taken = new Map<string, number>();
  const take = (slot: string): number => {
    const count = (taken.get(slot) ?? 0) + 1;
    taken.set(slot, count);
    return count;
  };
  for (const { use } of platform.standardDevices) take(models.get(use)?.slot ?? "");
  const problems: ExtravirtError[] = [];
  for (const [index, { use }] of devices.entries()) {
    const { slot } = models.get(use)!;
    const places = platform.places[slot]?.length ?? 0;
    if (take(slot) <= places) continue;
    problems.push(
      new ExtravirtError(
        "XV_ERR_CONFIG_NO_PLACE",
        `The platform ${platform.name} has no place left for this device: ` +
          `it has ${places} of kind "${slot}", its own devices included.`,
        {
          place: placeOf(root, ["machine", "devices", index]),
          value: use,
          remedy: "Remove a device of that kind or choose another platform.",
        },
      ),
    );
  }
  return problems;
}

/** A device that needs a backend has one, of the kind it needs; one that needs none has none. */
export function checkDeviceBackend(
  root: Sourced,
  path: OptionPath,
  device: DeviceConfig,
  model: DeviceModel,
  registry: Registry,
): ExtravirtError[] {
  const backendPath = [...path, "backend"];
  if (device.backend !== undefined) {
    return checkServes(root, backendPath, device.backend, model.backend, registry);
  }
  if (model.backend === undefined) return [];
  return [
    new ExtravirtError("XV_ERR_CONFIG_MISSING_OPTION", `${pathText(backendPath)} is missing.`, {
      place: placeOf(root, backendPath),
      value: "nothing",
      remedy: `A ${model.name} needs one: add \`backend: { use: ... }\` with one of: ${serving(model.backend, registry)}.`,
    }),
  ];
}

/** @param needed what the device wants served; undefined when it takes no backend. */
export function checkServes(
  root: Sourced,
  path: OptionPath,
  backend: SlotConfig,
  needed: string | undefined,
  registry: Registry,
): ExtravirtError[] {
  const { serves } = registry.get("backend", backend.use);
  if (serves === needed) return [];
  const remedy =
    needed === undefined
      ? "Remove the backend; this device takes none."
      : `Use one that serves "${needed}": ${serving(needed, registry)}.`;
  return [
    new ExtravirtError(
      "XV_ERR_CONFIG_BACKEND_MISMATCH",
      `The backend ${backend.use} serves "${serves}", not this device.`,
      { place: placeOf(root, [...path, "use"]), value: backend.use, remedy },
    ),
  ];
}

function serving(what: string, registry: Registry): string {
  const names = registry.list("backend").filter(({ serves }) => serves === what);
  return names.map(({ name }) => name).join(", ") || "none is registered, add a plugin";
}

/** There is a core for each replica. */
export function checkCores(
  root: Sourced,
  slots: { readonly replication: SlotConfig; readonly placement: SlotConfig },
  registry: Registry,
): number | ExtravirtError {
  const { replication, placement } = slots;
  const plan = registry.get("replication", replication.use).create(replication);
  const placed = registry.get("placement", placement.use).create(placement);
  try {
    return coreCount(plan, placed, placeOf(root, ["placement", "cores"]));
  } catch (error) {
    if (error instanceof ExtravirtError) return error;
    throw error;
  }
}

/** The recovery fits what the replication releases. */
export function checkRecovery(
  root: Sourced,
  slots: { readonly replication: SlotConfig; readonly recovery: SlotConfig },
  registry: Registry,
): ExtravirtError[] {
  const { replication } = slots;
  const plan = registry.get("replication", replication.use).create(replication);
  const misfit = recoveryMisfit(plan, slots, registry, placeOf(root, ["recovery", "use"]));
  return misfit === undefined ? [] : [misfit];
}

/** A fault names replicas that can be, or a core that there is, and not both; one of the coordinator names neither. */
export function checkFaultPlace(
  root: Sourced,
  path: OptionPath,
  fault: FaultConfig,
  { replicas, cores }: { readonly replicas: number; readonly cores: number },
  isOfCoordinator: boolean,
): ExtravirtError[] {
  const { replica, core } = fault;
  if (isOfCoordinator) {
    if (replica === undefined && core === undefined) return [];
    return [
      new ExtravirtError("XV_ERR_CONFIG_FAULT_PLACE", `A ${fault.use} strikes no replica.`, {
        place: placeOf(root, [...path, replica === undefined ? "core" : "replica"]),
        value: valueText(replica ?? core),
        remedy: "Write neither `replica` nor `core`.",
      }),
    ];
  }
  if ((replica === undefined) === (core === undefined)) {
    const wrong = replica === undefined ? "neither a replica nor a core" : "a replica and a core";
    return [
      new ExtravirtError("XV_ERR_CONFIG_FAULT_PLACE", `This fault names ${wrong}.`, {
        place: placeOf(root, path),
        value: replica === undefined ? "nothing" : valueText({ replica, core }),
        remedy: "Write either `replica` (a number or a list of them) or `core`.",
      }),
    ];
  }
  if (core !== undefined) {
    if (core < cores) return [];
    const first =
      replicas === 1
        ? "0 is that of the replica"
        : `0 to ${replicas - 1} are those of the first replicas`;
    const others = cores > replicas ? `, ${replicas} is the first witness's` : "";
    const last = cores > replicas + 1 ? `, placement.cores ends at ${cores - 1}` : "";
    const expected = `a number of a core: ${first}${others}${last}`;
    const code = "XV_ERR_CONFIG_FAULT_REPLICA";
    return [badValue(root, [...path, "core"], core, expected, "", code)];
  }
  const numbers = typeof replica === "number" ? [replica] : (replica ?? []);
  const all = replicas === 1 ? "0 is the only replica" : `0 to ${replicas - 1} are the replicas`;
  return numbers
    .filter((number) => number >= replicas + ADDRESSABLE_WITNESSES)
    .map((number) =>
      badValue(
        root,
        [...path, "replica"],
        number,
        `a number of a replica: ${all}, ${replicas} is the first witness of a recovery`,
        "",
        "XV_ERR_CONFIG_FAULT_REPLICA",
      ),
    );
}

export function checkFaultWithinLimit(
  root: Sourced,
  path: OptionPath,
  fault: FaultConfig,
  limits: Config["limits"],
): ExtravirtError[] {
  const { repeat } = fault;
  const last = fault.at + (repeat === undefined ? 0 : (repeat.times - 1) * repeat.everySteps);
  if (limits.steps === 0 || last < limits.steps) return [];
  return [
    new ExtravirtError(
      "XV_ERR_FAULT_BEYOND_RUN",
      `The fault would happen after the run ends: limits.steps is ${limits.steps}.`,
      {
        place: placeOf(root, [...path, "at"]),
        value: valueText(last),
        remedy: `Write a step below ${limits.steps}, or raise limits.steps.`,
      },
    ),
  ];
}
