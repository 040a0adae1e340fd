// Holding the pages that a replica wrote since the checkpoint: what it has in them stays as it is, for comparison while it
// runs on (`CandidateFrames`). One pass over its list of written pages, by the replica itself as it comes to the boundary
// or by the coordinator while it stands still.
//
// DETERMINISM: a list that is too long is refused by its length alone, which is the same in all replicas.
// SECURITY: replicas can damage their own maps and lists. The number of a frame or page is compared with how many there
// are before anything is read or written at it.
import { HELD, OWNER, REFUSED, type SharedLayout } from "./shared-layout.ts";
import { body, constant, get, list, name, section, signature, unsigned } from "./wasm-bytes.ts";
import {
  add,
  at,
  both,
  byte,
  type Code,
  END,
  entryOf,
  equal,
  forEach,
  frameOf,
  HEAD,
  I32,
  iff,
  isBelow,
  next,
  not,
  or,
  set,
  setByte,
  setWord,
  word,
} from "./wasm-code.ts";

type Pass = (
  dirtyList: number,
  heldList: number,
  map: number,
  candidate: number,
  owner: number,
) => number;

/** Imported as constant globals, in this order. */
const PLACES = ["ramPages", "frameCount", "owners"] as const;

const place = (of: (typeof PLACES)[number]): Code => [0x23, PLACES.indexOf(of)];
const ownerAt = (frame: Code): Code => add(place("owners"), frame);
const isOwnedBy = (frame: Code, owner: Code): Code =>
  both(isBelow(frame, place("frameCount")), equal(byte(ownerAt(frame)), owner));
const copy = (to: Code, from: Code, bytes: Code): Code => [
  ...to,
  ...from,
  ...bytes,
  0xfc,
  10,
  0,
  0,
];

/**
 * (dirtyList, heldList, map, candidate, owner): the first list becomes the second one and is empty from there on, before
 * its pages stop being writable. @returns frames that are held
 */
function hold(): Code {
  const [dirty, kept, map, candidate, owner] = [0, 1, 2, 3, 4];
  const [index, page, frame, isOwn, held, count] = [5, 6, 7, 8, 9, 10];
  const entry = at(get(candidate), get(page));
  const asHeld = or(entryOf(get(frame)), constant(HELD));
  return [
    ...set(count, word(get(dirty))),
    ...iff(isBelow(place("ramPages"), get(count)), set(count, place("ramPages"))),
    ...copy(add(get(kept), constant(4)), add(get(dirty), constant(4)), at(constant(0), get(count))),
    ...setWord(get(kept), get(count)),
    ...setWord(get(dirty), constant(0)),
    ...forEach(
      index,
      count,
      set(page, word(at(add(get(kept), constant(4)), get(index)))),
      iff(not(isBelow(get(page), place("ramPages"))), next(1)),
      set(frame, frameOf(word(at(get(map), get(page))))),
      // The list of a damaged replica may name it twice.
      iff(
        both(equal(word(entry), asHeld), isOwnedBy(get(frame), constant(OWNER.candidate))),
        next(1),
      ),
      set(isOwn, both(get(frame), isOwnedBy(get(frame), get(owner)))),
      // In this order: whoever dies in between leaves nothing that is nobody's.
      setWord(entry, or(entryOf(get(frame)), get(isOwn))),
      setWord(at(get(map), get(page)), entryOf(get(frame))),
      iff(
        get(isOwn),
        setByte(ownerAt(get(frame)), constant(OWNER.candidate)),
        set(held, add(get(held), constant(1))),
      ),
    ),
    ...get(held),
    END,
  ];
}

/** Imports `host.memory` and PLACES; exports `hold`. */
function holdModule(): Uint8Array<ArrayBuffer> {
  const global = (of: string): Code => [...name("host"), ...name(of), 0x03, I32, 0];
  return Uint8Array.from([
    ...HEAD,
    ...section(1, list([signature(5)])),
    ...section(
      2,
      list([
        [...name("host"), ...name("memory"), 0x02, 0x03, 1, ...unsigned(65536)],
        ...PLACES.map(global),
      ]),
    ),
    ...section(3, list([[0]])),
    ...section(7, list([[...name("hold"), 0, 0]])),
    ...section(10, list([body([[6, I32]], hold())])),
  ]);
}

/** Compiled once, for all machines of the thread. */
let compiled: WebAssembly.Module | undefined;

export class PageHold {
  readonly #pass: Pass;
  readonly #arenas: SharedLayout["arenas"];
  readonly #words: Uint32Array<SharedArrayBuffer>;

  constructor(shared: WebAssembly.Memory, layout: SharedLayout) {
    const { ramPages, frameCount, owners, arenas } = layout;
    this.#arenas = arenas;
    this.#words = new Uint32Array(shared.buffer as SharedArrayBuffer);
    compiled ??= new WebAssembly.Module(holdModule());
    const host = { memory: shared, ramPages, frameCount, owners };
    this.#pass = new WebAssembly.Instance(compiled, { host }).exports["hold"] as Pass;
  }

  /**
   * HOT: the replica stands still (bench: checkpoint pause). From here on none of its pages is dirty.
   * @param most written pages, above which none are held and its list of held pages says REFUSED
   * @returns frames that were the arena's own, and are OWNER.candidate's
   */
  hold(arena: number, most: number): number {
    const tables = this.#arenas[arena];
    if (tables === undefined) throw new RangeError(`arena ${arena} does not exist`);
    const { dirtyList, heldList, pageMap, candidateMap } = tables;
    if ((this.#words[dirtyList / 4] ?? 0) > most) {
      this.#words[heldList / 4] = REFUSED;
      return 0;
    }
    return this.#pass(dirtyList, heldList, pageMap, candidateMap, OWNER.firstReplica + arena);
  }
}
