// Runs replicas on worker threads of their own, and keeps one more worker ready with everything loaded, so that a
// witness starts without delay when a divergence calls for it.
import { MessageChannel, Worker } from "node:worker_threads";
import { BallotBoxes } from "./ballot-box.ts";
import { createMailbox, MailboxWriter } from "./mailbox.ts";
import type { StartReplica } from "./replica-link.ts";
import { ReportGate } from "./report-gate.ts";
import type { SpareDelay } from "./spare-delay.ts";
import type { ReplicaReport, ReplicaSetup } from "./replica-setup.ts";
import type { Assignment, WorkerData } from "./serve-replica.ts";
import { StateBoxes } from "./state-box.ts";

const ENTRY = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";

export interface WorkerOptions {
  /** Plugin specifiers, imported in every worker. */
  readonly plugins: readonly string[];
  readonly spareDelayMs: SpareDelay;
  /** Arenas of the machine, each with boxes for ballots and states; undefined where these are messages. */
  readonly boxes?: number | undefined;
  /** False: orders, ballots and states are taken for what they are. Default: true. */
  readonly areSealsChecked?: boolean;
}

export class ReplicaWorkers {
  readonly #options: WorkerOptions;
  readonly #boxes: { readonly ballots: BallotBoxes; readonly states: StateBoxes } | undefined;
  #spare: Worker | undefined;
  #started = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WorkerOptions) {
    const { boxes, areSealsChecked } = options;
    this.#options = options;
    if (boxes !== undefined) {
      this.#boxes = {
        ballots: BallotBoxes.create(boxes, areSealsChecked),
        states: StateBoxes.create(boxes, areSealsChecked),
      };
    }
  }

  /** Thread number of the worker kept ready, for diagnosis. */
  get spareThread(): number | undefined {
    return this.#spare?.threadId;
  }

  /** A way to start the replica of this setup on a worker. */
  link(setup: ReplicaSetup): StartReplica {
    return (onReport) => {
      const worker = this.#take();
      const spareDelayMs = this.#options.spareDelayMs(++this.#started);
      const channel = new MessageChannel();
      const mailbox = createMailbox(this.#options.areSealsChecked);
      const { ballots, states } = this.#boxes ?? {};
      const { arena } = setup;
      const assignment: Assignment = {
        setup,
        orders: channel.port2,
        mailbox,
        boxes: ballots && states && { ballots: ballots.shared, states: states.shared },
      };
      const writer = new MailboxWriter(channel.port1, mailbox);
      ballots?.open(arena);
      states?.open(arena);
      const crashed = (message: string): void => onReport({ kind: "crashed", message });
      const gate = new ReportGate(setup, true);
      worker.on("message", (message: unknown) => {
        let report: ReplicaReport;
        try {
          report = gate.pass(message);
        } catch (error) {
          crashed(error instanceof Error ? error.message : String(error));
          return;
        }
        if (report.kind === "ready") this.#prepareSpare(spareDelayMs);
        onReport(report);
      });
      worker.on("error", (error: Error) => crashed(error.message));
      worker.on("exit", (code) => crashed(`the worker ended with code ${code}`));
      worker.postMessage(assignment, [channel.port2]);
      return {
        send: (order) => writer.send(order),
        takeBallots: () => ballots?.take(arena) ?? [],
        ...(states !== undefined && {
          takeState: (number: number) => states.take(arena, number),
        }),
        ...(ballots !== undefined && {
          standing: {
            hasVoted: (epoch: number) => ballots.hasVoted(arena, epoch),
            sinceMs: () => ballots.votedAtMs(arena),
            stoodMs: () => ballots.stoodMs(arena),
          },
        }),
        ignore: () => ballots?.close(arena),
        shared: {
          mailbox: writer.state,
          ...(ballots !== undefined && { ballotBox: ballots.state(arena) }),
          ...(states !== undefined && { stateBox: () => states.cells(arena) }),
        },
        terminate: async () => {
          ballots?.close(arena);
          channel.port1.close();
          await worker.terminate();
        },
      };
    };
  }

  /** Ends the worker kept ready; those of replicas are ended through their links. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const spare = this.#spare;
    this.#spare = undefined;
    await spare?.terminate();
  }

  #take(): Worker {
    const spare = this.#spare;
    this.#spare = undefined;
    spare?.removeAllListeners();
    spare?.ref();
    return spare ?? this.#create();
  }

  #prepareSpare(spareDelayMs: number | undefined): void {
    if (spareDelayMs === undefined || this.#spare !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const spare = this.#create();
      const lost = (): void => {
        if (this.#spare === spare) this.#spare = undefined;
      };
      spare.on("error", lost);
      spare.on("exit", lost);
      spare.unref();
      this.#spare = spare;
    }, spareDelayMs);
    this.#timer.unref();
  }

  #create(): Worker {
    const workerData: WorkerData = { plugins: this.#options.plugins };
    return new Worker(new URL(ENTRY, import.meta.url), { workerData, name: "replica" });
  }
}
