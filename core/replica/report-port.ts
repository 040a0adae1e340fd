// How a replica worker reports: ballots through its box, everything else, and ballots that do not fit, as messages.
import type { MessagePort } from "node:worker_threads";
import type { Ballot } from "../api/epoch.ts";
import type { BallotBoxes } from "./ballot-box.ts";
import type { ReplicaReport } from "./replica-setup.ts";

export interface BallotBoxPlace {
  readonly boxes: BallotBoxes;
  readonly box: number;
}

export class ReportPort {
  readonly #port: Pick<MessagePort, "postMessage">;
  readonly #place: BallotBoxPlace | undefined;
  /** Messages are on the way that have to be heard before the next ballot. */
  #isOrderDue = false;

  /** @param place undefined where ballots are messages, too */
  constructor(port: Pick<MessagePort, "postMessage">, place: BallotBoxPlace | undefined) {
    this.#port = port;
    this.#place = place;
  }

  post(report: ReplicaReport): void {
    if (report.kind === "ballot") this.#vote(report.ballot);
    else {
      this.#isOrderDue ||= report.kind === "fault";
      this.#port.postMessage(report);
    }
  }

  #vote(ballot: Ballot): void {
    if (this.#place !== undefined) {
      const { boxes, box } = this.#place;
      if (!this.#isOrderDue && boxes.vote(box, ballot)) {
        // Two voters at once may both be the last, never none of them.
        if (boxes.isLast(ballot.epoch)) this.#port.postMessage({ kind: "voted" });
        return;
      }
      boxes.voted(box, ballot.epoch);
    }
    this.#isOrderDue = false;
    this.#port.postMessage({ kind: "ballot", ballot });
  }
}
