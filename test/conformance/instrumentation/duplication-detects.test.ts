// What goes wrong within generated code, interpreted or compiled, is found where duplicated instructions compare; and
// what happens in the windows between comparison and use is not.
import { describe, expect, it } from "vitest";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { SelfCheckFailure } from "../../../core/replica/replica-setup.ts";
import { runObserved } from "./observed-replica.ts";
import { wrongAt, type WrongSite } from "./wrong-at.ts";

const registry = await loadRegistry({ plugins: [] });
registry.register(wrongAt);

const STEPS = 300_000;
const DUPLICATION = { use: "instruction-duplication" };
/** Which one of its kind is wrong: early and late ones, in code that is interpreted and in code that is compiled. */
const WHICH = [3, 50, 301, 2000, 7001, 15_002];

const GUEST = { guest: "calls", steps: STEPS };

/** Runs with something wrong behind the comparisons. @returns what the replica found, else how it ended */
async function found(
  wrong: { readonly site: WrongSite; readonly nth: number; readonly bit: number },
  compileAfterJumps: number,
  options: object = {},
): Promise<string> {
  try {
    const { digest } = await runObserved({
      ...GUEST,
      registry,
      instrumentation: [
        { ...DUPLICATION, ...options },
        { use: "wrong-at", ...wrong },
      ],
      compiler: { compileAfterJumps },
    });
    return digest;
  } catch (error) {
    if (error instanceof SelfCheckFailure) return error.message;
    throw error;
  }
}

describe.each([0, 1, 20])("compiled after %d jumps", { timeout: 120_000 }, (jumps) => {
  it("a wrong result is found, or overwritten before it is used", async () => {
    const { digest } = await runObserved(GUEST);
    let finds = 0;
    for (const nth of WHICH) {
      const what = await found({ site: "result", nth, bit: nth % 64 }, jumps);
      if (what === digest) continue;
      finds += 1;
      expect(what, `result ${nth}`).toMatch(/differs from its shadow|no computation led/);
    }
    expect(finds).toBeGreaterThan(WHICH.length / 2);
  });

  it("a branch that goes the wrong way is found where control flow is followed", async () => {
    for (const nth of WHICH) {
      const wrong = { site: "branch", nth, bit: 0 } as const;
      expect(await found(wrong, jumps), `branch ${nth}`).toMatch(/no computation led/);
    }
  });

  it("a computed jump that goes elsewhere is found where control flow is followed", async () => {
    for (const nth of [3, 50, 301]) {
      const wrong = { site: "target", nth, bit: 2 } as const;
      expect(await found(wrong, jumps), `jump ${nth}`).toMatch(/no computation led/);
    }
  });

  it("what is wrong behind the comparison is not found", async () => {
    const { digest } = await runObserved(GUEST);
    for (const site of ["stored", "loaded"] as const) {
      const end = await found({ site, nth: 301, bit: 1 }, jumps);
      expect(end, site).not.toBe(digest);
      expect(end, site).not.toMatch(/differs|no computation/);
    }
  });
});
