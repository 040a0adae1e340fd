// What the devices of a machine have done in an epoch, in bytes: sent to the host, asked of it, looked at in guest memory.
// DETERMINISM: a function of what the guest does, so that replicas end an epoch at the same instruction.

/**
 * An epoch ends early once its devices have done so much: it bounds the outputs and requests that a guest can make the
 * host hold, and the time that an epoch takes. What one access may add to it is the device model's to bound.
 */
export const EPOCH_DEVICE_WORK_BYTES = 33_554_432;

/** What any output costs beside its bytes. */
export const OUTPUT_WORK_BYTES = 64;

export class DeviceWork {
  readonly #onOver: () => void;
  /** Without epochs there is no limit. */
  #limit = Infinity;
  #spent = 0;

  /** @param onOver called when the limit is reached, within the access that reaches it */
  constructor(onOver: () => void) {
    this.#onOver = onOver;
  }

  get spent(): number {
    return this.#spent;
  }

  get isOver(): boolean {
    return this.#spent >= this.#limit;
  }

  /** @param spent of the epoch, when it goes on in its middle */
  beginEpoch(spent = 0): void {
    this.#limit = EPOCH_DEVICE_WORK_BYTES;
    this.#spent = spent;
  }

  spend(bytes: number): void {
    const wasOver = this.isOver;
    this.#spent += bytes;
    if (!wasOver && this.isOver) this.#onOver();
  }
}
