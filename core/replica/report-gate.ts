// What a replica reports is believed in nothing but its form and its turn, and these are checked before anybody hears of
// it: a fault may make it say anything.
import { checkedReport } from "../process/check-report.ts";
import type { ReplicaReport, ReplicaSetup } from "./replica-setup.ts";

export class ReportGate {
  readonly #faults: ReadonlySet<number>;
  readonly #isMemoryShared: boolean;
  #isReady = false;

  constructor({ faults }: Pick<ReplicaSetup, "faults">, isMemoryShared: boolean) {
    this.#faults = new Set(faults.map(({ id }) => id));
    this.#isMemoryShared = isMemoryShared;
  }

  /** @throws RangeError for what is no report of this replica */
  pass(message: unknown): ReplicaReport {
    const report = checkedReport(message, this.#isMemoryShared);
    if (report.kind === "fault" && !this.#faults.has(report.id)) {
      throw new RangeError(`it reports fault ${report.id}, which is not one of its own`);
    }
    // A mistake of the user's shows before anything runs.
    if (report.kind === "refused" && this.#isReady) {
      throw new RangeError("it refuses a setup that it has accepted");
    }
    this.#isReady ||= report.kind === "ready";
    return report;
  }
}
