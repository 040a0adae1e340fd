// Replicas on several machines, each in a process of its own, and outputs that leave only while a majority of the other
// machines is heard.
import { MAX_LEASE_MS, type HostsSetup, type PlacementProvider } from "../../core/index.ts";
import { jitterOption } from "./jitter-option.ts";
import { scrubOption } from "./scrub-option.ts";

const address = { type: "string", pattern: "^\\S+:\\d{1,5}$" } as const;
const milliseconds = { type: "integer", minimum: 0, maximum: 86_400_000 } as const;

export const hosts: PlacementProvider = {
  kind: "placement",
  name: "hosts",
  summary: "Replicas on several machines over TCP, with a lease on the right to release outputs",
  paths: ["key", "control"],
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["hosts", "key"],
    properties: {
      hosts: {
        type: "array",
        minItems: 1,
        items: address,
        description: "Machines on which `extravirt host` listens, each as address:port",
      },
      voters: {
        type: "array",
        items: address,
        default: [],
        description: "Machines that have a say in the lease only, and run no replicas",
      },
      key: { type: "string", description: "File with the key that all of them hold" },
      vm: {
        type: "string",
        pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$",
        default: "machine",
        description:
          "Name of this virtual machine: of all runs with one name, one at a time may release outputs",
      },
      localCores: {
        type: "integer",
        minimum: 0,
        maximum: 1024,
        default: 2,
        description: "Cores (fault domains) of this machine that replicas are put on",
      },
      hostCores: {
        type: "integer",
        minimum: 1,
        maximum: 1024,
        default: 2,
        description: "Cores of each other machine that replicas are put on",
      },
      leaseMs: {
        ...milliseconds,
        minimum: 50,
        maximum: MAX_LEASE_MS,
        default: 2000,
        description: "How long a machine promises itself to one run at a time",
      },
      silenceMs: {
        ...milliseconds,
        minimum: 500,
        default: 5000,
        description: "Nothing heard for so long ends a connection, and the replica behind it",
      },
      giveUpMs: {
        ...milliseconds,
        default: 0,
        description:
          "Without the majority for so long, the run stops; 0: it waits for the network as long as it takes",
      },
      reconnect: {
        type: "string",
        enum: ["automatic", "manual"],
        default: "automatic",
        description:
          "Whether a lost machine is used again by itself, or after `extravirt reprotect`",
      },
      control: { type: "string", description: "Socket to make for `extravirt reprotect`" },
      ...scrubOption,
      ...jitterOption,
    },
  },
  create: (options) => {
    const setup = hostsSetup(options);
    return {
      mode: "host",
      hosts: setup,
      cores: setup.localCores + setup.hosts.reduce((sum, { cores }) => sum + cores, 0),
      scrubPages: options["scrubPages"] as number,
      jitterMs: options["jitterMs"] as number,
    };
  },
};

function hostsSetup(options: Readonly<Record<string, unknown>>): HostsSetup {
  const control = options["control"] as string | undefined;
  const withCores = (cores: number, addresses: unknown): HostsSetup["hosts"] =>
    (addresses as readonly string[]).map((each) => ({ address: each, cores }));
  return {
    vm: options["vm"] as string,
    hosts: [
      ...withCores(options["hostCores"] as number, options["hosts"]),
      ...withCores(0, options["voters"]),
    ],
    key: options["key"] as string,
    localCores: options["localCores"] as number,
    leaseMs: options["leaseMs"] as number,
    silenceMs: options["silenceMs"] as number,
    giveUpMs: options["giveUpMs"] as number,
    isReconnecting: options["reconnect"] === "automatic",
    ...(control !== undefined && { control }),
  };
}
