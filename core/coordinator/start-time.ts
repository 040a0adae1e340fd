// The instant that a machine takes for its start.
import { ExtravirtError } from "../api/extravirt-error.ts";

/**
 * @param startTime "host", or an ISO 8601 instant
 * @returns nanoseconds since 1970 @throws XV_ERR_CONFIG_START_TIME
 */
export function startNanoseconds(startTime: string): bigint {
  const ms = startTime === "host" ? Date.now() : Date.parse(startTime);
  if (Number.isNaN(ms)) {
    throw new ExtravirtError("XV_ERR_CONFIG_START_TIME", `"${startTime}" is not an instant`, {
      place: "machine.clock.startTime",
      value: startTime,
      remedy: 'Write "host" or an ISO 8601 instant such as "2026-01-01T00:00:00Z".',
    });
  }
  return BigInt(ms) * 1_000_000n;
}
