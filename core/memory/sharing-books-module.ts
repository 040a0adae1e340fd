// The code of `sharing-books.ts`: a WebAssembly module in binary (WebAssembly Core Specification 2.0, section 5; several
// memories: proposal "multi-memory", version 3.0). Memory 0 is the shared one of the virtual machine, memory 1 the books.
//
// SECURITY: replicas can damage their own maps and lists of written pages. The number of a frame or page is compared with
// how many there are before anything is read or written at it.
import { HELD, OWNER } from "./shared-layout.ts";
import { body, constant, get, list, name, section, signature, unsigned } from "./wasm-bytes.ts";
import {
  add,
  and,
  at,
  both,
  byte,
  type Code,
  END,
  entryOf,
  equal,
  evenOf,
  forEach,
  frameOf,
  HEAD,
  I32,
  iff,
  isBelow,
  isOdd,
  next,
  not,
  RETURN,
  set,
  setByte,
  setWord,
  unequal,
  word,
} from "./wasm-code.ts";

/** Imported as constant globals, in this order: two numbers, byte offsets in memory 0, and those in memory 1. */
export const PLACES = [
  "ramPages",
  "frameCount",
  "owners",
  "checkpointMap",
  "list",
  "isMember",
  "mapCopy",
  "loggedIn",
  "newest",
  "older",
  "logPages",
  "logFrames",
  "moved",
  "readers",
  "sums",
] as const;

/** Words of `sums`. */
export const SUM = {
  touchedPages: 0,
  olderFrames: 1,
  held: 2,
  logged: 3,
  readers: 4,
  end: 5,
} as const;

const place = (of: (typeof PLACES)[number]): Code => [0x23, PLACES.indexOf(of)];
/** Bit 6 of the alignment: the number of the memory follows (specification 3.0, section 5.4.6). */
const bookWord = (address: Code, offset = 0): Code => [...address, 0x28, 2 | 0x40, 1, offset];
const setBookWord = (address: Code, value: Code, offset = 0): Code => [
  ...address,
  ...value,
  0x36,
  2 | 0x40,
  1,
  offset,
];
const bookByte = (address: Code): Code => [...address, 0x2d, 0x40, 1, 0];

const bump = (address: Code, by: 1 | -1, offset = 0): Code =>
  setBookWord(address, add(bookWord(address, offset), constant(by)), offset);
const sum = (number: number, by: 1 | -1): Code => bump(place("sums"), by, number * 4);

/** The next page of the list: nothing is done where the machine has no such page. */
const forEachPage = (index: number, end: number, page: number, ...code: readonly Code[]): Code =>
  forEach(
    index,
    end,
    set(page, bookWord(at(place("list"), get(index)))),
    iff(not(isBelow(get(page), place("ramPages"))), next(1)),
    ...code,
  );

const ownerAt = (frame: Code): Code => add(place("owners"), frame);
const isFrame = (frame: Code): Code => isBelow(frame, place("frameCount"));
const isOwnedBy = (frame: Code, owner: Code): Code =>
  both(isFrame(frame), equal(byte(ownerAt(frame)), owner));

const give = (frame: Code, owner: number): Code => [
  ...bump(at(place("moved"), byte(ownerAt(frame))), -1),
  ...setByte(ownerAt(frame), constant(owner)),
  ...bump(add(place("moved"), constant(owner * 4)), 1),
];

/** The page's entry in a candidate map, where there is one that is HELD; else 0. */
const heldEntry = (isCandidate: number, candidate: number, page: number, entry: number): Code => [
  ...set(entry, constant(0)),
  ...iff(
    both(get(isCandidate), bookByte(add(place("isMember"), get(page)))),
    set(entry, word(at(get(candidate), get(page)))),
    iff(not(and(get(entry), constant(HELD))), set(entry, constant(0))),
  ),
];

const forgetHeld = (candidate: number, page: number, entry: number): Code =>
  iff(get(entry), setWord(at(get(candidate), get(page)), evenOf(get(entry))), sum(SUM.held, -1));

/**
 * (from, to, map, candidate, owner, isCandidate, log): what `FrameSharing.promote` does.
 * @returns index of the first page that is not plain, which is left as it is; or `to`
 */
function promote(): Code {
  const [index, to, map, candidate, owner, isCandidate, log] = [0, 1, 2, 3, 4, 5, 6];
  const [page, held, entry, frame, old, reader, readers, logged] = [7, 8, 9, 10, 11, 12, 13, 14];
  const newest = (of: number): Code => at(place("newest"), get(of));
  const older = (of: number): Code => at(place("older"), get(of));
  const readersEntry = at(bookWord(at(place("readers"), get(reader))), get(page));
  return [
    ...set(readers, bookWord(place("sums"), SUM.readers * 4)),
    ...forEachPage(
      index,
      to,
      page,
      heldEntry(isCandidate, candidate, page, held),
      set(frame, frameOf(get(held))),
      iff(not(isOwnedBy(get(frame), constant(OWNER.candidate))), set(frame, constant(0))),
      set(entry, word(at(get(map), get(page)))),
      // Not from the candidate: as the replica has it now, unless it was written since.
      iff(
        not(get(frame)),
        iff(both(get(isCandidate), isOdd(get(entry))), forgetHeld(candidate, page, held), next(2)),
        setWord(at(get(map), get(page)), evenOf(get(entry))),
        set(frame, frameOf(get(entry))),
        iff(not(isOwnedBy(get(frame), get(owner))), forgetHeld(candidate, page, held), next(2)),
      ),
      set(old, frameOf(word(at(place("checkpointMap"), get(page))))),
      iff(not(isFrame(get(old))), get(index), [RETURN]),
      iff(both(bookWord(older(frame)), not(bookWord(newest(frame)))), get(index), [RETURN]),
      forgetHeld(candidate, page, held),
      give(get(frame), OWNER.checkpoint),
      iff(equal(get(old), get(frame)), next(1)),
      // Whoever reads the page in the checkpoint's frame reads it in this one from here on.
      set(reader, constant(0)),
      forEach(
        reader,
        readers,
        iff(
          equal(frameOf(word(readersEntry)), get(old)),
          setWord(readersEntry, entryOf(get(frame))),
        ),
      ),
      setWord(at(place("checkpointMap"), get(page)), entryOf(get(frame))),
      setBookWord(at(place("mapCopy"), get(page)), entryOf(get(frame))),
      bump(newest(frame), 1),
      iff(
        both(get(log), unequal(bookWord(at(place("loggedIn"), get(page))), get(log))),
        setBookWord(at(place("loggedIn"), get(page)), get(log)),
        set(logged, bookWord(place("sums"), SUM.logged * 4)),
        setBookWord(at(place("logPages"), get(logged)), get(page)),
        setBookWord(at(place("logFrames"), get(logged)), get(old)),
        sum(SUM.logged, 1),
        iff(get(old), bump(older(old), 1)),
      ),
      iff(not(get(old)), sum(SUM.touchedPages, 1), next(1)),
      bump(newest(old), -1),
      iff(bookWord(newest(old)), next(1)),
      iff(
        bookWord(older(old)),
        give(get(old), OWNER.olderCheckpoints),
        sum(SUM.olderFrames, 1),
        next(1),
      ),
      give(get(old), OWNER.free),
    ),
    ...get(to),
    END,
  ];
}

/** (to, map, candidate, owner, isCandidate): what `FrameSharing.shareWithCheckpoint` does. */
function share(): Code {
  const [to, map, candidate, owner, isCandidate] = [0, 1, 2, 3, 4];
  const [index, page, held, entry, frame] = [5, 6, 7, 8, 9];
  const free = (frameOwner: Code): Code =>
    iff(both(get(frame), isOwnedBy(get(frame), frameOwner)), give(get(frame), OWNER.free));
  return [
    ...forEachPage(
      index,
      to,
      page,
      heldEntry(isCandidate, candidate, page, held),
      iff(
        get(held),
        forgetHeld(candidate, page, held),
        set(frame, frameOf(get(held))),
        free(constant(OWNER.candidate)),
      ),
      set(entry, word(at(get(map), get(page)))),
      iff(both(get(isCandidate), isOdd(get(entry))), next(1)),
      setWord(at(get(map), get(page)), word(at(place("checkpointMap"), get(page)))),
      set(frame, frameOf(get(entry))),
      free(get(owner)),
    ),
    END,
  ];
}

/** Imports `host.memory`, `host.books` and PLACES; exports `promote` and `share`. */
export function sharingBooksModule(): Uint8Array<ArrayBuffer> {
  const global = (of: string): Code => [...name("host"), ...name(of), 0x03, I32, 0];
  return Uint8Array.from([
    ...HEAD,
    ...section(1, list([signature(7), signature(5, 0)])),
    ...section(
      2,
      list([
        [...name("host"), ...name("memory"), 0x02, 0x03, 1, ...unsigned(65536)],
        [...name("host"), ...name("books"), 0x02, 0x03, 1, ...unsigned(65536)],
        ...PLACES.map(global),
      ]),
    ),
    ...section(3, list([[0], [1]])),
    ...section(
      7,
      list([
        [...name("promote"), 0, 0],
        [...name("share"), 0, 1],
      ]),
    ),
    ...section(10, list([body([[8, I32]], promote()), body([[5, I32]], share())])),
  ]);
}
