// An instrument that makes one thing wrong where it is done, in interpreted and in compiled code: what faults injected
// between two steps cannot reach. Listed behind instruction-duplication it strikes one side of what that emits.
import {
  type Held,
  type I32,
  type I64,
  type InstrumentationProvider,
  type Semantics,
  withOverrides,
} from "../../../core/index.ts";

export type WrongSite = "result" | "branch" | "target" | "address" | "stored" | "loaded";

/** Flips a bit of the n-th result, condition of a branch, target of a computed jump, and so on. */
export const wrongAt: InstrumentationProvider = {
  kind: "instrumentation",
  name: "wrong-at",
  summary: "Makes one thing wrong",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: { site: { type: "string" }, nth: { type: "integer" }, bit: { type: "integer" } },
  },
  cells: () => 1,
  create: ({ site, nth, bit }, { firstCell, cells }) => ({
    transform: () => (semantics) => (x) => {
      const fault = { cell: firstCell, nth: BigInt(nth as number), bit: BigInt(bit as number) };
      semantics(withOverrides(x, overridesAt(x, site as WrongSite, fault)));
    },
    result: () => ({ lines: [], data: Number(cells[0]) }),
  }),
};

interface Fault {
  readonly cell: number;
  readonly nth: bigint;
  readonly bit: bigint;
}

function overridesAt<Services>(
  x: Semantics<Services>,
  site: WrongSite,
  fault: Fault,
): Partial<Semantics<Services>> {
  const wrong = (value: I64): I64 => {
    const right = x.hold(value);
    const flip = flipOf(x, fault);
    return x.xor(right.get(), flip.get());
  };
  switch (site) {
    case "result":
      return { setRd: (result) => x.setRd(wrong(result)) };
    case "branch":
      return {
        branch: (condition: I32) => {
          const right = x.hold32(condition);
          const isDue = x.hold32(x.eqz32(x.eqz(flipOf(x, fault).get())));
          x.branch(x.eqz32(x.eq32(x.eqz32(right.get()), x.eqz32(isDue.get()))));
        },
      };
    case "target":
      return { jumpTo: (address) => x.jumpTo(wrong(address)) };
    case "address":
      return {
        store: (size, address, value) => {
          const kept = x.hold(value);
          x.store(size, wrong(address), kept.get());
        },
      };
    case "stored":
      return { store: (size, address, value) => x.store(size, address, wrong(value)) };
    case "loaded":
      return { load: (kind, address) => wrong(x.load(kind, address)) };
  }
}

function flipOf<Services>(x: Semantics<Services>, { cell, nth, bit }: Fault): Held<I64> {
  x.count(cell);
  const isDue = x.eq(x.cell(cell), x.i64(nth));
  return x.hold(x.shl(x.unsigned(isDue), x.i64(bit)));
}
