// What was found out about cores, for people.
import type { CoreFinding, CoreVerdict } from "../api/core-diagnosis.ts";
import type { CoreRetired } from "../api/vmm.ts";
import type { CoreReport } from "../coordinator/run-report.ts";
import { amountText, countText } from "./number-text.ts";

/** "core 1: permanent fault, wrong in 2 of 2 replays". */
export function findingText({
  core,
  verdict,
  why,
}: Pick<CoreFinding, "verdict" | "why"> & { readonly core: number }): string {
  return `core ${core}: ${FOUND[verdict]}, ${why}`;
}

const FOUND: Readonly<Record<CoreVerdict, string>> = {
  permanent: "permanent fault",
  intermittent: "intermittent fault",
  transient: "transient fault",
  unclear: "not to blame",
  untried: "not tried",
};

/** "core 1 is retired: a permanent fault; its replica goes on on core 3". */
export function retiredText({ core, why, movedTo }: CoreRetired): string {
  const moved =
    movedTo === undefined
      ? ""
      : movedTo === "nowhere"
        ? "; there is no other for its replica"
        : `; its replica goes on on core ${movedTo}`;
  return `core ${core} is retired: ${why}${moved}`;
}

/** A row for each core that was blamed, the number of cores before the first one. */
export function coreRows(
  cores: readonly CoreReport[],
  hostCores?: readonly number[],
): readonly [string, string][] {
  const blamed = cores.filter(({ blames }) => blames > 0);
  const bound: [string, string][] =
    hostCores === undefined ? [] : [["bound to", `host cores ${hostCores.join(", ")}`]];
  if (blamed.length === 0) return bound;
  const retired = cores.filter((core) => core.retired !== undefined).length;
  const head = `${countText(cores.length)}, ${retired === 0 ? "none" : countText(retired)} retired`;
  return [
    ...bound,
    ["cores", head],
    ...blamed.map((core): [string, string] => ["", blameText(core)]),
  ];
}

function blameText({ core, blames, retired, ...counts }: CoreReport): string {
  const found = (["permanent", "intermittent", "transient", "unclear", "untried"] as const)
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${countText(counts[verdict])} ${verdict}`);
  const what = found.length === 0 ? "" : ` (${found.join(", ")})`;
  const end =
    retired === undefined ? "" : `; retired at step ${countText(retired.steps)}: ${retired.why}`;
  return `core ${core}: blamed ${blames === 1 ? "once" : amountText(blames, "time")}${what}${end}`;
}
