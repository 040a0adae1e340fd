import { describe, expect, it } from "vitest";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { PLATFORM_CHECKS } from "./platform-kit.ts";
import { toySubjects } from "./toy-subjects.ts";

const subjects = toySubjects(await loadRegistry({ plugins: [] }));

describe.each(Object.entries(subjects))("%s", (_name, subject) => {
  it.each(Object.entries(PLATFORM_CHECKS))("%s", async (_check, check) => {
    await expect(check(subject)).resolves.toBeUndefined();
  });
});
