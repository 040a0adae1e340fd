// Machine states in shared memory, one box per arena: the coordinator, which waits for them while the replicas stand
// still, sees one as soon as it is there. A state counts once its number is stored.
//
//   words of each box   states left since the box was opened, bytes of the last one, its seal
//   then for each box   the last one
import { sealOf } from "../integrity/seal.ts";

const WORD = { left: 0, bytes: 1, seal: 2 } as const;
const WORDS = 4;
/** What is longer goes the slow way. */
const STATE_BYTES = 65_536;
/** Of one box. */
export const STATE_BOX_BYTES: number = WORDS * Int32Array.BYTES_PER_ELEMENT + STATE_BYTES;

export class StateBoxes {
  /** Plain data: posted to replica workers. */
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #boxes: number;
  readonly #areSealsChecked: boolean;

  static create(arenas: number, areSealsChecked = true): StateBoxes {
    return new StateBoxes(new SharedArrayBuffer(arenas * STATE_BOX_BYTES), areSealsChecked);
  }

  /** @param areSealsChecked false: whatever stands in a box is taken */
  constructor(shared: SharedArrayBuffer, areSealsChecked = true) {
    this.shared = shared;
    this.#boxes = shared.byteLength / STATE_BOX_BYTES;
    this.#words = new Int32Array(shared, 0, this.#boxes * WORDS);
    this.#areSealsChecked = areSealsChecked;
  }

  /** Coordinator: a replica that does not exist yet is going to leave its states in this box. */
  open(box: number): void {
    this.#store(box, WORD.left, 0);
    this.#store(box, WORD.bytes, 0);
  }

  /** Coordinator: a box's words and what it holds, where they stand. */
  cells(box: number): readonly ArrayBufferView[] {
    const words = this.#words.subarray(box * WORDS, (box + 1) * WORDS);
    return [words, this.#place(box).subarray(0, this.#load(box, WORD.bytes))];
  }

  /**
   * Coordinator: a copy of the state with this number, counted from 1; undefined while it is not there.
   * @throws RangeError when it cannot be read
   */
  take(box: number, number: number): Uint8Array | undefined {
    const left = this.#load(box, WORD.left);
    if (left < 0 || left > number) {
      throw new RangeError(`box ${box} has ${left} states, of ${number} that were asked for`);
    }
    if (left < number) return undefined;
    const bytes = this.#load(box, WORD.bytes);
    const state = this.#place(box).slice(0, Math.max(bytes, 0));
    if (this.#areSealsChecked && this.#load(box, WORD.seal) !== sealWord(state, number)) {
      throw new RangeError(`state ${number} in box ${box} is damaged`);
    }
    return state;
  }

  /** Replica: leaves the state with this number. @returns false when there is no room for it */
  leave(box: number, number: number, state: Uint8Array): boolean {
    if (state.length > STATE_BYTES) return false;
    this.#place(box).set(state);
    this.#store(box, WORD.bytes, state.length);
    this.#store(box, WORD.seal, sealWord(state, number));
    this.#store(box, WORD.left, number);
    return true;
  }

  #place(box: number): Uint8Array {
    const first = this.#boxes * WORDS * Int32Array.BYTES_PER_ELEMENT;
    return new Uint8Array(this.shared, first + box * STATE_BYTES, STATE_BYTES);
  }

  #load(box: number, word: number): number {
    return Atomics.load(this.#words, box * WORDS + word);
  }

  #store(box: number, word: number, value: number): void {
    Atomics.store(this.#words, box * WORDS + word, value);
  }
}

const sealWord = (state: Uint8Array, number: number): number => sealOf(state, number) | 0;
