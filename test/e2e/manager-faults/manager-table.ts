// Outcomes by site, as text.
import { SITES } from "./draw-manager-fault.ts";
import { MANAGER_OUTCOMES } from "./judge-manager-fault.ts";
import type { ManagerResult } from "./serve-manager-faults.ts";

const COLUMN = 12;

export function managerTable(results: readonly ManagerResult[]): string {
  const row = (name: string, of: readonly ManagerResult[]): string => {
    const counts = MANAGER_OUTCOMES.map(
      (outcome) => of.filter((result) => result.outcome === outcome).length,
    );
    const reached = of.filter(({ outcome }) => outcome !== "not reached").length;
    const wrong = of.filter(({ outcome }) => outcome === "wrong byte").length;
    const share = reached === 0 ? "" : `${((wrong / reached) * 100).toFixed(2)} %`;
    return line(name, [...counts, share]);
  };
  const line = (name: string, cells: readonly (string | number)[]): string =>
    name.padEnd(28) + cells.map((cell) => String(cell).padStart(COLUMN)).join("");
  const protections = [...new Set(results.map(({ protection }) => protection))];
  return protections
    .flatMap((protection) => {
      const all = results.filter((result) => result.protection === protection);
      const withFault = all.filter(({ isWithReplicaFault }) => isWithReplicaFault);
      return [
        line(`managerProtection: ${protection}`, [...MANAGER_OUTCOMES, "wrong"]),
        ...SITES.map((site) =>
          row(
            site,
            all.filter((result) => result.site === site),
          ),
        ),
        row("with a replica's fault", withFault),
        row("all", all),
        "",
      ];
    })
    .join("\n");
}
