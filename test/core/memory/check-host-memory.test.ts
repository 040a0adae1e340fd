import { describe, expect, it } from "vitest";
import { checkHostMemory } from "../../../core/memory/check-host-memory.ts";
import { planSharedLayout } from "../../../core/memory/shared-layout.ts";

describe("checkHostMemory", () => {
  const layout = planSharedLayout(128 * 2 ** 20, 2 ** 20, 3);

  it("accepts a host that can hold the machine", () => {
    expect(() => checkHostMemory(layout, 2, 130 * 2 ** 20)).not.toThrow();
  });

  it("says how much is needed and how much there is", () => {
    expect(() => checkHostMemory(layout, 2, 129 * 2 ** 20)).toThrow(
      expect.objectContaining({
        code: "XV_ERR_MEMORY_HOST_TOO_SMALL",
        message: expect.stringMatching(/130 MiB.*129 MiB/),
        place: "machine.ram",
        value: "128 MiB",
      }),
    );
  });
});
