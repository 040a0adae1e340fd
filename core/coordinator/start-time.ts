// The date at power-on, as a config writes it.
import { ExtravirtError } from "../api/extravirt-error.ts";

/** @param startTime "host", or an ISO 8601 instant. @throws XV_ERR_CONFIG_START_TIME */
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
