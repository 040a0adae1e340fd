import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { composeSchema, composeSchemaText } from "../../../core/config/compose-schema.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { openFakeHost } from "./fake-providers.ts";

async function validator(): Promise<(config: unknown) => boolean> {
  const { registry } = await openFakeHost();
  const validate = new Ajv({ strict: false }).compile(composeSchema(registry));
  return (config) => validate(config) === true;
}

describe("the composed schema", () => {
  it("accepts configs, also incomplete ones that extend others", async () => {
    const accepts = await validator();
    expect(accepts({})).toBe(true);
    expect(accepts({ extends: "./a.yaml", machine: { harts: 2, ram: "1 GiB" } })).toBe(true);
    expect(accepts({ checkpoint: "never", images: null })).toBe(true);
    expect(
      accepts({
        $schema: "x",
        machine: {
          boot: { use: "elf", file: "x" },
          devices: [{ use: "virtio-block", id: "d", backend: { use: "disk-file", path: "x" } }],
        },
        faults: [{ use: "register-bit-flip", replica: 0, at: 1, register: "x5", bit: 1 }],
        recovery: { use: "nested", fallback: { use: "third-replica" } },
      }),
    ).toBe(true);
  });

  it("checks options by the provider chosen", async () => {
    const accepts = await validator();
    expect(accepts({ checkpoint: { use: "periodic", everyEpochs: 3 } })).toBe(true);
    expect(accepts({ checkpoint: { use: "never", everyEpochs: 3 } })).toBe(false);
    expect(accepts({ checkpoint: { use: "periodic", everyEpochs: 0 } })).toBe(false);
    expect(accepts({ recovery: { use: "nested", fallback: { use: "nested", x: 1 } } })).toBe(false);
    expect(
      accepts({ machine: { devices: [{ use: "virtio-block", backend: { use: "null", x: 1 } }] } }),
    ).toBe(false);
    expect(accepts({ faults: [{ use: "register-bit-flip", at: "soon" }] })).toBe(false);
    expect(accepts({ chekpoint: "never" })).toBe(false);
  });

  it("lets plugins outside the schema be used", async () => {
    const accepts = await validator();
    expect(accepts({ checkpoint: { use: "adaptive", target: 3 } })).toBe(true);
  });

  it("describes slots and providers for editors", async () => {
    const { registry } = await openFakeHost();
    const text = composeSchemaText(registry);
    expect(text).toContain("When the replicas are stopped and verified in full.");
    expect(text).toContain("A periodic for tests");
    expect(text.endsWith("}\n")).toBe(true);
    expect(composeSchemaText((await openFakeHost()).registry)).toBe(text);
  });

  it("is a valid schema for all built-in providers", async () => {
    const schema = composeSchema(await loadRegistry({ plugins: [] }));
    const ajv = new Ajv({ strict: false });
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(ajv.compile(schema)({})).toBe(true);
  });
});
