// What a vote on an epoch said, as two code words instead of a flag: no flip of a few bits turns one verdict, or the
// verdict on another epoch, into "agreed".
//
//   word = A * (epoch mod 2^16) + B[verdict]     AN code with a signature (Schiffel et al., "ANB- and ANBDmem-Encoding",
//                                                SAFECOMP 2010; as a voter's result: Ulbrich et al., "Eliminating
//                                                Single Points of Failure in Software-Based Redundancy", EDCC 2012)
//
// Two integers whose difference D has a non-adjacent form of weight w differ in at least w bits, since a difference of
// words is a sum of signed powers of two, one per bit in which they differ (Reitwiesner 1960: no such sum is shorter
// than the non-adjacent form). A = 58659 (Hoffmann et al., "A Practitioner's Guide to Software-Based Soft-Error
// Mitigation Using AN-Codes", HASE 2014) has w >= 6 for all its multiples up to 16 bits, and the signatures are chosen
// so that their differences have w >= 6: tests count both. The second word is the complement of one with other
// signatures, made from the second evaluation alone.
export type VerdictKind = "agreed" | "outvoted" | "undecided";

export interface EncodedVerdict {
  readonly first: number;
  readonly second: number;
}

export const A = 58_659;
/** Smaller than A, and far from each other. */
export const SIGNATURES: readonly [
  Readonly<Record<VerdictKind, number>>,
  Readonly<Record<VerdictKind, number>>,
] = [
  { agreed: 40_823, outvoted: 10_460, undecided: 52_242 },
  { agreed: 4_715, outvoted: 40_497, undecided: 13_727 },
];
const EPOCHS = 0x10000;

/** Each word comes from an evaluation of its own. */
export function encodeVerdict(
  epoch: number,
  first: VerdictKind,
  second: VerdictKind,
): EncodedVerdict {
  return { first: wordOf(epoch, 0, first), second: ~wordOf(epoch, 1, second) >>> 0 };
}

/** Whether both words say so, of this epoch; what is no word of the code says nothing. */
export function saysAgreed({ first, second }: EncodedVerdict, epoch: number): boolean {
  return first === wordOf(epoch, 0, "agreed") && ~second >>> 0 === wordOf(epoch, 1, "agreed");
}

/** What a verdict is, or undefined where it is none on this epoch: damaged, or its evaluations differ. */
export function decodeVerdict(verdict: EncodedVerdict, epoch: number): VerdictKind | undefined {
  const kinds: readonly VerdictKind[] = ["agreed", "outvoted", "undecided"];
  return kinds.find((kind) => {
    const { first, second } = encodeVerdict(epoch, kind, kind);
    return first === verdict.first && second === verdict.second;
  });
}

function wordOf(epoch: number, which: 0 | 1, kind: VerdictKind): number {
  return (A * (((epoch % EPOCHS) + EPOCHS) % EPOCHS) + SIGNATURES[which][kind]) >>> 0;
}
