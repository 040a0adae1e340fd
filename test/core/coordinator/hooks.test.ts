import { describe, expect, it } from "vitest";
import { createHooks } from "../../../core/coordinator/hooks.ts";
import { divergence } from "../../plugins/recovery/fake-mechanism.ts";

describe("hooks", () => {
  it("can be tapped but not replaced, removed or added to", () => {
    const hooks = createHooks();
    expect(Object.isFrozen(hooks)).toBe(true);
    expect(() => {
      (hooks as { started: unknown }).started = undefined;
    }).toThrow(TypeError);
  });

  it("are new for every machine", () => {
    expect(createHooks().started).not.toBe(createHooks().started);
  });

  it("take the first answer to chooseRecovery and ask no further", () => {
    const { chooseRecovery } = createHooks();
    const asked: string[] = [];
    const answers = { a: undefined, b: "rollback", c: "fail-stop" };
    for (const [name, answer] of Object.entries(answers)) {
      chooseRecovery.tap(name, () => {
        asked.push(name);
        return answer;
      });
    }
    expect(chooseRecovery.call(divergence)).toBe("rollback");
    expect(asked).toEqual(["a", "b"]);
  });

  it("wait for every tap of shutdown, one after another", async () => {
    const { shutdown } = createHooks();
    const done: string[] = [];
    shutdown.tapPromise("slow", async () => {
      await Promise.resolve();
      done.push("slow");
    });
    shutdown.tap("fast", () => void done.push("fast"));
    await shutdown.promise();
    expect(done).toEqual(["slow", "fast"]);
  });
});
