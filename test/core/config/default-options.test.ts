import { describe, expect, it } from "vitest";
import { defaultOptionsOf } from "../../../core/config/default-options.ts";
import type { Provider } from "../../../core/index.ts";

const provider = (
  properties: Provider["schema"]["properties"],
  required: string[] = [],
): Provider => ({
  kind: "recovery",
  name: "careful",
  summary: "",
  schema: { type: "object", additionalProperties: false, properties, required },
});

describe("defaultOptionsOf", () => {
  it("fills in what the schema says", () => {
    const options = {
      attempts: { type: "integer", default: 3 },
      note: { type: "string" },
      mode: { type: "string", default: "quick" },
    };
    expect(defaultOptionsOf(provider(options))).toEqual({ attempts: 3, mode: "quick" });
    expect(defaultOptionsOf(provider({}))).toEqual({});
  });

  it("says which option a provider cannot do without", () => {
    const needy = provider({ path: { type: "string" } }, ["path"]);
    expect(() => defaultOptionsOf(needy)).toThrow(
      expect.objectContaining({
        code: "XV_ERR_CONFIG_MISSING_OPTION",
        place: "provider careful",
        value: "path",
      }),
    );
  });
});
