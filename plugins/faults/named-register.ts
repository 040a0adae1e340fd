// The register that a fault names.
import { ExtravirtError, type Processor, type RegisterAccess } from "../../core/index.ts";

/** @throws XV_ERR_FAULT_UNKNOWN_REGISTER */
export function checkRegister(
  options: Readonly<Record<string, unknown>>,
  processor: Processor,
): RegisterAccess {
  const name = options["register"] as string;
  const registers = processor.registerNames();
  const found = registers.find((register) => register.name === name);
  if (found !== undefined) return found;
  const first = registers.slice(0, 4).map((register) => register.name);
  throw new ExtravirtError("XV_ERR_FAULT_UNKNOWN_REGISTER", `there is no register "${name}"`, {
    place: "faults",
    value: name,
    remedy: `Use one of ${first.join(", ")} ... ${registers.at(-1)?.name ?? ""}.`,
  });
}
