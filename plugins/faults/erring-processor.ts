// What fault models below the level of registers and memory need of a processor.
import { ExtravirtError, type Processor, type ProcessorFaults } from "../../core/index.ts";

/** @throws XV_ERR_FAULT_UNSUPPORTED where the architecture has no such faults. */
export function erring(processor: Processor, model: string): ProcessorFaults {
  if (processor.faults !== undefined) return processor.faults;
  throw new ExtravirtError(
    "XV_ERR_FAULT_UNSUPPORTED",
    `this platform's processor cannot err as ${model} has it`,
    {
      place: "faults: use",
      value: model,
      remedy: "Use a platform that can, such as riscv-virt, or a fault in a register or in memory.",
    },
  );
}
