// Which processor core of the host stands behind each core of a run, where a placement binds replicas.
import { readFileSync } from "node:fs";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { PlacementPlan } from "../api/placement.ts";
import { allowedCores } from "../replica/bind-thread.ts";

/**
 * @param cores of the run
 * @param allowed host cores that this process may use; default: what the host says
 * @returns host cores by core; undefined where nobody is bound
 * @throws XV_ERR_PLACEMENT_HOST_CORES
 */
export function planHostCores(
  bind: PlacementPlan["bind"],
  cores: number,
  allowed: () => readonly number[] = hostCores,
): readonly number[] | undefined {
  if (bind === undefined) return undefined;
  const there = allowed();
  const list = there.join(", ") || "none that is known";
  const chosen = bind === true ? there.slice(0, cores) : bind.slice(0, cores);
  const foreign = chosen.find((core) => !there.includes(core));
  if (foreign !== undefined) {
    throw problem(
      `This process may not run on host core ${foreign}; it may on ${list}.`,
      String(foreign),
      "Name others in placement.bind, or let the host permit that one (taskset, cpuset of the container).",
    );
  }
  if (chosen.length >= cores) return chosen;
  throw problem(
    `${cores} cores need as many host cores to be bound to, and there are ${chosen.length}: ${chosen.join(", ") || "none"}.`,
    bind === true ? "true" : bind.join(", "),
    `Write placement.cores: ${Math.max(1, chosen.length)}, name more host cores, or leave out placement.bind.`,
  );
}

/** Empty where the host does not tell: binding works under Linux only. */
function hostCores(): readonly number[] {
  try {
    return allowedCores(readFileSync("/proc/self/status", "utf8"));
  } catch {
    return [];
  }
}

const problem = (message: string, value: string, remedy: string): ExtravirtError =>
  new ExtravirtError("XV_ERR_PLACEMENT_HOST_CORES", message, {
    place: "placement.bind",
    value,
    remedy,
  });
