// What every provider has in common. A provider is a plain object with a typed interface, chosen by
// name in a config slot (`{ "use": "<name>", ...options }`); its options are validated by its own schema.

/** The slots of a config that a provider can fill. */
export const PROVIDER_KINDS = [
  "platform",
  "boot",
  "device",
  "backend",
  "replication",
  "memory-sharing",
  "checkpoint",
  "voting",
  "recovery",
  "placement",
  "core-diagnosis",
  "boundary",
  "manager-protection",
  "fault",
  "fault-arrival",
  "image-source",
  "instrumentation",
  "fault-sampling",
  "result-store",
] as const;

export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** A JSON Schema (draft-07) for an options object. `use` is added by the host; write only the options. */
export type OptionsSchema = {
  readonly type: "object";
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
};

/** Options that are valid each on its own, and not together. */
export interface OptionsConflict {
  /** The option to change. */
  readonly option: string;
  /** Why, as a clause: "everyEpochs is set too". */
  readonly problem: string;
  /** What to do, as an instruction. */
  readonly remedy: string;
}

/**
 * Base of all provider interfaces. `Options` is what `schema` validates, defaults filled in.
 * Option names that hold file paths are listed in `paths`: the config loader resolves them
 * relative to the config file that names them.
 */
export interface Provider {
  readonly kind: ProviderKind;
  /** Unique in its kind, kebab-case: what a config writes after `use`. */
  readonly name: string;
  /** One line for `extravirt list`. */
  readonly summary: string;
  readonly schema: OptionsSchema;
  /** Options holding paths, as top-level property names. */
  readonly paths?: readonly string[];
  /** Options holding a nested slot, by property name: validated with the schema of the provider chosen there. */
  readonly slots?: Readonly<Record<string, ProviderKind>>;
  /** Rules between options, after the schema's. @returns the first that is broken */
  checkOptions?(options: Readonly<Record<string, unknown>>): OptionsConflict | undefined;
}

/** A filled slot after validation: plain data that can be posted to a worker. */
export interface SlotConfig {
  readonly use: string;
  readonly [option: string]: unknown;
}
