// The options of a campaign that say how many failures are too many.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { FailureLimits } from "../statistics/failure-limit.ts";

interface LimitOptions {
  readonly maxFailures?: string;
  readonly maxFailureShare?: string;
}

/** @throws XV_ERR_CLI_LIMIT */
export function failureLimitsOf({ maxFailures, maxFailureShare }: LimitOptions): FailureLimits {
  const limits: { maxFailures?: number; maxFailureShare?: number } = {};
  if (maxFailures !== undefined) {
    const count = Number(maxFailures);
    if (!/^\d+$/.test(maxFailures)) {
      throw wrong("--max-failures", maxFailures, "a whole number, such as 0");
    }
    limits.maxFailures = count;
  }
  if (maxFailureShare !== undefined) {
    const share = Number(maxFailureShare);
    if (maxFailureShare.trim() === "" || !(share >= 0 && share < 1)) {
      throw wrong("--max-failure-share", maxFailureShare, "a share below 1, such as 0.001");
    }
    limits.maxFailureShare = share;
  }
  return limits;
}

function wrong(place: string, value: string, expected: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_CLI_LIMIT", `${place} can't be ${value}.`, {
    place,
    value,
    remedy: `Write ${expected}.`,
  });
}
