// What the coordinator found wrong with its own state: repaired, or a reason to stop.
import type { ManagerFaultFound } from "../api/vmm.ts";

/** Of a run's report: a fault that comes back at every epoch must not fill memory. */
const MOST_KEPT = 1000;

/** The coordinator's own state is damaged, and nobody holds what it was: the run ends, and nothing more leaves. */
export class IntegrityBreach extends Error {
  override readonly name: string = "IntegrityBreach";
}

export class IntegrityWatch {
  readonly found: ManagerFaultFound[] = [];
  readonly #onFound: (found: ManagerFaultFound) => void;

  constructor(onFound: (found: ManagerFaultFound) => void = () => {}) {
    this.#onFound = onFound;
  }

  /** @param record what is damaged: "log record of epoch 7". @param how it was put right: "from its second copy" */
  repaired(record: string, how: string): void {
    this.#note({ record, outcome: "repaired", how });
  }

  /** @param why it cannot be put right, as a clause: "both copies are damaged" */
  broken(record: string, why: string): never {
    this.#note({ record, outcome: "stopped", how: why });
    throw new IntegrityBreach(`the coordinator's own state is damaged: ${record}: ${why}`);
  }

  #note(found: ManagerFaultFound): void {
    if (this.found.length < MOST_KEPT) this.found.push(found);
    this.#onFound(found);
  }
}
