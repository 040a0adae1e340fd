// The shadow registers of all harts, for those who look at them from outside of generated code.
import type { ShadowRegisters, ShadowUse } from "../../core/index.ts";
import { REGISTER_SLOTS } from "../engine/record-layout.ts";
import type { Hart } from "./hart.ts";
import { SLOT } from "./hart-layout.ts";
import { HART_REGISTERS, hartPrefix } from "./register-names.ts";

const isShadowed = (slot: number): boolean => slot < REGISTER_SLOTS && slot !== SLOT.sink;

export class HartShadows implements ShadowRegisters {
  readonly #harts: readonly Hart[];
  readonly #use: ShadowUse | undefined;

  constructor(harts: readonly Hart[], use: ShadowUse | undefined) {
    this.#harts = harts;
    this.#use = use;
  }

  follow(): void {
    for (const hart of this.#harts) followAll(hart);
  }

  difference(): string | undefined {
    if (this.#use === undefined) return undefined;
    for (const hart of this.#harts) {
      const found = HART_REGISTERS.find(({ slot }) => isShadowed(slot) && hart.differs(slot));
      if (found !== undefined) return `${hartPrefix(hart.index)}${found.name}`;
      if (this.#use === "path" && hart.isAstray) return `${hartPrefix(hart.index)}pc`;
    }
    return undefined;
  }
}

/** The registers of a hart were replaced, by what is not generated code. */
export function followAll(hart: Hart): void {
  for (let slot = 0; slot < REGISTER_SLOTS; slot += 1) hart.follow(slot);
  hart.followPc();
}
