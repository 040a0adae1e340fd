// Counts retired instructions by what they are. The worked example of docs/plugins.md.
import { atRetirement, type InstrumentationProvider, type Operation } from "../../core/index.ts";

/** More than any architecture has names. */
const CELLS = 1024;

/** What an operation does, whatever the architecture. */
function classOf({ traits, usesFloat }: Operation): string {
  if (traits.memory === "atomic") return "atomic";
  if (traits.memory !== "none") return usesFloat ? `float ${traits.memory}` : traits.memory;
  if (traits.control === "branch") return "branch";
  if (traits.control === "jump" || traits.control === "indirect") return "jump";
  if (usesFloat) return "float arithmetic";
  return traits.control === "leave" ? "system" : "arithmetic";
}

export const instructionMix: InstrumentationProvider = {
  kind: "instrumentation",
  name: "instruction-mix",
  summary: "Counts retired instructions by name or by class",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      by: {
        type: "string",
        enum: ["name", "class"],
        default: "name",
        description: "What is counted together: one mnemonic, or a class such as load and branch",
      },
      top: { type: "integer", minimum: 1, default: 20, description: "Lines of the summary" },
    },
  },
  cells: () => CELLS,

  create(options, { firstCell, cells }) {
    const nameOf = options["by"] === "class" ? classOf : ({ name }: Operation): string => name;
    const numbers = new Map<string, number>();
    return {
      transform(operation) {
        const name = nameOf(operation);
        const number = numbers.get(name) ?? numbers.size;
        if (number >= CELLS) throw new RangeError(`more than ${CELLS} kinds of instructions`);
        numbers.set(name, number);
        return (semantics) => atRetirement(semantics, (x) => x.count(firstCell + number));
      },
      result() {
        const counts = [...numbers]
          .map(([name, number]) => ({ name, count: Number(cells[number]) }))
          .filter(({ count }) => count > 0)
          .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
        const total = counts.reduce((sum, { count }) => sum + count, 0);
        const shown = counts.slice(0, options["top"] as number);
        const lines = shown.map(
          ({ name, count }) =>
            `${name.padEnd(16)}${String(count).padStart(16)}${percent(count, total)}`,
        );
        return { lines, data: { total, counts } };
      },
    };
  },
};

function percent(count: number, total: number): string {
  return `${((100 * count) / total).toFixed(2)} %`.padStart(10);
}
