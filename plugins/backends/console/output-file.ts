// The file that takes a console's output. A run can be refused after its files were opened, even by a replica that has
// started already, so nothing of an earlier run is lost before the guest's first output.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";

const FOR_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
const FOR_OLD = constants.O_WRONLY | constants.O_CREAT;

export class OutputFile {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #isNew: boolean;
  #hasBegun = false;

  /**
   * Opens the file without changing it; creates it when there is none.
   * @throws the host's error when the file can't be written
   */
  constructor(path: string) {
    this.#path = path;
    const { descriptor, isNew } = openUnchanged(path);
    this.#descriptor = descriptor;
    this.#isNew = isNew;
  }

  /** The first call overwrites what the file held. @throws the host's error */
  write(bytes: Uint8Array): void {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      if (fstatSync(this.#descriptor).isFile()) ftruncateSync(this.#descriptor);
    }
    for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor, bytes, done);
  }

  /** True when the file still holds what it held before: something, and nothing of this run. */
  get isStale(): boolean {
    if (this.#hasBegun) return false;
    const stats = fstatSync(this.#descriptor);
    return stats.isFile() && stats.size > 0;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Closes the file of a run that never began, and removes it if it was created for it. */
  discard(): void {
    this.close();
    if (this.#isNew) rmSync(this.#path, { force: true });
  }
}

function openUnchanged(path: string): { descriptor: number; isNew: boolean } {
  try {
    return { descriptor: openSync(path, FOR_NEW), isNew: true };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return { descriptor: openSync(path, FOR_OLD), isNew: false };
}
