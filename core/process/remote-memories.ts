// Memory of replicas that each have one of their own, out of the coordinator's reach: compared by digests, taken into a
// checkpoint and repaired by sending pages. What is sent has to have the digest that it was compared by.
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { SharingMechanism } from "../api/memory-sharing.ts";
import type {
  DifferingPage,
  MemoryComparison,
  PagesCompared,
  ReplicaGroups,
  ReplicaMemories,
} from "../coordinator/replica-memories.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import { leakedFrames } from "../memory/leaked-frames.ts";
import { BytesDigester } from "../memory/page-digest.ts";
import type { SharedLayout } from "../memory/shared-layout.ts";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import { DigestTable, splitByDigests } from "./digest-table.ts";
import { PAGES_AT_ONCE, type MemoryAnswer, type MemoryOrder } from "./memory-order.ts";
import { RemoteSharing } from "./remote-sharing.ts";

export interface RemoteMemoriesParts {
  /** Of the checkpoints: no replica has an arena in it. */
  readonly frames: FrameSharing;
  readonly layout: SharedLayout;
  readonly handleOf: (replica: number) => ReplicaHandle | undefined;
  /** Waits until these have answered, or have died of their watchdogs. */
  readonly quiesce: (handles: readonly ReplicaHandle[]) => Promise<void>;
}

/** Contents that are wanted of a replica at once. */
const CHUNKS_AT_ONCE = 4;
const ZEROS = new Uint8Array(PAGE_BYTES);

export class RemoteMemories implements ReplicaMemories {
  readonly mechanism: SharingMechanism;
  readonly #parts: RemoteMemoriesParts;
  readonly #sharing: RemoteSharing;
  readonly #digester = new BytesDigester();
  /** Of the pages that were compared last, in the first replica. */
  #compared = new DigestTable();
  readonly #frames = new Map<number, number>();
  /** Frames that each said were nobody's, when it was last asked for all of its pages. */
  readonly #leaks = new Map<number, number>();
  #leaked = 0;

  constructor(parts: RemoteMemoriesParts) {
    this.#parts = parts;
    this.#sharing = new RemoteSharing(parts.frames);
    this.mechanism = this.#sharing;
  }

  add(replica: number): number {
    this.#frames.set(replica, this.#parts.frames.touchedPageCount);
    return 0;
  }

  remove(replica: number): void {
    this.#frames.delete(replica);
    this.#leaks.delete(replica);
  }

  framesOf(replica: number): number {
    return this.#frames.get(replica) ?? 0;
  }

  async compare(
    starts: readonly ReplicaGroups[],
    compared: PagesCompared,
  ): Promise<MemoryComparison> {
    const replicas = (starts[0] ?? []).flat();
    const tables =
      compared === "apart" ? await this.#allOf(replicas) : await this.#writtenOf(replicas);
    const isThere = (replica: number): boolean => tables.has(replica);
    const living = starts.map((groups) =>
      groups.map((group) => group.filter(isThere)).filter((group) => group.length > 0),
    );
    const first = living[0]?.[0]?.[0];
    this.#compared = (first === undefined ? undefined : tables.get(first)) ?? new DigestTable();
    const pages = [...new Set([...tables.values()].flatMap((table) => [...table.pages]))];
    return {
      pages: pages.sort((a, b) => a - b),
      evaluations: living.map((groups) => this.#evaluate(groups, tables)),
      absent: replicas.filter((replica) => !isThere(replica)),
    };
  }

  async obtain(pages: readonly number[], [source]: readonly number[]): Promise<boolean> {
    this.#sharing.forget();
    if (source === undefined) return false;
    return this.#fetch(source, pages, this.#compared, (page, bytes) =>
      this.#sharing.stage(page, bytes),
    );
  }

  checkpointTaken(replicas: readonly number[]): void {
    this.#sharing.forget();
    for (const replica of replicas) {
      this.#parts.handleOf(replica)?.changeMemory({ kind: "checkpoint-taken" });
    }
  }

  async repair(from: number, to: number): Promise<number | undefined> {
    const tables = await this.#allOf([from, to]);
    const [wanted, own] = [tables.get(from), tables.get(to)];
    const patient = this.#parts.handleOf(to);
    if (wanted === undefined || own === undefined || patient === undefined) return undefined;
    const differing = wanted.differingFrom(own);
    const overwrite = (pages: readonly number[], bytes: Uint8Array): void =>
      patient.changeMemory({ kind: "overwrite", pages: Uint32Array.from(pages), bytes });
    const zeroed = differing.filter((page) => !wanted.has(page));
    for (const page of zeroed) overwrite([page], ZEROS);
    const sent = differing.filter((page) => wanted.has(page));
    const isDone = await this.#fetch(from, sent, wanted, (page, bytes) => overwrite([page], bytes));
    return isDone ? differing.length : undefined;
  }

  lackToDemote(): number {
    return this.#parts.frames.lackToDemote([]);
  }

  demote(replicas: readonly number[]): void {
    const pages = Uint32Array.from(this.#parts.frames.demoteNewestGeneration([]));
    for (const replica of replicas) {
      this.#parts.handleOf(replica)?.changeMemory({ kind: "mark-written", pages });
    }
  }

  async read(replica: number, see: (page: Uint8Array) => void): Promise<boolean> {
    const table = (await this.#allOf([replica])).get(replica);
    if (table === undefined) return false;
    // An error of the core shows in all that did the same; a fault, which may change the books as well, in one.
    this.#leaked = Math.min(...this.#leaks.values());
    let next = 0;
    const showTo = (end: number): void => {
      for (; next < end; next++) see(ZEROS);
    };
    const isWhole = await this.#fetch(replica, [...table.pages], table, (page, bytes) => {
      showTo(page);
      see(bytes);
      next++;
    });
    showTo(this.#parts.layout.ramPages);
    return isWhole;
  }

  async differing(replicas: readonly number[], most: number): Promise<readonly DifferingPage[]> {
    const tables = await this.#writtenOf(replicas);
    const [first, ...others] = [...tables.values()];
    const pages = new Set(others.flatMap((other) => first?.differingFrom(other) ?? []));
    const wanted = [...pages].sort((a, b) => a - b).slice(0, most);
    const contents = new Map(
      wanted.map((page) => [page, [] as { replica: number; bytes: Uint8Array }[]]),
    );
    for (const replica of tables.keys()) {
      await this.#fetch(replica, wanted, undefined, (page, bytes) =>
        contents.get(page)?.push({ replica, bytes: Uint8Array.from(bytes) }),
      );
    }
    return wanted.map((page) => ({ page, contents: contents.get(page) ?? [] }));
  }

  leaked(): number {
    return leakedFrames(this.#parts.frames, this.#parts.layout) + this.#leaked;
  }

  #evaluate(
    groups: ReplicaGroups,
    tables: ReadonlyMap<number, DigestTable>,
  ): ReturnType<typeof splitByDigests> {
    const evaluation = splitByDigests(groups, tables);
    // Pages that nobody wrote: only those that both looked at can differ.
    const scrubs = new Map(
      [...tables.keys()].flatMap((replica) => {
        const scrubbed = this.#parts.handleOf(replica)?.memory?.scrubbed;
        return scrubbed === undefined ? [] : [[replica, new DigestTable(scrubbed)] as const];
      }),
    );
    const { groups: apart, firstPage } = splitByDigests(evaluation.groups, scrubs, true);
    return { groups: apart, firstPage: evaluation.firstPage ?? firstPage };
  }

  /** Digests of all pages that these have; who does not answer is left out. */
  async #allOf(replicas: readonly number[]): Promise<Map<number, DigestTable>> {
    const answers = await this.#ask(
      replicas.map((replica) => [replica, { kind: "digest", pages: "all" }]),
    );
    const tables = new Map<number, DigestTable>();
    for (const [index, replica] of replicas.entries()) {
      const answer = answers[index];
      if (answer?.kind !== "digests") continue;
      tables.set(replica, new DigestTable(answer, true));
      this.#leaks.set(replica, answer.leaked);
    }
    return tables;
  }

  /** Digests of the pages that any of these wrote since the checkpoint, in all of them. */
  async #writtenOf(replicas: readonly number[]): Promise<Map<number, DigestTable>> {
    const tables = new Map<number, DigestTable>();
    for (const replica of replicas) {
      const handle = this.#parts.handleOf(replica);
      const memory = handle?.memory;
      if (memory === undefined) continue;
      // The others would be asked for it, and die of that.
      const strange = [...memory.written.pages, ...memory.scrubbed.pages].find(
        (page) => page >= this.#parts.layout.ramPages,
      );
      if (strange !== undefined) {
        handle?.declareFaulty(`it has a page 0x${strange.toString(16)}, and its machine has not`);
        continue;
      }
      tables.set(replica, new DigestTable(memory.written));
      this.#frames.set(replica, memory.frames);
    }
    const all = new Set([...tables.values()].flatMap((table) => [...table.pages]));
    const lists = [...tables].flatMap(([replica, table]) => {
      if (table.pages.length === all.size) return [];
      const pages = [...all].filter((page) => !table.has(page)).sort((a, b) => a - b);
      return [[replica, { kind: "digest", pages: Uint32Array.from(pages) }] as const];
    });
    const answers = await this.#ask(lists);
    for (const [index, [replica]] of lists.entries()) {
      const answer = answers[index];
      if (answer?.kind === "digests") tables.get(replica)?.add(answer);
      else tables.delete(replica);
    }
    return tables;
  }

  /**
   * Contents of a replica's pages, page by page.
   * @param expected what it said that they are; undefined where any will do
   * @returns false when it died, or sent something else: it counts as dead then
   */
  async #fetch(
    replica: number,
    pages: readonly number[],
    expected: DigestTable | undefined,
    take: (page: number, bytes: Uint8Array) => void,
  ): Promise<boolean> {
    const step = PAGES_AT_ONCE * CHUNKS_AT_ONCE;
    for (let from = 0; from < pages.length; from += step) {
      const orders: [number, MemoryOrder][] = [];
      for (let at = from; at < Math.min(from + step, pages.length); at += PAGES_AT_ONCE) {
        const chunk = Uint32Array.from(pages.slice(at, at + PAGES_AT_ONCE));
        orders.push([replica, { kind: "fetch", pages: chunk }]);
      }
      for (const [index, answer] of (await this.#ask(orders)).entries()) {
        if (answer?.kind !== "contents") return false;
        const order = orders[index]?.[1];
        const chunk = order?.kind === "fetch" && order.pages !== undefined ? order.pages : [];
        for (const [place, page] of chunk.entries()) {
          const bytes = answer.bytes.subarray(place * PAGE_BYTES, (place + 1) * PAGE_BYTES);
          if (expected !== undefined && !expected.isAt(page, this.#digester, bytes)) {
            this.#parts
              .handleOf(replica)
              ?.declareFaulty(`it sent page 0x${page.toString(16)} otherwise than it was compared`);
            return false;
          }
          take(page, bytes);
        }
      }
    }
    return true;
  }

  /** @returns undefined from who died, or sent something else: it counts as dead then */
  async #ask(
    orders: readonly (readonly [replica: number, order: MemoryOrder])[],
  ): Promise<(MemoryAnswer | undefined)[]> {
    const handles = orders.map(([replica]) => this.#parts.handleOf(replica));
    const answers = orders.map(([, order], index) => handles[index]?.askMemory(order));
    await this.#parts.quiesce([...new Set(handles.filter((handle) => handle !== undefined))]);
    return (await Promise.all(answers)).map((answer, index) => {
      const order = orders[index]?.[1];
      if (answer === undefined || this.#isAnswer(answer, order)) return answer;
      handles[index]?.declareFaulty("it answered something else than it was asked");
      return undefined;
    });
  }

  #isAnswer(answer: MemoryAnswer, order: MemoryOrder | undefined): boolean {
    if (order?.kind === "fetch") {
      return answer.kind === "contents" && areSame(answer.pages, order.pages);
    }
    if (order?.kind !== "digest" || answer.kind !== "digests") return false;
    return order.pages === "all"
      ? answer.pages.every((page) => page < this.#parts.layout.ramPages)
      : areSame(answer.pages, order.pages);
  }
}

function areSame(one: Uint32Array, other: Uint32Array): boolean {
  return one.length === other.length && one.every((page, index) => page === other[index]);
}
