// The option --confidence of commands that print bounds.
import { ExtravirtError } from "../api/extravirt-error.ts";

/** @throws XV_ERR_CLI_CONFIDENCE */
export function confidenceOf(text: string): number {
  const confidence = Number(text);
  if (confidence > 0 && confidence < 1) return confidence;
  throw new ExtravirtError("XV_ERR_CLI_CONFIDENCE", "A confidence lies between 0 and 1.", {
    place: "--confidence",
    value: text,
    remedy: "Write for example --confidence 0.95.",
  });
}
