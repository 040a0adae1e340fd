// Audits the tables that say which page is in which frame and who holds it, some entries after each epoch. Replicas run
// meanwhile and change their own maps: what looks wrong is looked at twice. Their order of writing (a frame is owned
// before it is mapped, mapped writable before it is listed as dirty) keeps every rule at every instant.
//
//   checkpoint map     equals its second copy; frames in it are the checkpoint's
//   page map           writable: a frame of the replica's own; else that, the checkpoint's frame of this page, or a
//                      candidate's
//   dirty list         not longer than there are pages; entries are pages, and writable
//   owner table        what the newest checkpoint needs is the checkpoint's
//   frame counts       as often as the checkpoint's map names a frame
import { DIRTY } from "../api/guest-memory.ts";
import { HELD, OWNER } from "../memory/shared-layout.ts";
import type { SharingTables } from "../memory/sharing-tables.ts";
import type { IntegrityWatch } from "./integrity-watch.ts";

export interface AuditParts {
  readonly watch: IntegrityWatch;
  readonly tables: () => SharingTables;
  /** Whether a frame holds what was verified of a page of the checkpoint; undefined where that is not known. */
  readonly fits: (page: number, frame: number) => boolean | undefined;
  /** A replica's map or list is damaged: it can't be trusted any more. */
  readonly giveUp: (replica: number, why: string) => void;
}

type Arena = SharingTables["arenas"][number];

export class FrameAudit {
  readonly #parts: AuditParts;
  #nextPage = 0;
  #nextFrame = 1;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** @param entries of each table that are looked at */
  step(entries: number): void {
    const tables = this.#parts.tables();
    const pages = tables.checkpointMap.length;
    this.#auditZero(tables);
    const to = Math.min(pages, this.#nextPage + entries);
    for (let page = this.#nextPage; page < to; page++) this.#auditCheckpoint(tables, page);
    for (const arena of tables.arenas) {
      const why = this.#faultIn(tables, arena, this.#nextPage, to);
      if (why !== undefined) this.#parts.giveUp(arena.replica, why);
    }
    this.#nextPage = to < pages ? to : 0;
    const frames = tables.owners.length;
    const end = Math.min(frames, this.#nextFrame + entries);
    for (let frame = this.#nextFrame; frame < end; frame++) this.#auditOwner(tables, frame);
    this.#nextFrame = end < frames ? end : 1;
  }

  /** The whole checkpoint map, and how often it names each frame: when a checkpoint is about to be used or replaced. */
  auditCheckpoint(): void {
    const tables = this.#parts.tables();
    const { checkpointMap: map, checkpointMapCopy: copy, newest } = tables;
    if (Buffer.compare(bytesOf(map), bytesOf(copy)) !== 0) {
      for (let page = 0; page < map.length; page++) this.#auditCheckpoint(tables, page);
    }
    const counted = new Uint32Array(newest.length);
    for (let page = 0; page < map.length; page++) {
      const frame = (map[page] ?? 0) >>> 1;
      if (frame !== 0) counted[frame] = (counted[frame] ?? 0) + 1;
    }
    const { watch } = this.#parts;
    if (Buffer.compare(bytesOf(counted), bytesOf(newest)) !== 0) {
      newest.set(counted);
      watch.repaired("frame counts of the checkpoint", "counted again in its map");
    }
    if (tables.recountOlder() > 0)
      watch.repaired("frame counts of older checkpoints", "counted again");
  }

  #auditCheckpoint(
    { checkpointMap: map, checkpointMapCopy: copy }: SharingTables,
    page: number,
  ): void {
    const [entry = 0, other = 0] = [map[page], copy[page]];
    if (entry === other) return;
    const { watch, fits } = this.#parts;
    const name = `checkpoint map, page 0x${page.toString(16)}`;
    const [isEntry, isOther] = [entry, other].map(
      (one) =>
        (one & DIRTY) === 0 && this.#isCheckpoints(one >>> 1) && fits(page, one >>> 1) !== false,
    );
    if (isOther === isEntry) watch.broken(name, "both copies may be right, or none is");
    if (isOther === true) map[page] = other;
    else copy[page] = entry;
    watch.repaired(name, isOther === true ? "from its second copy" : "its second copy from it");
  }

  /** Whether the newest checkpoint can have anything in this frame. */
  #isCheckpoints(frame: number): boolean {
    const { owners, newest } = this.#parts.tables();
    return frame === 0 || (owners[frame] === OWNER.checkpoint && (newest[frame] ?? 0) > 0);
  }

  /** Frame 0 is behind all pages that nobody touched. */
  #auditZero({ owners }: SharingTables): void {
    if (owners[0] === OWNER.checkpoint) return;
    owners[0] = OWNER.checkpoint;
    this.#parts.watch.repaired("owner of frame 0", "it is the zero page's");
  }

  /** Owner and count have to say the same of a frame; where they don't, the checkpoint's map decides. */
  #auditOwner(tables: SharingTables, frame: number): void {
    const { owners, newest, older, arenas, checkpointMap } = tables;
    const owner = owners[frame];
    if (frame === 0 || owner === undefined) return;
    if ((owner === OWNER.checkpoint) === (newest[frame] ?? 0) > 0) return;
    const { watch, giveUp } = this.#parts;
    const named = (frame << 1) >>> 0;
    const needed = checkpointMap.reduce((sum, entry) => sum + (entry === named ? 1 : 0), 0);
    if ((newest[frame] ?? 0) !== needed) {
      newest[frame] = needed;
      watch.repaired(`count of frame ${frame}`, "counted again in the checkpoint's map");
    }
    if ((owner === OWNER.checkpoint) === needed > 0) return;
    const writer = arenas.find(({ map }) => map.includes((named | DIRTY) >>> 0));
    if (needed > 0) {
      owners[frame] = OWNER.checkpoint;
      // Who took it for its own may have written it: the scrubber sees to the contents.
      if (writer !== undefined) giveUp(writer.replica, `it holds frame ${frame} of the checkpoint`);
      watch.repaired(`owner of frame ${frame}`, "the checkpoint needs it");
      return;
    }
    const isOlder = (older[frame] ?? 0) > 0;
    const isHeld = arenas.some(({ candidate }) => candidate.includes((named | HELD) >>> 0));
    const unread = isOlder ? OWNER.olderCheckpoints : OWNER.free;
    owners[frame] = isHeld ? OWNER.candidate : (writer?.owner ?? unread);
    watch.repaired(`owner of frame ${frame}`, "the checkpoint does not need it");
  }

  #faultIn(tables: SharingTables, arena: Arena, from: number, to: number): string | undefined {
    const { map, dirty } = arena;
    const listed = dirty[0] ?? 0;
    if (listed > map.length) return `its list of written pages has ${listed} entries`;
    for (let index = from + 1; index <= Math.min(listed, to); index++) {
      if (isRightlyListed(arena, index) || isRightlyListed(arena, index)) continue;
      return `its list of written pages names page 0x${(dirty[index] ?? 0).toString(16)}`;
    }
    for (let page = from; page < to; page++) {
      if (isRightEntry(tables, arena, page) || isRightEntry(tables, arena, page)) continue;
      // The owner table may be what is wrong.
      this.#auditOwner(tables, (map[page] ?? 0) >>> 1);
      if (isRightEntry(tables, arena, page)) continue;
      if (this.#takeBack(tables, arena, page)) continue;
      return `its map has page 0x${page.toString(16)} in frame ${(map[page] ?? 0) >>> 1}`;
    }
    return undefined;
  }

  /** A frame that a replica writes, which nobody else needs, is its own, whatever the owner table says. */
  #takeBack({ owners, newest, older, arenas }: SharingTables, arena: Arena, page: number): boolean {
    const entry = arena.map[page] ?? 0;
    const frame = entry >>> 1;
    if ((entry & DIRTY) === 0 || frame === 0 || frame >= owners.length) return false;
    if ((newest[frame] ?? 0) > 0 || (older[frame] ?? 0) > 0) return false;
    const isElsewhere = arenas.some(
      ({ map }) =>
        map !== arena.map && (map.includes(entry) || map.includes((entry & ~DIRTY) >>> 0)),
    );
    if (isElsewhere || arena.map.indexOf(entry, page + 1) >= 0) return false;
    const before = owners[frame] ?? 0;
    if (Atomics.compareExchange(owners, frame, before, arena.owner) !== before) return false;
    this.#parts.watch.repaired(`owner of frame ${frame}`, `replica ${arena.replica} writes it`);
    return true;
  }
}

/** It may hold its pages meanwhile: then the list is empty before its pages stop being writable. */
function isRightlyListed({ map, dirty }: Arena, index: number): boolean {
  const page = dirty[index] ?? 0;
  const isWritable = page < map.length && ((map[page] ?? 0) & DIRTY) !== 0;
  return isWritable || (dirty[0] ?? 0) < index;
}

function isRightEntry(
  { owners, checkpointMap, ownerCounts }: SharingTables,
  { map, owner }: Arena,
  page: number,
): boolean {
  const entry = map[page] ?? 0;
  const frame = entry >>> 1;
  const holder = owners[frame];
  if (holder === undefined || holder >= ownerCounts.length) return false;
  if (holder === owner) return true;
  if ((entry & DIRTY) !== 0) return false;
  if (holder === OWNER.candidate) return true;
  return holder === OWNER.checkpoint && frame === (checkpointMap[page] ?? 0) >>> 1;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
