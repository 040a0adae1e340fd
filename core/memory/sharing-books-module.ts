// The code of `sharing-books.ts`: a WebAssembly module in binary (WebAssembly Core Specification 2.0, section 5; several
// memories: proposal "multi-memory", version 3.0). Memory 0 is the shared one of the virtual machine, memory 1 the books.
//
// SECURITY: replicas can damage their own maps and lists of written pages. The number of a frame or page is compared with
// how many there are before anything is read or written at it.
//
// Functions have their parameters and locals as numbers, named where they begin; branch 1 from within an "if" of a body
// goes on with the next page, branch 2 from within two.
import { HELD, OWNER } from "./shared-layout.ts";
import { body, constant, get, list, name, section, signature, unsigned } from "./wasm-bytes.ts";

type Code = readonly number[];

const I32 = 0x7f;
const VOID = 0x40;
const END = 0x0b;
const RETURN = 0x0f;

/** Magic number and version. */
const HEAD = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

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
const two = (opcode: number): ((a: Code, b: Code) => Code) => {
  return (a, b) => [...a, ...b, opcode];
};
const add = two(0x6a);
const and = two(0x71);
const or = two(0x72);
const shl = two(0x74);
const shr = two(0x76);
const equal = two(0x46);
const unequal = two(0x47);
const isBelow = two(0x49);
const not = (a: Code): Code => [...a, 0x45];
const iff = (condition: Code, ...then: readonly Code[]): Code => [
  ...condition,
  0x04,
  VOID,
  ...then.flat(),
  END,
];
/** One condition that holds, the other not even looked at where it does not. */
const both = (a: Code, b: Code): Code => [...a, 0x04, I32, ...b, 0x05, ...constant(0), END];

const word = (address: Code): Code => [...address, 0x28, 2, 0];
const setWord = (address: Code, value: Code): Code => [...address, ...value, 0x36, 2, 0];
const byte = (address: Code): Code => [...address, 0x2d, 0, 0];
const setByte = (address: Code, value: Code): Code => [...address, ...value, 0x3a, 0, 0];
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
const setBookByte = (address: Code, value: Code): Code => [...address, ...value, 0x3a, 0x40, 1, 0];

const set = (local: number, value: Code): Code => [...value, 0x21, local];
const times4 = (value: Code): Code => shl(value, constant(2));
const at = (base: Code, index: Code): Code => add(base, times4(index));
const bump = (address: Code, by: 1 | -1, offset = 0): Code =>
  setBookWord(address, add(bookWord(address, offset), constant(by)), offset);
const sum = (number: number, by: 1 | -1): Code => bump(place("sums"), by, number * 4);

/** For `index` from where it is to `end`; in the body, branch 0 goes on with the next one. */
const forEach = (index: number, end: number, ...code: readonly Code[]): Code => [
  0x02,
  VOID,
  0x03,
  VOID,
  ...not(isBelow(get(index), get(end))),
  0x0d,
  1,
  0x02,
  VOID,
  ...code.flat(),
  END,
  ...set(index, add(get(index), constant(1))),
  0x0c,
  0,
  END,
  END,
];
const next = (depth: number): Code => [0x0c, depth];

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
const frameOf = (entry: Code): Code => shr(entry, constant(1));
const entryOf = (frame: Code): Code => shl(frame, constant(1));
const isOdd = (entry: Code): Code => and(entry, constant(1));
const evenOf = (entry: Code): Code => and(entry, constant(-2));

const give = (frame: Code, owner: number): Code => [
  ...bump(at(place("moved"), byte(ownerAt(frame))), -1),
  ...setByte(ownerAt(frame), constant(owner)),
  ...bump(add(place("moved"), constant(owner * 4)), 1),
];

/** (to, map, candidate, owner): what `CandidateFrames.begin` does with one replica. @returns frames held */
function hold(): Code {
  const [to, map, candidate, owner, index, page, frame, isOwn, held] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  return [
    ...forEachPage(
      index,
      to,
      page,
      setBookByte(add(place("isMember"), get(page)), constant(1)),
      set(frame, frameOf(word(at(get(map), get(page))))),
      set(isOwn, both(get(frame), isOwnedBy(get(frame), get(owner)))),
      setWord(at(get(candidate), get(page)), or(entryOf(get(frame)), get(isOwn))),
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

/** Imports `host.memory`, `host.books` and PLACES; exports `hold`, `promote` and `share`. */
export function sharingBooksModule(): Uint8Array<ArrayBuffer> {
  const global = (of: string): Code => [...name("host"), ...name(of), 0x03, I32, 0];
  return Uint8Array.from([
    ...HEAD,
    ...section(1, list([signature(4), signature(7), signature(5, 0)])),
    ...section(
      2,
      list([
        [...name("host"), ...name("memory"), 0x02, 0x03, 1, ...unsigned(65536)],
        [...name("host"), ...name("books"), 0x02, 0x03, 1, ...unsigned(65536)],
        ...PLACES.map(global),
      ]),
    ),
    ...section(3, list([[0], [1], [2]])),
    ...section(
      7,
      list([
        [...name("hold"), 0, 0],
        [...name("promote"), 0, 1],
        [...name("share"), 0, 2],
      ]),
    ),
    ...section(
      10,
      list([body([[5, I32]], hold()), body([[8, I32]], promote()), body([[5, I32]], share())]),
    ),
  ]);
}
