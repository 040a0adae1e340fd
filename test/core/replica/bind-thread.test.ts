import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allowedCores, bindThread } from "../../../core/replica/bind-thread.ts";
import { requireTool } from "../../require-tool.ts";
import { LETTERS, runToy, soloOf } from "../coordinator/toy-run.ts";

describe("allowedCores", () => {
  it("reads lists and ranges of a thread's status", () => {
    const status = "Cpus_allowed:\tf\nCpus_allowed_list:\t0-2,7,9-10\nMems_allowed:\t1\n";
    expect(allowedCores(status)).toEqual([0, 1, 2, 7, 9, 10]);
    expect(allowedCores("Cpus_allowed_list:\t3\n")).toEqual([3]);
    expect(allowedCores("")).toEqual([]);
  });
});

const hasTaskset = requireTool({
  name: "taskset",
  command: ["taskset", "--version"],
  debianPackage: "util-linux",
});

describe.runIf(hasTaskset)("bindThread", () => {
  it("refuses a core that the host does not have", () => {
    expect(() => bindThread(4095)).toThrowError(
      expect.objectContaining({
        code: "XV_ERR_PLACEMENT_BIND",
        place: "placement.bind",
        value: "4095",
      }),
    );
  });

  it.each(["worker-threads", "processes"])(
    "keeps a replica placed by %s on its host core, and nobody else",
    { timeout: 60_000 },
    async (use) => {
      const own = allowedCores(readFileSync("/proc/thread-self/status", "utf8"));
      const last = own.at(-1) ?? 0;
      const seen: number[][] = [];
      const { report, text } = await runToy({
        source: LETTERS,
        replication: soloOf(),
        placement: use,
        cores: 1,
        bind: [last],
        onVmm: ({ hooks }) => {
          hooks.epochVerified.tap("test", ({ epoch }) => {
            if (epoch === 3) seen.push(...affinities());
          });
        },
      });
      expect(text).toBe("ABCDEFGHIJ");
      expect(report.hostCores).toEqual([last]);
      expect(seen).toContainEqual([last]);
      expect(allowedCores(readFileSync("/proc/thread-self/status", "utf8"))).toEqual(own);
    },
  );
});

/** Of all threads of this process and of its children. */
function affinities(): number[][] {
  const children = readdirSync("/proc/self/task").flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" ").filter(Boolean),
  );
  return ["self", ...children].flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).map((task) => [
      ...allowedCores(readFileSync(`/proc/${pid}/task/${task}/status`, "utf8")),
    ]),
  );
}
