import { describe, expect, it } from "vitest";
import { armFaults } from "../../../core/replica/armed-fault.ts";
import { ReportGate } from "../../../core/replica/report-gate.ts";

const gate = (): ReportGate =>
  new ReportGate({ faults: armFaults([{ use: "worker-crash", replica: 0, at: 5 }]) }, true);
const fault = (id: number): object => ({ kind: "fault", step: 5, what: "the worker crashed", id });
const refused = { kind: "refused", error: { code: "XV_ERR_X", message: "why", remedy: "what" } };

describe("ReportGate", () => {
  it("lets reports through, and faults that the replica was given", () => {
    expect(gate().pass({ kind: "ready" })).toEqual({ kind: "ready" });
    expect(gate().pass(fault(0))).toEqual(fault(0));
  });

  it("stops what is no report, and faults of others", () => {
    expect(() => gate().pass({ kind: "ballot" })).toThrow(RangeError);
    expect(() => gate().pass(fault(1))).toThrow("fault 1, which is not one of its own");
  });

  it("takes a refusal before the replica is ready only", () => {
    expect(gate().pass(refused)).toEqual(refused);
    const started = gate();
    started.pass({ kind: "ready" });
    expect(() => started.pass(refused)).toThrow("refuses a setup that it has accepted");
  });
});
