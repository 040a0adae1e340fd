import { describe, expect, it } from "vitest";
import { LETTERS, runToy, soloOf } from "./toy-run.ts";

const crash = { use: "worker-crash", replica: 0, at: 15_000 };

describe("a machine without a second replica, whose worker dies", () => {
  it.each(["rollback", "third-replica"])(
    "is executed again from the checkpoint under %s",
    async (use) => {
      const golden = await runToy({ source: LETTERS, replication: soloOf() });
      const { report, text } = await runToy({
        source: LETTERS,
        replication: soloOf(),
        recovery: { use, attempts: 2 },
        faults: [crash],
      });
      expect(text).toBe(golden.text);
      expect(report.finalState).toBe(golden.report.finalState);
      expect(report.divergences.map(({ outcome }) => outcome)).toMatchObject([
        { kind: "recovered", by: "rollback" },
      ]);
    },
  );

  it("stops honestly under fail-stop", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      replication: soloOf(),
      recovery: { use: "fail-stop" },
      faults: [crash],
    });
    expect(report.stop.reason).toBe("diverged");
    expect("ABCDEFGHIJ".startsWith(text)).toBe(true);
  });
});
