import { describe, expect, it } from "vitest";
import { ExtravirtError } from "../../../core/index.ts";
import { refusalOf } from "../../../core/replica/replica-setup.ts";

describe("refusalOf", () => {
  it("carries what a user needs, as data that can be posted", () => {
    const details = {
      place: "faults: address",
      value: "9",
      remedy: "Use another.",
      cause: () => 1,
    };
    const report = refusalOf(
      new ExtravirtError("XV_ERR_FAULT_ADDRESS", "no memory there", details),
    );
    expect(structuredClone(report)).toEqual({
      kind: "refused",
      error: {
        code: "XV_ERR_FAULT_ADDRESS",
        message: "no memory there",
        place: "faults: address",
        value: "9",
        remedy: "Use another.",
      },
    });
  });

  it("leaves absent details out", () => {
    expect(refusalOf(new ExtravirtError("XV_ERR_X_Y", "no", { remedy: "do" }))).toEqual({
      kind: "refused",
      error: { code: "XV_ERR_X_Y", message: "no", remedy: "do" },
    });
  });

  it("is for users' mistakes only", () => {
    expect(refusalOf(new TypeError("x is undefined"))).toBeUndefined();
    expect(refusalOf("thrown text")).toBeUndefined();
  });
});
