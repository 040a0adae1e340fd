import { describe, expect, it } from "vitest";
import type { Provider } from "../../../core/index.ts";
import { createRegistry } from "../../../core/plugin-host/create-registry.ts";
import { expectProblem, failureOf } from "../config/expect-problem.ts";

const voting = (name: string): Provider => ({
  kind: "voting",
  name,
  summary: name,
  schema: { type: "object", properties: {}, additionalProperties: false },
});

describe("createRegistry", () => {
  it("gives back what was registered, in order, by kind", () => {
    const registry = createRegistry();
    const [a, b] = [voting("b"), voting("a")];
    registry.register(a);
    registry.register(b);
    expect(registry.list("voting")).toEqual([a, b]);
    expect(registry.get("voting", "a")).toBe(b);
    expect(registry.list("boot")).toEqual([]);
  });

  it("lets one name be used in several kinds", () => {
    const registry = createRegistry();
    registry.register(voting("none"));
    registry.register({ ...voting("none"), kind: "checkpoint" });
    expect(registry.get("checkpoint", "none").kind).toBe("checkpoint");
  });

  it("refuses a second provider of a kind and name", async () => {
    const registry = createRegistry();
    registry.register(voting("a"));
    expectProblem(await failureOf(() => registry.register(voting("a"))), {
      code: "XV_ERR_PLUGIN_DUPLICATE_PROVIDER",
      value: "a",
      remedy: "another name",
    });
  });

  it("refuses a kind that does not exist", async () => {
    const provider = { ...voting("a"), kind: "votin" } as unknown as Provider;
    expectProblem(await failureOf(() => createRegistry().register(provider)), {
      code: "XV_ERR_PLUGIN_INVALID",
      message: 'Did you mean "voting"?',
      value: "votin",
      remedy: "checkpoint",
    });
  });

  it("says what there is when a name is unknown", async () => {
    const registry = createRegistry();
    registry.register(voting("majority"));
    expectProblem(await failureOf(() => registry.get("voting", "magority")), {
      code: "XV_ERR_CONFIG_UNKNOWN_PROVIDER",
      message: 'Did you mean "majority"?',
      value: "magority",
      remedy: "Choose one of: majority",
    });
    expectProblem(await failureOf(() => registry.get("boot", "elf")), {
      code: "XV_ERR_CONFIG_UNKNOWN_PROVIDER",
      value: "elf",
      remedy: "No plugin provides any boot",
    });
  });
});
