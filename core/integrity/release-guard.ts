// Stands between what was agreed on and what leaves. A judgement counts only with a verdict in code words, and what was
// compared is compared once more, with the copy that another replica left, right before it goes: a bit that flips after
// the comparison is found, and the copy that still fits its seal goes instead.
import type { Ballot, Output } from "../api/epoch.ts";
import type { ManagerProtection } from "../api/manager-protection.ts";
import { isIntact } from "./ballot-seals.ts";
import { saysAgreed, type EncodedVerdict } from "./encoded-verdict.ts";
import type { IntegrityWatch } from "./integrity-watch.ts";

/** Judgements of an epoch that turn out to be damaged, before that is no coincidence any more. */
const MOST_IN_A_ROW = 3;

/** An epoch that was agreed on. */
export interface AgreedClaim {
  readonly ballot: Ballot;
  /** The same as another replica left it; undefined where nobody else did. */
  readonly copy?: Ballot | undefined;
  readonly verdict: EncodedVerdict;
}

export class ReleaseGuard {
  readonly #protection: Pick<ManagerProtection, "releaseCheck" | "encodedVerdict">;
  readonly #watch: IntegrityWatch;
  readonly #differ: (a: Ballot, b: Ballot) => boolean;
  #inARow = 0;

  /** @param differ whether two ballots on the same epoch say different things */
  constructor(
    protection: Pick<ManagerProtection, "releaseCheck" | "encodedVerdict">,
    watch: IntegrityWatch,
    differ: (a: Ballot, b: Ballot) => boolean,
  ) {
    this.#protection = protection;
    this.#watch = watch;
    this.#differ = differ;
  }

  /**
   * @returns the claim to go on with, or undefined when the epoch has to be judged again
   * @throws IntegrityBreach when it was too often, or nobody has another copy
   */
  admit(claim: AgreedClaim, epoch: number): AgreedClaim | undefined {
    const name = `verdict on epoch ${epoch}`;
    if (this.#protection.encodedVerdict && !isVerdictOn(claim, epoch)) return this.#again(name);
    const { ballot, copy } = claim;
    const isSame = ballot.epoch === epoch && (copy === undefined || !this.#doDiffer(ballot, copy));
    if (!this.#protection.releaseCheck || (isSame && (copy !== undefined || isWhole(ballot)))) {
      this.#inARow = 0;
      return claim;
    }
    const ballotName = `ballot on epoch ${epoch}`;
    const [right, ...others] = [ballot, copy].filter((one) => one !== undefined && isWhole(one));
    if (right === undefined && copy === undefined) {
      this.#watch.broken(ballotName, "there is no second copy");
    }
    if (right?.epoch !== epoch || others.length > 0) return this.#again(ballotName);
    this.#watch.repaired(ballotName, "from another replica's copy");
    this.#inARow = 0;
    return { ...claim, ballot: right, copy: undefined };
  }

  /**
   * What is about to leave, verified. Nothing may come between this and the release: after a wait it is verified again.
   * @param outputs of the claim's ballot
   * @throws IntegrityBreach when nobody has another copy
   */
  release(outputs: readonly Output[], claim: AgreedClaim, epoch: number): readonly Output[] {
    const { ballot, copy } = claim;
    if (this.#protection.encodedVerdict && !isVerdictOn(claim, epoch)) {
      const name = `verdict on epoch ${epoch}`;
      if (copy === undefined || this.#doDiffer(ballot, copy)) {
        this.#watch.broken(name, "it does not say that the outputs were agreed on");
      }
      this.#watch.repaired(name, "by another comparison");
    }
    if (!this.#protection.releaseCheck) return outputs;
    if (copy === undefined ? isWhole(ballot) : areEqual(outputs, copy.outputs)) return outputs;
    const name = `outputs of epoch ${epoch}`;
    const right = [ballot, copy].find((one) => one !== undefined && isIntact(one) === true);
    if (right === undefined) this.#watch.broken(name, "no copy is what was compared");
    else this.#watch.repaired(name, "from the replica's copy that fits its seal");
    return right?.outputs ?? [];
  }

  #again(name: string): undefined {
    if (++this.#inARow > MOST_IN_A_ROW) this.#watch.broken(name, "it is damaged again and again");
    this.#watch.repaired(name, "judged again");
    return undefined;
  }

  #doDiffer(a: Ballot, b: Ballot): boolean {
    return a.epoch !== b.epoch || this.#differ(a, b);
  }
}

const isWhole = (ballot: Ballot): boolean => isIntact(ballot) !== false;

/** What was struck may have no verdict at all. */
const isVerdictOn = ({ verdict }: Partial<AgreedClaim>, epoch: number): boolean =>
  verdict !== undefined && saysAgreed(verdict, epoch);

function areEqual(some: readonly Output[], others: readonly Output[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ channel, bytes }, index) => {
      const other = others[index];
      return other?.channel === channel && Buffer.compare(bytes, other.bytes) === 0;
    })
  );
}
