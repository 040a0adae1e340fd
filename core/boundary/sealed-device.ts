// A device model below the replicas, of which there is only one. Between exchanges its state lies under a seal: a copy
// and a checksum, by which a change from outside is noticed and undone. What goes wrong within an exchange is not.
import { crc32 } from "node:zlib";
import type { Device } from "../api/device.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { BinaryStateReader, BinaryStateWriter } from "../machine/state-codec.ts";

export class SealedDevice {
  readonly id: string;
  readonly device: Device;
  readonly #isSealed: boolean;
  #copy: Uint8Array;
  #checksum: number;

  /** @param isSealed whether changes from outside are looked for */
  constructor(id: string, device: Device, isSealed: boolean) {
    this.id = id;
    this.device = device;
    this.#isSealed = isSealed;
    this.#copy = this.state();
    this.#checksum = crc32(this.#copy);
  }

  get stateBytes(): number {
    return this.#copy.length;
  }

  state(): Uint8Array {
    const writer = new BinaryStateWriter();
    this.device.save(writer);
    return writer.finish();
  }

  /** What was done since the seal is right, and lies under the next one. */
  seal(): void {
    this.#copy = this.state();
    if (this.#isSealed) this.#checksum = crc32(this.#copy);
  }

  /** What was done since the seal is undone. */
  undo(): void {
    this.device.restore(new BinaryStateReader(this.#copy));
  }

  /**
   * Before anything is done.
   * @returns whether the state had changed and was put back
   * @throws XV_ERR_BOUNDARY_DEVICE when both the state and the copy changed
   */
  check(): boolean {
    if (!this.#isSealed) return false;
    const state = this.state();
    if (crc32(state) === this.#checksum) {
      this.#copy = state;
      return false;
    }
    if (crc32(this.#copy) !== this.#checksum) {
      throw new ExtravirtError(
        "XV_ERR_BOUNDARY_DEVICE",
        `The state of the device ${this.id} and the copy of it were both changed from outside.`,
        {
          place: `device ${this.id}`,
          remedy:
            "Start the machine again; with devices-inside every replica has a device of its own.",
        },
      );
    }
    this.undo();
    return true;
  }
}
