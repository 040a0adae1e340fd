import { describe, expect, it } from "vitest";
import type { ProcessorContext } from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { ToyProcessor } from "../../../guest-archs/toy/toy-processor.ts";
import { BROKEN_TOYS, withProcessor } from "./broken-toys.ts";
import { PLATFORM_CHECKS } from "./platform-kit.ts";
import { toySubjects } from "./toy-subjects.ts";

const registry = await loadRegistry({ plugins: [] });
const SUBJECT = "toy, sleeping";

/** The AssertionError of a check, wherever a property wrapped it; undefined when it passed. */
async function failureOf(check: string, make: (typeof BROKEN_TOYS)[number][1]): Promise<unknown> {
  const subject = toySubjects(withProcessor(registry, make))[SUBJECT];
  if (subject === undefined) throw new Error(`there is no subject "${SUBJECT}"`);
  try {
    await PLATFORM_CHECKS[check]?.(subject);
  } catch (error) {
    return (error as Error).cause ?? error;
  }
  return undefined;
}

describe("the platform kit", () => {
  it.each(BROKEN_TOYS)("notices a processor %s", async (_what, make, check) => {
    expect(Object.keys(PLATFORM_CHECKS)).toContain(check);
    expect(await failureOf(check, make)).toMatchObject({ name: "AssertionError" });
  });

  it("has a broken processor for each of its checks, and none fails a sound one", async () => {
    const covered = new Set(BROKEN_TOYS.map(([, , check]) => check));
    expect([...covered].sort()).toEqual(Object.keys(PLATFORM_CHECKS).sort());
    for (const check of covered) {
      expect(await failureOf(check, (context) => new ToyProcessor(context))).toBeUndefined();
    }
  });

  it("accepts a processor that reports a single step to the clock itself", async () => {
    const check = "reports one step as a run of one step";
    expect(await failureOf(check, (context) => reportingItself(context))).toBeUndefined();
  });
});

function reportingItself(context: ProcessorContext): ToyProcessor {
  return new (class extends ToyProcessor {
    override stepAndReport(): string | undefined {
      const written = super.stepAndReport();
      context.clock.report(context.clock.steps + 1);
      return written;
    }
  })(context);
}
