// How a replica worker reports: ballots and states through its boxes, everything else, and what does not fit, as messages.
import type { MessagePort } from "node:worker_threads";
import type { Ballot } from "../api/epoch.ts";
import type { BallotBoxes } from "./ballot-box.ts";
import type { ReplicaReport } from "./replica-setup.ts";
import type { StateBoxes } from "./state-box.ts";

export interface BoxPlace {
  readonly ballots: BallotBoxes;
  readonly states: StateBoxes;
  readonly box: number;
}

export interface ReportPortOptions {
  /** Whether the replica is going to report its state next. */
  readonly isSaveNext: () => boolean;
  /** Host milliseconds. */
  readonly now: () => number;
}

export class ReportPort {
  readonly #port: Pick<MessagePort, "postMessage">;
  readonly #place: BoxPlace | undefined;
  /** Messages are on the way that have to be heard before the next ballot. */
  #isOrderDue = false;
  #states = 0;
  #lastEpoch = -1;
  #standsSinceMs: number | undefined;
  readonly #options: ReportPortOptions;

  /** @param place undefined where everything is a message */
  constructor(
    port: Pick<MessagePort, "postMessage">,
    place: BoxPlace | undefined,
    options: ReportPortOptions,
  ) {
    this.#port = port;
    this.#place = place;
    this.#options = options;
  }

  /** From here on the replica does not run, until it has left its state. */
  stands(): void {
    this.#standsSinceMs = this.#options.now();
  }

  post(report: ReplicaReport): void {
    if (report.kind === "ballot") this.#vote(report.ballot);
    else if (report.kind === "state") this.#leave(report);
    else {
      this.#isOrderDue ||= report.kind === "fault";
      this.#port.postMessage(report);
    }
  }

  #leave(report: ReplicaReport & { readonly kind: "state" }): void {
    this.#states += 1;
    const place = this.#place;
    const isLeft = place?.states.leave(place.box, this.#states, report.state) === true;
    if (!isLeft) this.#port.postMessage(report);
    if (this.#standsSinceMs !== undefined) {
      place?.ballots.stoodFor(place.box, this.#options.now() - this.#standsSinceMs);
    }
    this.#standsSinceMs = undefined;
    // Who comes last wakes the coordinator, which finds the states of all.
    if (isLeft && place.ballots.isNobodyBehind(this.#lastEpoch)) {
      this.#port.postMessage({ kind: "saved", number: this.#states });
    }
  }

  #vote(ballot: Ballot): void {
    if (this.#place !== undefined) {
      const { ballots, box } = this.#place;
      this.#lastEpoch = ballot.epoch;
      const { now } = this.#options;
      if (!this.#isOrderDue && ballots.vote(box, ballot, now)) {
        // Two voters at once may both be the last, never none of them. HOT: woken before the state is there, the coordinator
        // takes the processor from who saves it (bench: checkpoint pause).
        if (ballots.isLast(ballot.epoch) && !this.#options.isSaveNext()) {
          this.#port.postMessage({ kind: "voted" });
        }
        return;
      }
      ballots.voted(box, ballot.epoch, now());
    }
    this.#isOrderDue = false;
    this.#port.postMessage({ kind: "ballot", ballot });
  }
}
