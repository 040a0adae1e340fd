// A toy platform whose console reads guest memory: a write to 0 sends the byte at that address, an input the one at 0x4004.
import {
  API_VERSION,
  type DeviceContext,
  type DeviceModel,
  type Platform,
  type Plugin,
} from "../../../core/index.ts";

const FOR_INPUT = 0x4004;

const send = ({ memory, emit }: DeviceContext, address: number): void =>
  emit(memory.read(address, 1));

const dmaConsole: DeviceModel = {
  kind: "device",
  name: "dma-console",
  summary: "For tests",
  schema: { type: "object", additionalProperties: false, properties: {} },
  slot: "console",
  backend: "console",
  create: (_options, context) => ({
    read: () => 0,
    write: (offset, _size, value) =>
      offset === 0 ? send(context, value) : context.stop("power-off", value),
    deliver: () => send(context, FOR_INPUT),
    save: (writer) => writer.section("dma-console", 1),
    restore: (reader) => void reader.section("dma-console", 1),
  }),
};

const plugin: Plugin = {
  name: "dma",
  apiVersion: API_VERSION,
  provide(registry) {
    const toy = registry.get("platform", "toy");
    const dmaToy: Platform = {
      ...toy,
      name: "dma-toy",
      standardDevices: [{ id: "console", use: dmaConsole.name }],
    };
    registry.register(dmaConsole);
    registry.register(dmaToy);
  },
};

export default plugin;
