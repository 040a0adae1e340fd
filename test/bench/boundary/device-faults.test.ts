import { describe, expect, it } from "vitest";
import { drawOf, FAULT_PLACES, outcomeOf } from "../../../bench/boundary/device-faults.ts";
import { ECHO, INSIDE, runSubject, type Seen } from "../../../bench/boundary/subjects.ts";

describe("faults of devices", () => {
  it("are drawn the same again", () => {
    for (const { fault } of FAULT_PLACES) {
      expect(fault(drawOf(7), ECHO)).toEqual(fault(drawOf(7), ECHO));
      expect(fault(drawOf(7), ECHO)).not.toEqual(fault(drawOf(8), ECHO));
    }
  });

  it("are told apart by what left", async () => {
    const golden = await runSubject(ECHO, { boundary: INSIDE });
    expect(golden.report?.stop).toEqual({ reason: "guest-failure", exitCode: 7 });
    expect(outcomeOf(golden, golden)).toBe("right");
    const cut = (bytes: string): Seen => ({
      report: undefined,
      left: new Map([["uart0", Buffer.from(bytes)]]),
    });
    const text = golden.left.get("uart0")?.toString() ?? "";
    expect(outcomeOf(cut(text.slice(0, 5)), golden)).toBe("stopped");
    expect(outcomeOf(cut(`?${text.slice(1)}`), golden)).toBe("wrong");
    expect(outcomeOf({ ...golden, report: { ...golden.report!, outputDigest: "" } }, golden)).toBe(
      "wrong",
    );
  });
});
