// A flipped bit in a register: integer, float, control or PC, by its specification name.
import { ExtravirtError, type FaultModel } from "../../core/index.ts";

export const registerBitFlip: FaultModel = {
  kind: "fault",
  name: "register-bit-flip",
  summary: "Flips one bit of an integer, float or control register or of the PC",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["register", "bit"],
    properties: {
      register: { type: "string", description: "Name: x5, f3, pc, mstatus, hart1.x5 ..." },
      bit: { type: "integer", minimum: 0, maximum: 63, description: "Bit, 0 is the lowest" },
    },
  },
  check(options, { processor }) {
    const name = options["register"] as string;
    const names = processor.registerNames();
    if (names.some((register) => register.name === name)) return;
    throw new ExtravirtError("XV_ERR_FAULT_UNKNOWN_REGISTER", `there is no register "${name}"`, {
      place: "faults",
      value: name,
      remedy: `Use one of ${names
        .slice(0, 4)
        .map((register) => register.name)
        .join(", ")} ... ${names.at(-1)?.name ?? ""}.`,
    });
  },
  inject(options, { processor }) {
    const name = options["register"] as string;
    const bit = options["bit"] as number;
    const before = processor.readRegister(name);
    processor.writeRegister(name, before ^ (1n << BigInt(bit)));
    const after = processor.readRegister(name);
    return `${name} bit ${bit}: 0x${before.toString(16)} -> 0x${after.toString(16)}`;
  },
};
