// Files for what an instrument notes, one per replica, written as the notes arrive: what a crash leaves is complete up to it.
import { closeSync, openSync, writeSync } from "node:fs";
import { ExtravirtError } from "../api/extravirt-error.ts";

export class NoteFiles {
  readonly #file: string;
  readonly #isNumbered: boolean;
  readonly #open = new Map<number, number>();

  /**
   * @param replicas planned; with one, its file has the name itself
   * @throws XV_ERR_INSTRUMENT_FILE
   */
  constructor(file: string, replicas: number) {
    this.#file = file;
    this.#isNumbered = replicas > 1;
    try {
      for (let replica = 0; replica < replicas; replica++) this.#fileOf(replica);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  write(replica: number, text: string): void {
    writeSync(this.#fileOf(replica), text);
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
  }

  #fileOf(replica: number): number {
    const file = this.#open.get(replica) ?? this.#openFor(replica);
    this.#open.set(replica, file);
    return file;
  }

  #openFor(replica: number): number {
    const path = this.#isNumbered || replica > 0 ? `${this.#file}.${replica}` : this.#file;
    try {
      return openSync(path, "w");
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ExtravirtError(
        "XV_ERR_INSTRUMENT_FILE",
        `The file for an instrument can't be written: ${reason}.`,
        {
          place: "instrumentation",
          value: path,
          remedy: "Name a file in a directory that exists and that you can write to.",
          cause,
        },
      );
    }
  }
}
