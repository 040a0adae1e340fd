import { describe, expect, it } from "vitest";
import { cellsOf } from "../../../core/coordinator/state-cells.ts";
import { WaitingInputs } from "../../../core/coordinator/waiting-inputs.ts";
import { IntegrityBreach, IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";

function waiting() {
  const inputs = new WaitingInputs();
  inputs.add("uart0", Uint8Array.of(1, 2));
  inputs.add("block0", Uint8Array.of(3));
  return inputs;
}
const right = waiting().take();

describe("inputs that wait", () => {
  it("are taken in order of arrival, once", () => {
    const inputs = waiting();
    expect(inputs.items).toHaveLength(2);
    expect(inputs.take()).toEqual([
      { channel: "uart0", bytes: Uint8Array.of(1, 2) },
      { channel: "block0", bytes: Uint8Array.of(3) },
    ]);
    expect(inputs.take()).toEqual([]);
    expect(inputs.copies).toEqual([]);
  });

  it("are put right whichever bit of them changes", () => {
    for (const side of ["items", "copies"] as const) {
      const count = cellsOf(side, waiting()[side]).length;
      for (let index = 0; index < count; index++) {
        const [inputs, watch] = [waiting(), new IntegrityWatch()];
        cellsOf(side, inputs[side])[index]?.flip(3, 1);
        inputs.verify(watch);
        expect(watch.found).toHaveLength(side === "items" ? 1 : 0);
        expect(inputs.take()).toEqual(right);
      }
    }
  });

  it("end the run when both copies of one changed", () => {
    const inputs = waiting();
    for (const side of ["items", "copies"] as const) cellsOf(side, inputs[side])[1]?.flip(0, 1);
    expect(() => inputs.verify(new IntegrityWatch())).toThrow(IntegrityBreach);
  });
});
