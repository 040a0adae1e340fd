// The slots of a config: where each stands, which kind of provider fills it, and which one does by default.
import type { ProviderKind } from "../api/provider.ts";
import { sourced } from "./sourced-value.ts";
import type { OptionPath, Sourced } from "./sourced-value.ts";

export interface ConfigSlot {
  readonly path: OptionPath;
  readonly kind: ProviderKind;
  /** Optional slots may stay empty. */
  readonly isOptional: boolean;
  readonly description: string;
}

const OPTIONAL_KINDS: readonly ProviderKind[] = ["image-source", "fault-sampling", "result-store"];

const slot = (path: OptionPath, kind: ProviderKind, description: string): ConfigSlot => ({
  path,
  kind,
  isOptional: OPTIONAL_KINDS.includes(kind),
  description,
});

/** Slots that hold one provider each. Devices, their backends, faults, their arrivals and instruments are lists; see `DEVICE_OPTIONS`, `FAULT_OPTIONS`. */
export const SINGLE_SLOTS: readonly ConfigSlot[] = [
  slot(
    ["machine", "platform"],
    "platform",
    "Processor architecture, memory map and built-in devices.",
  ),
  slot(["machine", "boot"], "boot", "What is loaded into memory and how the processor starts."),
  slot(["console"], "backend", "Host side of the machine's standard console."),
  slot(
    ["images"],
    "image-source",
    "Where kernels and the like are obtained, when not from plain files.",
  ),
  slot(["replication"], "replication", "How many replicas run and how epochs are cut."),
  slot(["memorySharing"], "memory-sharing", "Which memory the replicas share, and when."),
  slot(["checkpoint"], "checkpoint", "When the replicas are stopped and verified in full."),
  slot(["voting"], "voting", "How claims of replicas are weighed."),
  slot(["recovery"], "recovery", "What happens after a divergence."),
  slot(["placement"], "placement", "On which cores replicas run."),
  slot(["coreDiagnosis"], "core-diagnosis", "What is found out about cores that were blamed."),
  slot(["boundary"], "boundary", "Which side of the replication layer device models are on."),
  slot(
    ["managerProtection"],
    "manager-protection",
    "How the coordinator defends itself against faults of its own.",
  ),
  slot(["campaign", "sampling"], "fault-sampling", "Which faults a campaign tries."),
  slot(["campaign", "store"], "result-store", "Where the results of a campaign are kept."),
];

const DEVICE_ID_PATTERN = "^[a-z][a-z0-9-]*$";

/** Options every item of `machine.devices` has beside those of its model. */
export const DEVICE_OPTIONS: Readonly<Record<string, unknown>> = {
  id: {
    type: "string",
    pattern: DEVICE_ID_PATTERN,
    description: "Name of the device in this machine. Default: the model's name and a number.",
  },
  backend: { description: "Host side of the device." },
};

/** Options every item of `faults` has beside those of its model. */
export const FAULT_OPTIONS: Readonly<Record<string, unknown>> = {
  replica: {
    type: ["integer", "array"],
    minimum: 0,
    items: { type: "integer", minimum: 0 },
    minItems: 1,
    uniqueItems: true,
    description:
      "Replica that suffers the fault, or a list of them; from 0, the first witness follows the last replica.",
  },
  core: {
    type: "integer",
    minimum: 0,
    description:
      "Core on which it happens, instead of a replica: whoever runs there. From 0; those of the first replicas come first, then those of witnesses (placement.cores).",
  },
  at: {
    type: "integer",
    minimum: 0,
    description: "Step (instruction or trap) before which it happens, counted from power-on.",
  },
  repeat: {
    type: "object",
    additionalProperties: false,
    required: ["times", "everySteps"],
    description: "Makes it intermittent: it happens several times, a fixed distance apart.",
    properties: {
      times: { type: "integer", minimum: 1, maximum: 10_000, description: "How often it happens." },
      everySteps: { type: "integer", minimum: 1, description: "Steps from one time to the next." },
    },
  },
};

/** The lowest layer of every config. */
export function defaultLayer(): Sourced {
  const origin = { label: "built-in defaults", directory: "/" };
  return sourced(
    {
      plugins: [],
      machine: {
        platform: { use: "riscv-virt" },
        harts: 1,
        ram: "128 MiB",
        devices: [],
        clock: { stepsPerTick: 100, startTime: "host" },
      },
      console: { use: "terminal" },
      replication: { use: "pair" },
      memorySharing: { use: "merge-verified" },
      checkpoint: { use: "periodic" },
      voting: { use: "majority" },
      recovery: { use: "third-replica" },
      placement: { use: "worker-threads" },
      coreDiagnosis: { use: "replay" },
      boundary: { use: "devices-inside" },
      managerProtection: { use: "sealed" },
      faults: [],
      faultArrivals: [],
      instrumentation: [],
      profile: false,
      log: { level: "warn" },
      limits: { steps: 0 },
    },
    origin,
  );
}
