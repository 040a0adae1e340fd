// The input of a report: what was found, with what the config and the host say beside it.
import { availableParallelism, cpus } from "node:os";
import { basename } from "node:path";
import process from "node:process";
import type { Config } from "../api/config.ts";
import type { SlotConfig } from "../api/provider.ts";
import { packageVersion } from "../package-root.ts";
import type { ReportInput } from "./report-input.ts";

export type ReportOrigin = Pick<ReportInput, "kind" | "label" | "commands" | "host">;

/** @param config with a section `campaign` */
export function reportInput(
  { campaign, machine }: Config,
  variants: ReportInput["variants"],
  origin: ReportOrigin,
): ReportInput {
  return {
    ...origin,
    version: packageVersion(),
    guest: guestText(machine.boot),
    mode: campaign!.mode,
    seed: campaign!.seed,
    sampling: campaign!.sampling.use,
    variants,
  };
}

export const hostFacts = (now: Date): NonNullable<ReportInput["host"]> => ({
  processor: cpus()[0]?.model.trim() ?? "an unknown processor",
  cores: availableParallelism(),
  node: process.versions.node,
  date: now.toISOString().slice(0, 10),
});

/** "elf small.elf": the loader, and the files it names. */
function guestText({ use, ...options }: SlotConfig): string {
  const files = Object.values(options).flatMap((value) =>
    typeof value === "string" && value.startsWith("/") ? [basename(value)] : [],
  );
  return [use, ...files].join(" ");
}
