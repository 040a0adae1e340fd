// What the figures depend on beside the code: processor, versions, and what else the machine was doing.
import { availableParallelism, cpus, loadavg } from "node:os";
import process from "node:process";

export interface HostFacts {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  /** First line of QEMU's version. */
  readonly qemu: string | null;
  /** Runnable processes, averaged over the minute before the first run. */
  readonly loadBefore: number;
}

export function readHostFacts(qemu: string | undefined): HostFacts {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    node: process.version,
    qemu: qemu ?? null,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Load per core before the first run from which other work has disturbed the figures. */
const QUIET_LOAD = 0.25;

export function hostText({ processor, cores, node, qemu, loadBefore }: HostFacts): string {
  const versions = [`Node ${node}`, ...(qemu === null ? [] : [qemu])].join("; ");
  const warning =
    loadBefore / cores <= QUIET_LOAD
      ? ""
      : `Load average before the first run: ${loadBefore.toFixed(1)}. ` +
        "Other work disturbed these figures, wall times most.\n";
  return `${processor}, cores: ${cores}; ${versions}\n${warning}`;
}
