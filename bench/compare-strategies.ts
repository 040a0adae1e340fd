// `npm run bench:strategies`: sets combinations of strategies side by side in time, memory and what they survive.
//   --runs N    runs of each combination for the times (default 3)
//   --faults N  single faults of each class (default 20)
import process from "node:process";
import { parseArgs } from "node:util";
import { BenchError } from "./bench-error.ts";
import { hostText, readHostFacts } from "./host-facts.ts";
import { qemuVersion } from "./qemu.ts";
import { COMBINATIONS } from "./strategies/combinations.ts";
import { measureCosts } from "./strategies/costs.ts";
import { FAULT_CLASSES } from "./strategies/fault-classes.ts";
import { strategiesTable, type ComparedStrategies } from "./strategies/strategies-table.ts";
import { measureSurvival, type Survival } from "./strategies/survival.ts";

const EXIT_TO_MEND = 2;

try {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "3" },
      faults: { type: "string", default: "20" },
    },
  });
  const runs = countOf("--runs", values.runs);
  const faults = countOf("--faults", values.faults);
  const note = (text: string): void => void process.stderr.write(`bench: ${text}\n`);
  const costs = await measureCosts(COMBINATIONS, runs, note);
  const rows: ComparedStrategies[] = [];
  for (const combination of COMBINATIONS) {
    const { name } = combination;
    const survival: Record<string, Survival> = {};
    for (const faultClass of FAULT_CLASSES) {
      note(`${name}: ${faults} faults of class ${faultClass.name}`);
      survival[faultClass.name] = await measureSurvival(combination, faultClass, faults);
    }
    rows.push({ name, costs: costs.get(name)!, survival });
  }
  process.stdout.write(
    `${hostText(readHostFacts(qemuVersion()))}Runs of each combination: ${runs}; faults of each class: ${faults}, ` +
      `as right / stopped / wrong\n\n${strategiesTable(rows)}`,
  );
} catch (error) {
  if (!(error instanceof BenchError || isArgumentError(error))) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = EXIT_TO_MEND;
}

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new BenchError(`${option} ${text}: give a whole number from 1.`);
}

function isArgumentError(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")
  );
}
