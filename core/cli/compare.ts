// `extravirt compare CONFIG...`: variants of a machine side by side in what they cost and what they survive.
import type { Command } from "commander";
import { loadComparedVariants } from "../campaign/compared-variants.ts";
import { withoutFaults } from "../campaign/golden-run.ts";
import { measureVariants } from "../measurement/variant-costs.ts";
import { COST_COLUMNS, costText } from "../report/cost-columns.ts";
import type { CliIo } from "./cli-io.ts";
import { collect, loadOptionsOf, type ConfigOptions } from "./config-options.ts";
import { catchInterrupt } from "./interrupt.ts";
import { reportError } from "./report-error.ts";
import { textTable } from "./text-table.ts";
