// What there is to say about an epoch, from the ballots at hand. All of it is a function of who voted what and who died
// where: DETERMINISM: a crash counts where the ballots end, whenever the news of it arrives.
import type { DivergenceSignal } from "../api/recovery-strategy.ts";
import type { ReplicaHandle } from "../replica/replica-handle.ts";
import { encodeVerdict, type VerdictKind } from "../integrity/encoded-verdict.ts";
import type { AgreedClaim } from "../integrity/release-guard.ts";
import { compareBallots, differenceOf, type Claim, type NameRegister } from "./compare-ballots.ts";
import { DISPUTED, type DoubleCheck } from "./double-check.ts";

export type Judgement =
  | ({ readonly kind: "agreed" } & AgreedClaim)
  | { readonly kind: "diverged"; readonly signal: DivergenceSignal; readonly detail: string }
  /** These have yet to vote on the epoch `needed`. */
  | { readonly kind: "open"; readonly missing: readonly ReplicaHandle[]; readonly needed: number };

/** The epoch is agreed on when all replicas claim the same. */
export function judgeTogether(
  handles: readonly ReplicaHandle[],
  epoch: number,
  check: DoubleCheck,
  nameRegister: NameRegister,
): Judgement {
  const claims: Claim[] = handles.flatMap((handle) => {
    const ballot = handle.ballot(epoch);
    return ballot === undefined ? [] : [{ replica: handle.replica, ballot }];
  });
  const [first, ...others] = claims;
  if (first === undefined || claims.length < handles.length) {
    return {
      kind: "open",
      needed: epoch,
      missing: handles.filter((handle) => handle.ballot(epoch) === undefined),
    };
  }
  const { groups, evaluations } = compareBallots(claims, check);
  if (groups.length === 1) {
    // Each word of the verdict comes from one evaluation.
    const [one, other] = evaluations.map((said): VerdictKind => {
      const [group] = said;
      return said.length === 1 && group?.length === handles.length ? "agreed" : "undecided";
    });
    const verdict = encodeVerdict(epoch, one ?? "undecided", other ?? "undecided");
    // A repaired replica has taken over the ballots of another one: that is no copy.
    const copy = others.find(({ ballot }) => ballot !== first.ballot)?.ballot;
    return { kind: "agreed", ballot: first.ballot, copy, verdict };
  }
  const detail = others
    .map((claim) => differenceOf(first.ballot, claim.ballot, nameRegister))
    .find((text) => text !== undefined);
  return { kind: "diverged", signal: "ballots", detail: detail ?? DISPUTED };
}

/** The epoch counts as soon as the primary, the oldest one, has voted on it and the others are not too far behind. */
export function judgePrimary(
  [primary, ...backups]: readonly ReplicaHandle[],
  epoch: number,
  lagEpochs: number,
): Judgement {
  const ballot = primary?.ballot(epoch);
  if (primary !== undefined && ballot === undefined) {
    return { kind: "open", missing: [primary], needed: epoch };
  }
  const needed = epoch - lagEpochs;
  const missing = backups.filter(({ lastBallot }) => lastBallot < needed);
  if (ballot === undefined || missing.length > 0) return { kind: "open", missing, needed };
  return { kind: "agreed", ballot, verdict: encodeVerdict(epoch, "agreed", "agreed") };
}

/** @throws Error when who is waited for has voted, and its ballot is not there any more: it would never come */
export function checkNoneIsLost(
  missing: readonly ReplicaHandle[],
  needed: number,
  epoch: number,
): void {
  if (needed !== epoch) return;
  const lost = missing.find(
    (handle) => handle.lastBallot >= epoch && handle.ballot(epoch) === undefined,
  );
  if (lost === undefined) return;
  throw new Error(`the ballot of replica ${lost.replica} on epoch ${epoch} is lost`);
}

/** It died before it voted on the epoch. */
export const isAbsent = (handle: ReplicaHandle, epoch: number): boolean =>
  handle.crash !== undefined && handle.lastBallot < epoch;

/** What the death of these, one at least, is. */
export function judgeDeath(dead: readonly ReplicaHandle[]): Judgement & { kind: "diverged" } {
  const [first] = dead;
  const detail = `replica ${first?.replica}: ${first?.crash}`;
  if (dead.some((handle) => handle.isHung)) return { kind: "diverged", signal: "hang", detail };
  const signal = dead.some((handle) => handle.isSelfCheck) ? "self-check" : "crash";
  return { kind: "diverged", signal, detail };
}
