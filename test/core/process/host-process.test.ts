// A process that cannot be started, on systems without memory or descriptors for it.
import { ChildProcess } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createLogger } from "../../../core/logger.ts";
import { HostProcess } from "../../../core/process/host-process.ts";

/** What `spawn` does with ENOMEM. */
function throwing(): ChildProcess {
  throw new Error("spawn ENOMEM");
}

/** What `spawn` does with EMFILE: a child without streams, whose error comes later. */
function streamless(): ChildProcess {
  const child = new ChildProcess();
  process.nextTick(() => child.emit("error", new Error("spawn EMFILE")));
  return child;
}

describe("HostProcess", () => {
  it.each([
    ["throws", throwing, "spawn ENOMEM"],
    ["returns a child without streams", streamless, "spawn EMFILE"],
  ])("has ended where starting it %s", async (_, start, why) => {
    const own = new HostProcess(start);
    const ends: string[] = [];
    own.attach({
      replica: 0,
      logger: createLogger("silent"),
      onMessage: () => {},
      onEnd: (reason) => ends.push(reason),
    });
    own.send("nobody is there");
    await own.sendSlowly("nobody is there");
    await expect.poll(() => ends).toEqual([`no process could be started: ${why}`]);
    expect([own.hasEnded, own.pid]).toEqual([true, undefined]);
    own.kill();
    await own.end();
  });
});
