// Runs replicas in processes of their own, and keeps one more ready with everything loaded, so that a witness starts
// without delay when a divergence calls for it.
import type { Logger } from "../api/logger.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { ReplicaLink, StartReplica } from "../replica/replica-link.ts";
import { ReportGate } from "../replica/report-gate.ts";
import type { ReplicaOrder, ReplicaReport, ReplicaSetup } from "../replica/replica-setup.ts";
import type { SpareDelay } from "../replica/spare-delay.ts";
import { HostProcess } from "./host-process.ts";
import { PAGES_AT_ONCE, type PageContents } from "./memory-order.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { ProcessOrder } from "./process-message.ts";
import type { ReplicaProcess } from "./replica-process.ts";

export interface ProcessOptions {
  /** Plugin specifiers, imported in every process. */
  readonly plugins: readonly string[];
  readonly spareDelayMs: SpareDelay;
  /** Pages of the memory that each saved state has digests of beside those written. */
  readonly scrubPages: number;
  /** The newest checkpoint, which a new replica starts from. */
  readonly frames: Pick<FrameSharing, "touchedPages" | "checkpointOffset">;
  readonly shared: WebAssembly.Memory;
  readonly logger: Logger;
  /** Processes of replicas on cores of other hosts; undefined for this host's. */
  readonly startElsewhere?: (core: number) => ReplicaProcess | undefined;
}

export class ReplicaProcesses {
  readonly #options: ProcessOptions;
  #spare: HostProcess | undefined;
  #started = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ProcessOptions) {
    this.#options = options;
  }

  /** Number of the process kept ready, for diagnosis. */
  get sparePid(): number | undefined {
    return this.#spare?.pid;
  }

  /** A way to start the replica of this setup in a process. */
  link({ shared: _shared, code: _code, ...setup }: ReplicaSetup): StartReplica {
    return (onReport): ReplicaLink => {
      const elsewhere = this.#options.startElsewhere?.(setup.core);
      const own = elsewhere ?? this.#take();
      const spareDelayMs = this.#options.spareDelayMs(++this.#started);
      const gate = new ReportGate(setup, false);
      own.attach({
        logger: this.#options.logger,
        replica: setup.replica,
        onMessage: (message) => {
          const report = gate.pass(message);
          if (report.kind === "ready") this.#prepareSpare(spareDelayMs);
          onReport(report);
        },
        onEnd: (message, isCutOff = false) =>
          onReport({
            kind: "crashed",
            message,
            ...(isCutOff && { isCutOff }),
          } satisfies ReplicaReport),
      });
      own.send({
        kind: "assign",
        setup,
        scrubPages: this.#options.scrubPages,
      } satisfies ProcessOrder);
      // Nobody changes the checkpoint before all that start from it have voted.
      let orders: ReplicaOrder[] | undefined = [];
      void this.#load(own).then(() => {
        own.send({ kind: "begin" } satisfies ProcessOrder);
        for (const order of orders ?? []) own.send(order);
        orders = undefined;
      });
      return {
        pid: own.pid,
        isCutOff: () => own.isCutOff,
        send: (order) => {
          if (orders === undefined) own.send(order);
          else orders.push(order);
        },
        ignore: () => own.kill(),
        terminate: () => own.end(),
      };
    };
  }

  /** Ends the process kept ready; those of replicas are ended through their links. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const spare = this.#spare;
    this.#spare = undefined;
    await spare?.end();
  }

  async #load(own: ReplicaProcess): Promise<void> {
    const { frames, shared } = this.#options;
    const memory = new Uint8Array(shared.buffer);
    const all = frames.touchedPages();
    for (let from = 0; from < all.length && !own.hasEnded; from += PAGES_AT_ONCE) {
      const pages = Uint32Array.from(all.slice(from, from + PAGES_AT_ONCE));
      const bytes = new Uint8Array(pages.length * PAGE_BYTES);
      for (const [index, page] of pages.entries()) {
        const offset = frames.checkpointOffset(page);
        bytes.set(memory.subarray(offset, offset + PAGE_BYTES), index * PAGE_BYTES);
      }
      const contents: PageContents = { pages, bytes };
      await own.sendSlowly({ kind: "load", ...contents } satisfies ProcessOrder);
    }
  }

  #take(): HostProcess {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare !== undefined && !spare.hasEnded ? spare : this.#create();
  }

  #create(): HostProcess {
    const own = new HostProcess();
    own.send({ kind: "prepare", plugins: this.#options.plugins } satisfies ProcessOrder);
    return own;
  }

  #prepareSpare(spareDelayMs: number | undefined): void {
    if (spareDelayMs === undefined || this.#spare?.hasEnded === false) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#spare = this.#create();
    }, spareDelayMs);
    this.#timer.unref();
  }
}
