// Built-in plugin: the toy platform, its console and its boot loader.
import { API_VERSION, type BootLoader, type Platform, type Plugin } from "../../core/index.ts";
import { assembleToy } from "./instruction-set.ts";
import { toyConsole } from "./toy-console.ts";
import { TOY_REGISTERS, ToyProcessor } from "./toy-processor.ts";

const noOptions = { type: "object", additionalProperties: false, properties: {} } as const;

const toy: Platform = {
  kind: "platform",
  name: "toy",
  summary: "A toy architecture for tests and teaching: one hart, sixteen registers",
  schema: noOptions,
  ramBase: 0,
  limits: { maxRamBytes: 2 ** 30, maxHarts: 1 },
  places: { console: [{ base: 0xf000_0000, bytes: 16, interrupt: 1 }] },
  standardDevices: [{ id: "console", use: "toy-console" }],
  processorBytes: () => 0,
  create(_options, _start, context) {
    const processor = new ToyProcessor(context);
    return {
      processor,
      parts: [],
      interruptLine: () => ({ set: (isHigh) => processor.setLine(isHigh) }),
    };
  },
  registers: () => TOY_REGISTERS,
  nameRegister: (byte) => (byte < 16 * 8 ? `r${Math.floor(byte / 8)}` : undefined),
  deviceTree: () => ({ name: "", properties: {} }),
};

const toyProgram: BootLoader = {
  kind: "boot",
  name: "toy-program",
  summary: "Assembles a program for the toy platform and starts it at address 0",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["source"],
    properties: { source: { type: "string", description: "One instruction per line" } },
  },
  load(options) {
    const words = assembleToy(options["source"] as string);
    return Promise.resolve({
      segments: [{ address: 0, bytes: new Uint8Array(words.buffer) }],
      start: {},
    });
  },
};

const toyPlugin: Plugin = {
  name: "toy",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [toy, toyProgram, toyConsole]) registry.register(provider);
  },
};

export default toyPlugin;
