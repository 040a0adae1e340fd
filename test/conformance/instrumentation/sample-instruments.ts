// Instruments that try out what transforms are for, beyond counting: coverage, faults in results, execution twice with
// comparison.
import {
  atRetirement,
  type Held,
  type I64,
  type InstrumentationProvider,
  type Operation,
  type Semantics,
  withOverrides,
} from "../../../core/index.ts";

const NO_OPTIONS = { type: "object", additionalProperties: false, properties: {} } as const;
const MAP_CELLS = 4096;
const LAST = { pc: 0, steps: 1, cells: 2 } as const;

/** How often instructions retired, by their address modulo a power of two. */
export const coverage: InstrumentationProvider = {
  kind: "instrumentation",
  name: "coverage",
  summary: "Counts retired instructions by address",
  schema: NO_OPTIONS,
  cells: () => MAP_CELLS,
  create: (_options, { firstCell, cells }) => ({
    transform: () => (semantics) =>
      atRetirement(semantics, (x) =>
        x.countAt(firstCell, MAP_CELLS, x.shrU32(x.wrap(x.pc()), x.i32(1))),
      ),
    result: () => ({ lines: [], data: [...cells].map(Number) }),
  }),
};

/** The address of the last instruction that retired, and how many did. */
export const lastRetired: InstrumentationProvider = {
  kind: "instrumentation",
  name: "last-retired",
  summary: "Remembers the last retired instruction",
  schema: NO_OPTIONS,
  cells: () => LAST.cells,
  create: (_options, { firstCell, cells }) => ({
    transform: () => (semantics) =>
      atRetirement(semantics, (x) => {
        x.setCell(firstCell + LAST.pc, x.pc());
        x.setCell(firstCell + LAST.steps, x.add(x.cell(firstCell + LAST.steps), x.i64(1n)));
      }),
    result: () => ({ lines: [], data: [...cells].map(String) }),
  }),
};

/** Computes a result from registers alone: it may be computed twice. */
function isPure({ traits, usesFloat }: Operation): boolean {
  return traits.writesRd && traits.control === "next" && !traits.mayLeave && !usesFloat;
}

/** Flips the lowest bit of the n-th result that is computed (0 for never). */
export const wrongResult: InstrumentationProvider = {
  kind: "instrumentation",
  name: "wrong-result",
  summary: "Makes one result wrong",
  schema: NO_OPTIONS,
  cells: () => 1,
  create: ({ nth }, { firstCell, cells }) => ({
    transform: (operation) =>
      isPure(operation)
        ? (semantics) => (x) =>
            semantics(
              withOverrides(x, {
                setRd: (result) => {
                  const right = x.hold(result);
                  x.count(firstCell);
                  const isDue = x.eq(x.cell(firstCell), x.i64(BigInt(nth as number)));
                  const flip = x.hold(x.unsigned(isDue));
                  x.setRd(x.xor(right.get(), flip.get()));
                },
              }),
            )
        : undefined,
    result: () => ({ lines: [], data: Number(cells[0]) }),
  }),
};

/** Executes what is pure twice and counts the results that differ (Reis et al., SWIFT, 2005, for results). */
export const twice: InstrumentationProvider = {
  kind: "instrumentation",
  name: "twice",
  summary: "Executes twice and compares",
  schema: NO_OPTIONS,
  cells: () => 1,
  create: (_options, { firstCell, cells }) => ({
    transform: (operation) =>
      isPure(operation)
        ? (semantics) => (x) => {
            const first = resultOf(x, semantics);
            const second = resultOf(x, semantics);
            x.when(
              x.ne(first.get(), second.get()),
              () => x.count(firstCell),
              () => undefined,
            );
            x.setRd(second.get());
          }
        : undefined,
    result: () => ({ lines: [], data: Number(cells[0]) }),
  }),
};

function resultOf<Services>(
  x: Semantics<Services>,
  semantics: (x: Semantics<Services>) => void,
): Held<I64> {
  let held: Held<I64> | undefined;
  semantics(
    withOverrides(x, {
      setRd: (result) => {
        held = x.hold(result);
      },
    }),
  );
  if (held === undefined) throw new Error("an operation that writes its result did not");
  return held;
}
