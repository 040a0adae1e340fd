import { describe, expect, it } from "vitest";
import { coreCount } from "../../../core/config/core-count.ts";

describe("coreCount", () => {
  it("is what the placement says, or one more than replicas", () => {
    expect(coreCount({ replicas: 2 }, { cores: 5 })).toBe(5);
    expect(coreCount({ replicas: 2 }, { cores: 2 })).toBe(2);
    expect(coreCount({ replicas: 2 }, {})).toBe(3);
  });

  it("is refused where replicas would have to share one", () => {
    expect(() => coreCount({ replicas: 3 }, { cores: 1 })).toThrowError(
      expect.objectContaining({
        code: "XV_ERR_CONFIG_CORES",
        message: "1 core cannot run 3 replicas: no two of them may share one.",
        place: "placement.cores",
        value: "1",
      }),
    );
  });
});
