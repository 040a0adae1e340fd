import { describe, expect, it } from "vitest";
import { startNanoseconds } from "../../../core/coordinator/start-time.ts";

describe("startNanoseconds", () => {
  it("reads an instant, or the host's clock", () => {
    expect(startNanoseconds("1970-01-01T00:00:01.5Z")).toBe(1_500_000_000n);
    const before = BigInt(Date.now()) * 1_000_000n;
    expect(startNanoseconds("host")).toBeGreaterThanOrEqual(before);
  });

  it("refuses what is no instant", () => {
    expect(() => startNanoseconds("tomorrow")).toThrow(
      expect.objectContaining({ code: "XV_ERR_CONFIG_START_TIME", value: "tomorrow" }),
    );
  });
});
