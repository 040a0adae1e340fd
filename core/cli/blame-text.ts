// Whom a recovery blames, for people.
import type { RecoveryOutcome } from "../api/recovery-strategy.ts";

type Blame = Pick<Extract<RecoveryOutcome, { readonly kind: "recovered" }>, "blamed" | "suspected">;

/** "blamed: replica 1", "nobody is blamed, replicas 0, 1 are suspected". */
export const blamedReplicasText = (blame: Blame): string =>
  textOf(blame, (replicas) => `blamed: ${replicasText(replicas)}`);

/** "replica 1 was wrong", "nobody is blamed, replicas 0, 1 are suspected". */
export const wrongReplicasText = (blame: Blame): string =>
  textOf(blame, (replicas) => `${replicasText(replicas)} ${wasOrWere(replicas)} wrong`);

function textOf(
  { blamed, suspected = [] }: Blame,
  say: (replicas: readonly number[]) => string,
): string {
  const doubt =
    suspected.length === 0
      ? ""
      : `, ${replicasText(suspected)} ${suspected.length === 1 ? "is" : "are"} suspected`;
  return (blamed.length === 0 ? "nobody is blamed" : say(blamed)) + doubt;
}

const replicasText = (replicas: readonly number[]): string =>
  `replica${replicas.length === 1 ? "" : "s"} ${replicas.join(", ")}`;

const wasOrWere = ({ length }: readonly number[]): string => (length === 1 ? "was" : "were");
