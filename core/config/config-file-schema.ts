// JSON Schema of a config file without its slots: those are validated one by one with the chosen provider's schema.
import { CAMPAIGN_SCHEMA } from "./campaign-options.ts";

type Schema = Readonly<Record<string, unknown>>;

const SLOT: Schema = {};

/** Everything an author may write, slots left open. Defaults stand in `defaultLayer`. */
export const CONFIG_FILE_SCHEMA: Schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: { type: "string", description: "Address of this schema, for editors." },
    extends: {
      type: ["string", "array"],
      items: { type: "string" },
      description: "Config or configs this one builds on; relative to this file.",
    },
    plugins: {
      type: "array",
      items: { type: "string", minLength: 1 },
      description: "Plugins to load: paths relative to this file, or package names.",
    },
    machine: {
      type: "object",
      additionalProperties: false,
      required: ["boot"],
      description: "The virtual machine.",
      properties: {
        platform: SLOT,
        harts: { type: "integer", minimum: 1, description: "Number of processors (harts)." },
        ram: {
          type: ["string", "integer"],
          description: 'Guest memory: "256 MiB", "1 GiB", or a number of bytes.',
        },
        boot: SLOT,
        devices: {
          type: "array",
          items: SLOT,
          description: "Devices beside the platform's own.",
        },
        clock: {
          type: "object",
          additionalProperties: false,
          description: "Virtual time.",
          properties: {
            stepsPerTick: {
              type: "integer",
              minimum: 1,
              maximum: 1_000_000,
              description:
                "Instructions per 100 ns of virtual time: 100 makes a machine of 1,000 MIPS.",
            },
            startTime: {
              type: "string",
              description:
                'Date at power-on: "host", or an instant such as "2026-01-01T00:00:00Z".',
            },
          },
        },
      },
    },
    console: SLOT,
    images: SLOT,
    replication: SLOT,
    memorySharing: SLOT,
    checkpoint: SLOT,
    voting: SLOT,
    recovery: SLOT,
    placement: SLOT,
    coreDiagnosis: SLOT,
    boundary: SLOT,
    managerProtection: SLOT,
    faults: { type: "array", items: SLOT, description: "Faults to inject." },
    faultArrivals: {
      type: "array",
      items: SLOT,
      description: "What brings further faults, by a rate and a seed.",
    },
    instrumentation: {
      type: "array",
      items: SLOT,
      description: "Instruments that observe what the guest executes, in every replica.",
    },
    profile: {
      type: "boolean",
      description: "Measures where instructions and time go, for the closing report.",
    },
    recording: {
      type: "object",
      additionalProperties: false,
      required: ["path"],
      description: "Records the run, so that it can be replayed.",
      properties: {
        path: {
          type: "string",
          minLength: 1,
          description: "Directory for the recording, new or empty; relative to this file.",
        },
        snapshotEveryEpochs: {
          type: "integer",
          minimum: 0,
          description:
            "A snapshot is kept of the first checkpoint after so many epochs, to replay from there; 0 for none. Default: 200.",
        },
      },
    },
    incidents: {
      type: ["string", "null"],
      minLength: 1,
      description:
        "Directory for a file about each divergence, for `extravirt bisect`; relative to this file.",
    },
    campaign: CAMPAIGN_SCHEMA,
    log: {
      type: "object",
      additionalProperties: false,
      description: "Messages on stderr.",
      properties: {
        level: {
          type: "string",
          enum: ["debug", "info", "warn", "error", "silent"],
          description: "Least important messages shown.",
        },
      },
    },
    limits: {
      type: "object",
      additionalProperties: false,
      description: "Ends runs that never end by themselves.",
      properties: {
        steps: { type: "integer", minimum: 0, description: "Steps to run at most; 0 is no limit." },
      },
    },
  },
};
