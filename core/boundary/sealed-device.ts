// A device model below the replicas, of which there is only one. Between exchanges its state lies under a seal: a copy
// and a checksum, by which a change from outside is noticed and undone. What goes wrong within an exchange is not.
import { crc32 } from "node:zlib";
import type { Device, InterruptLine } from "../api/device.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Saved, StateReader, StateWriter } from "../api/state-codec.ts";
import { BinaryStateReader, BinaryStateWriter } from "../machine/state-codec.ts";

export class SealedDevice implements Saved {
  readonly id: string;
  readonly device: Device;
  readonly #isSealed: boolean;
  /** Its interrupt line, as it is or is about to be in every replica. */
  #isHigh = false;
  #copy: Uint8Array;
  #checksum: number;

  /**
   * @param create makes the model with its interrupt line
   * @param isSealed whether changes from outside are looked for
   * @param onLine the level of its interrupt line changed
   */
  constructor(
    id: string,
    create: (interrupt: InterruptLine) => Device,
    isSealed: boolean,
    onLine: (isHigh: boolean) => void,
  ) {
    this.id = id;
    this.#isSealed = isSealed;
    this.device = create({
      set: (isHigh) => {
        if (isHigh === this.#isHigh) return;
        this.#isHigh = isHigh;
        onLine(isHigh);
      },
    });
    this.#copy = this.state();
    this.#checksum = crc32(this.#copy);
  }

  save(writer: StateWriter): void {
    writer.boolean(this.#isHigh);
    this.device.save(writer);
  }

  /** The line goes where it was saved: what the model says of it while it is restored is no news. */
  restore(reader: StateReader): void {
    this.#isHigh = reader.boolean();
    this.device.restore(reader);
  }

  get stateBytes(): number {
    return this.#copy.length;
  }

  state(): Uint8Array {
    const writer = new BinaryStateWriter();
    this.save(writer);
    return writer.finish();
  }

  /** What was done since the seal is right, and lies under the next one. */
  seal(): void {
    this.#copy = this.state();
    if (this.#isSealed) this.#checksum = crc32(this.#copy);
  }

  /** What was done since the seal is undone. */
  undo(): void {
    this.restore(new BinaryStateReader(this.#copy));
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
