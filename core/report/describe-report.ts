// The input of a report: what was found, with what the config and the host say beside it.
import { availableParallelism, cpus } from "node:os";
import { basename } from "node:path";
import process from "node:process";
import type { CampaignConfig } from "../api/campaign.ts";
import type { MachineConfig } from "../api/config.ts";
import type { SlotConfig } from "../api/provider.ts";
import { packageVersion } from "../package-root.ts";
import type { ReportInput } from "./report-input.ts";

export type ReportOrigin = Pick<ReportInput, "kind" | "label" | "commands" | "host"> &
  Partial<Pick<ReportInput, "ranVersion" | "changes">>;

/** What was run: of a config, or of what is kept of it. */
export interface ReportSubject {
  readonly campaign: Pick<CampaignConfig, "mode" | "seed" | "sampling">;
  readonly machine: Pick<MachineConfig, "boot">;
}

export function reportInput(
  { campaign, machine }: ReportSubject,
  variants: ReportInput["variants"],
  origin: ReportOrigin,
): ReportInput {
  return {
    ranVersion: packageVersion(),
    changes: [],
    ...origin,
    version: packageVersion(),
    guest: guestText(machine.boot),
    mode: campaign.mode,
    seed: campaign.seed,
    sampling: campaign.sampling.use,
    variants,
  };
}

export const hostFacts = (now: Date): NonNullable<ReportInput["host"]> => ({
  processor: cpus()[0]?.model.trim() ?? "an unknown processor",
  cores: availableParallelism(),
  node: process.versions.node,
  date: now.toISOString().slice(0, 10),
});

/** A file in a definition: its name, and the begin of its digest. */
const KEPT_FILE = /^([^/\n]+) [0-9a-f]{16}$/;

/** "elf small.elf": the loader, and the files it names. */
function guestText({ use, ...options }: SlotConfig): string {
  const files = Object.values(options).flatMap((value) => {
    if (typeof value !== "string") return [];
    const kept = KEPT_FILE.exec(value)?.[1];
    return value.startsWith("/") ? [basename(value)] : kept === undefined ? [] : [kept];
  });
  return [use, ...files].join(" ");
}
