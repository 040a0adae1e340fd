import { describe, expect, it } from "vitest";
import { createStrategy } from "../../../core/coordinator/create-strategy.ts";
import { createHooks } from "../../../core/coordinator/hooks.ts";
import { createRegistry } from "../../../core/plugin-host/create-registry.ts";
import { periodic } from "../../../plugins/checkpoint/periodic.ts";
import { progressOf } from "../../plugins/checkpoint/progress-of.ts";

const progress = progressOf({ epochs: 3 });

describe("createStrategy", () => {
  const registry = createRegistry();
  registry.register(periodic);
  const slot = { use: "periodic", everyEpochs: 3 };

  it("takes the provider named in the slot, with the slot's options", () => {
    const policy = createStrategy("checkpoint", slot, { hooks: createHooks() }, registry);
    expect(policy.shouldCheckpoint(progress)).toBe(true);
    expect(policy.shouldCheckpoint({ ...progress, epochs: 2 })).toBe(false);
  });

  it("takes the first tap's answer instead", () => {
    const hooks = createHooks();
    const seen: unknown[] = [];
    hooks.create.for("checkpoint").tap("declines", (asked) => {
      seen.push(asked);
      return undefined;
    });
    hooks.create.for("checkpoint").tap("answers", () => ({ shouldCheckpoint: () => false }));
    const policy = createStrategy("checkpoint", slot, { hooks }, registry);
    expect(policy.shouldCheckpoint(progress)).toBe(false);
    expect(seen).toEqual([slot]);
  });
});
