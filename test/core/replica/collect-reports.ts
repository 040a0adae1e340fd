// Starts a replica link and collects its reports; a test waits for the one it needs.
import type { ReplicaLink, StartReplica } from "../../../core/replica/replica-link.ts";
import type { ReplicaReport } from "../../../core/replica/replica-setup.ts";

export interface Collected {
  readonly link: ReplicaLink;
  readonly reports: readonly ReplicaReport[];
  /** Resolves with all reports so far once that many of this kind are there. */
  until(kind: ReplicaReport["kind"], count?: number): Promise<readonly ReplicaReport[]>;
}

export function collectReports(start: StartReplica): Collected {
  const reports: ReplicaReport[] = [];
  let wake = (): void => {};
  const link = start((report) => {
    reports.push(report);
    wake();
  });
  return {
    link,
    reports,
    until: async (kind, count = 1) => {
      while (reports.filter((report) => report.kind === kind).length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return [...reports];
    },
  };
}

export const kindsOf = (reports: readonly ReplicaReport[]): string[] =>
  reports.map((report) => report.kind);
