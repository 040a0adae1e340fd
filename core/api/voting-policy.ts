// Voting policies: what a set of claims says.
import type { Provider } from "./provider.ts";

/** Claims grouped by equality: each group lists the replicas that claim the same bytes. Absent replicas crashed or hang. */
export interface Vote {
  readonly groups: readonly (readonly number[])[];
  readonly absent: readonly number[];
}

export type Verdict =
  | { readonly kind: "agreed" }
  | {
      readonly kind: "outvoted";
      readonly winners: readonly number[];
      readonly losers: readonly number[];
    }
  | { readonly kind: "undecided" };

export interface VotingPolicy {
  decide(vote: Vote): Verdict;
}

export interface VotingPolicyProvider extends Provider {
  readonly kind: "voting";
  /** Two that claim the same always outvote a third one: campaigns then know the verdict on a fault of one replica. */
  readonly outvotesOne?: true;
  create(options: Readonly<Record<string, unknown>>): VotingPolicy;
}
