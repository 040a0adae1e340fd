// Providers that do nothing, of every kind a config needs, so that config tests depend on no real plugin.
import type { Plugin, Provider } from "../../../core/index.ts";
import { createPluginHost } from "../../../core/plugin-host/load-registry.ts";
import type { PluginHost } from "../../../core/plugin-host/load-registry.ts";

const NO_OPTIONS = { type: "object", properties: {}, additionalProperties: false } as const;

const place = (base: number): object => ({ base, bytes: 4096, interrupt: 1 });

function provider(kind: string, name: string, more: object = {}): Provider {
  return { kind, name, summary: `A ${name} for tests`, schema: NO_OPTIONS, ...more } as Provider;
}

function options(properties: object, required: readonly string[] = []): object {
  return { schema: { type: "object", properties, required, additionalProperties: false } };
}

const FAKE_PROVIDERS: readonly Provider[] = [
  provider("platform", "riscv-virt", {
    limits: { maxRamBytes: 1024 * 2 ** 20, maxHarts: 8 },
    places: { "virtio-mmio": [place(0x1000), place(0x2000)], uart: [place(0x3000)] },
    standardDevices: [{ id: "uart0", use: "uart16550" }],
  }),
  provider("boot", "elf", {
    ...options({ file: { type: "string", description: "Program to load." } }, ["file"]),
    paths: ["file"],
  }),
  provider("boot", "sbi-linux", {
    ...options({
      kernel: { type: "string" },
      modules: { type: "array", items: { type: "string" } },
      arguments: { type: "string", default: "console=hvc0" },
    }),
    paths: ["kernel", "modules"],
  }),
  provider("device", "uart16550", { slot: "uart", backend: "console" }),
  provider("device", "virtio-block", {
    slot: "virtio-mmio",
    backend: "block",
    ...options({ queueSize: { type: "integer", minimum: 1, maximum: 1024, default: 128 } }),
  }),
  provider("device", "virtio-plain", { slot: "virtio-mmio" }),
  provider("backend", "terminal", { serves: "console" }),
  provider("backend", "null", { serves: "console" }),
  provider("backend", "disk-file", {
    serves: "block",
    ...options({ path: { type: "string" }, isReadOnly: { type: "boolean", default: false } }, [
      "path",
    ]),
    paths: ["path"],
  }),
  provider("replication", "pair", {
    ...options({ epochSteps: { type: "integer", minimum: 100, default: 1_000_000 } }),
    create: () => ({ replicas: 2 }),
  }),
  provider("replication", "solo", { create: () => ({ replicas: 1 }) }),
  provider("replication", "primary-backup", {
    create: () => ({ replicas: 2, release: "primary" }),
  }),
  provider("memory-sharing", "merge-verified"),
  provider("checkpoint", "periodic", {
    ...options({
      everyEpochs: { type: "integer", minimum: 1, default: 100, description: "Epochs between." },
      mode: { enum: ["fast", "safe"], default: "fast" },
    }),
    checkOptions: ({
      everyEpochs,
      mode,
    }: {
      readonly everyEpochs: number;
      readonly mode: string;
    }) =>
      mode === "safe" && everyEpochs > 1000
        ? { option: "everyEpochs", problem: "the mode is safe", remedy: "Write 1000 or less." }
        : undefined,
  }),
  provider("checkpoint", "never"),
  provider("voting", "majority"),
  provider("recovery", "third-replica"),
  provider("recovery", "failover", { releases: ["primary"] }),
  provider("recovery", "nested", {
    ...options({ fallback: { description: "What to do then." } }),
    slots: { fallback: "recovery" },
  }),
  provider("boundary", "devices-inside"),
  provider("placement", "worker-threads", {
    ...options({ cores: { type: "integer", minimum: 1 } }),
    create: ({ cores }: { readonly cores?: number }) => ({
      mode: "worker",
      jitterMs: 0,
      ...(cores !== undefined && { cores }),
    }),
  }),
  provider("core-diagnosis", "replay"),
  provider("manager-protection", "sealed"),
  provider("fault", "register-bit-flip", {
    ...options({ register: { type: "string" }, bit: { type: "integer", minimum: 0 } }, [
      "register",
      "bit",
    ]),
  }),
  provider("fault", "of-coordinator", { ofCoordinator: {} }),
  provider("image-source", "debian", options({ suite: { type: "string", default: "stable" } })),
];

export const FAKE_PLUGIN: Plugin = {
  name: "fake",
  apiVersion: 1,
  provide(registry) {
    for (const fake of FAKE_PROVIDERS) registry.register(fake);
  },
};

/** For `LoadOptions.openHost`. */
export async function openFakeHost(): Promise<PluginHost> {
  return createPluginHost([FAKE_PLUGIN]);
}
