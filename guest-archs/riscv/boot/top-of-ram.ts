// Places initramfs, device tree and the like near the top of RAM, downward, clear of what lies below.
import { ExtravirtError } from "../../../core/index.ts";

export class TopOfRam {
  readonly #floor: number;
  #top: number;

  /** @param floor first address above the kernel or program; @param top first address after RAM. */
  constructor(floor: number, top: number) {
    this.#floor = floor;
    this.#top = top;
  }

  /** @returns the address of `bytes` bytes, a multiple of `alignment`. @throws XV_ERR_IMAGE_OUTSIDE_RAM */
  place(what: string, bytes: number, alignment: number): number {
    const address = Math.floor((this.#top - bytes) / alignment) * alignment;
    if (address < this.#floor)
      throw outsideRam(`there is no room for the ${what}`, `${bytes} bytes`);
    this.#top = address;
    return address;
  }
}

export function outsideRam(message: string, value: string): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_IMAGE_OUTSIDE_RAM",
    `the images do not fit into RAM: ${message}`,
    {
      place: "machine.ram",
      value,
      remedy: "Give the machine more memory (machine.ram), or use smaller images.",
    },
  );
}
