// Seals of ballots that the coordinator holds, made from the bytes that replicas left. Where two copies of a ballot that
// were equal are equal no more, they tell which one changed.
import type { Ballot } from "../api/epoch.ts";
import { encodeBallot, encodedBytes } from "../replica/ballot-codec.ts";
import { sealOf } from "./seal.ts";

const seals = new WeakMap<Ballot, number>();

/** @param encoded the ballot as bytes; it is encoded where there are none */
export function rememberSeal(ballot: Ballot, encoded?: Uint8Array): void {
  if (!seals.has(ballot)) seals.set(ballot, sealOf(encoded ?? encode(ballot), ballot.epoch));
}

/** Whether a ballot is still what it was; undefined where nothing is known. */
export function isIntact(ballot: Ballot): boolean | undefined {
  const seal = seals.get(ballot);
  return seal === undefined ? undefined : seal === sealOf(encode(ballot), ballot.epoch);
}

function encode(ballot: Ballot): Uint8Array {
  const bytes = new Uint8Array(encodedBytes(ballot));
  encodeBallot(ballot, bytes);
  return bytes;
}
