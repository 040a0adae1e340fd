// Binds the calling thread, or the whole process, to a processor core of the host. Linux lets nobody but `sched_setaffinity`
// do that, which Node does not have; util-linux's taskset does it for a thread named by its number.
// DETERMINISM: where a thread runs changes how fast it is, nothing else.
import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import process from "node:process";
import { ExtravirtError } from "../api/extravirt-error.ts";

/** @throws XV_ERR_PLACEMENT_BIND where the host does not let it */
export function bindThread(hostCore: number, whole: "thread" | "process" = "thread"): void {
  const isThread = whole === "thread";
  const core = String(hostCore);
  const target = isThread
    ? (readlinkSync("/proc/thread-self").split("/")[2] ?? "")
    : `${process.pid}`;
  const { error, stderr } = spawnSync("taskset", [isThread ? "-pc" : "-apc", core, target], {
    encoding: "utf8",
  });
  if (error !== undefined) throw refusal(hostCore, error.message);
  const bound = allowedCores(readFileSync("/proc/thread-self/status", "utf8"));
  if (bound.length !== 1 || bound[0] !== hostCore) throw refusal(hostCore, stderr.trim());
}

/** Host cores that a thread may run on, from its file `status` under /proc: "Cpus_allowed_list:	0-2,7". */
export function allowedCores(status: string): readonly number[] {
  const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(status)?.[1];
  if (list === undefined) return [];
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function refusal(hostCore: number, why: string): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_PLACEMENT_BIND",
    `A replica could not be bound to host core ${hostCore}: ${why}.`,
    {
      place: "placement.bind",
      value: String(hostCore),
      remedy:
        "Install util-linux (taskset), let the host permit sched_setaffinity (containers may forbid it), or leave out placement.bind.",
    },
  );
}
