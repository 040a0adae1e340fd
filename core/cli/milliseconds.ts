// A time on the command line.
import { ExtravirtError } from "../api/extravirt-error.ts";

/**
 * @param least milliseconds that make sense there
 * @throws XV_ERR_CLI_WAIT
 */
export function millisecondsOf(option: string, text: string, least = 0): number {
  if (/^\d{1,12}$/u.test(text) && Number(text) >= least) return Number(text);
  const range = least === 0 ? "" : ` of at least ${least}`;
  throw new ExtravirtError("XV_ERR_CLI_WAIT", `This is no number of milliseconds${range}.`, {
    place: option,
    value: text,
    remedy: `Write for example ${option} 10000.`,
  });
}
