import { describe, expectTypeOf, it } from "vitest";
import {
  API_VERSION,
  type Plugin,
  type Provider,
  type ProviderKind,
  type Registry,
  type Vmm,
} from "../../core/index.ts";

describe("a plugin", () => {
  it("has a name and an API version; provide and apply are up to it", () => {
    expectTypeOf({ name: "x", apiVersion: API_VERSION }).toExtend<Plugin>();
    expectTypeOf<Plugin["provide"]>().toEqualTypeOf<((registry: Registry) => void) | undefined>();
    expectTypeOf<Plugin["apply"]>().toEqualTypeOf<((vmm: Vmm) => void) | undefined>();
  });

  it("is refused without a name or with an API version that is not a number", () => {
    expectTypeOf<{ apiVersion: number }>().not.toExtend<Plugin>();
    expectTypeOf<{ name: string }>().not.toExtend<Plugin>();
    expectTypeOf<{ name: string; apiVersion: "1" }>().not.toExtend<Plugin>();
    // @ts-expect-error a version is a number
    const wrong: Plugin = { name: "x", apiVersion: "1" };
    expectTypeOf(wrong).toExtend<Plugin>();
  });

  it("is not made of other members", () => {
    // @ts-expect-error the method is called `provide`
    const wrong: Plugin = { name: "x", apiVersion: API_VERSION, provides() {} };
    expectTypeOf(wrong).toExtend<Plugin>();
  });
});

describe("a provider", () => {
  it("is of a known kind", () => {
    expectTypeOf<"voting">().toExtend<ProviderKind>();
    expectTypeOf<"votes">().not.toExtend<ProviderKind>();
    expectTypeOf<Provider["kind"]>().toEqualTypeOf<ProviderKind>();
  });

  it("closes its options: a misspelt option must not pass", () => {
    expectTypeOf<Provider["schema"]["additionalProperties"]>().toEqualTypeOf<false>();
  });

  it("cannot be changed once made", () => {
    const provider = {} as Provider;
    // @ts-expect-error names are read-only
    provider.name = "other";
    expectTypeOf(provider.name).toEqualTypeOf<string>();
  });
});
