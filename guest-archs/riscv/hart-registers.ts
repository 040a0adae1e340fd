// The registers of all harts by the names that faults and debuggers use.
import { ExtravirtError, type RegisterAccess } from "../../core/index.ts";
import type { Hart } from "./hart.ts";
import { HART_REGISTERS, hartPrefix, type NamedRegister } from "./register-names.ts";

/** Bit 0 of a pc does not exist. */
const PC_BITS = ~1n;

export class HartRegisters {
  readonly #byName: ReadonlyMap<string, readonly [Hart, NamedRegister]>;

  constructor(harts: readonly Hart[]) {
    this.#byName = new Map(
      harts.flatMap((hart) =>
        HART_REGISTERS.map((register) => [
          hartPrefix(hart.index) + register.name,
          [hart, register] as const,
        ]),
      ),
    );
  }

  names(): readonly RegisterAccess[] {
    return Array.from(this.#byName, ([name, [, { group, bits }]]) => ({ name, group, bits }));
  }

  read(name: string): bigint {
    const [hart, { slot, bits }] = this.find(name);
    return BigInt.asUintN(bits, hart.slots[slot] as bigint);
  }

  write(name: string, value: bigint): void {
    const [hart, { slot, bits, group }] = this.find(name);
    hart.slots[slot] = BigInt.asUintN(bits, value) & (group === "pc" ? PC_BITS : ~0n);
    if (group === "control") hart.privileged.slotsReplaced();
  }

  find(name: string): readonly [Hart, NamedRegister] {
    const found = this.#byName.get(name);
    if (found !== undefined) return found;
    throw new ExtravirtError("XV_ERR_MACHINE_REGISTER", `There is no register "${name}".`, {
      value: name,
      remedy: "Name one of x1 to x31, f0 to f31, pc, or a control register such as mstatus.",
    });
  }
}
