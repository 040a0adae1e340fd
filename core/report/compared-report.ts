// The input of a report from what a campaign or a comparison found.
import { availableParallelism, cpus } from "node:os";
import { basename } from "node:path";
import process from "node:process";
import type { SlotConfig } from "../api/provider.ts";
import type { ComparedVariant } from "../campaign/compare-variants.ts";
import { packageVersion } from "../package-root.ts";
import type { ReportInput } from "./report-input.ts";

export interface ReportOrigin {
  readonly kind: ReportInput["kind"];
  readonly label: string;
  /** To repeat it. */
  readonly commands: readonly string[];
  readonly now: Date;
}

/** @param variants at least one, of configs with a section `campaign` */
export function reportInput(
  variants: readonly ComparedVariant[],
  { kind, label, commands, now }: ReportOrigin,
): ReportInput {
  const [first] = variants;
  if (first === undefined) throw new RangeError("no variant was run");
  const { campaign, machine } = first.loaded.config;
  const areCostsKnown = variants.some(({ costs }) => costs !== undefined);
  return {
    kind,
    label,
    version: packageVersion(),
    guest: guestText(machine.boot),
    mode: campaign?.mode ?? "full",
    seed: campaign?.seed ?? 0,
    sampling: campaign?.sampling.use ?? "",
    variants,
    commands,
    ...(areCostsKnown && {
      host: {
        processor: cpus()[0]?.model.trim() ?? "an unknown processor",
        cores: availableParallelism(),
        node: process.versions.node,
        date: now.toISOString().slice(0, 10),
      },
    }),
  };
}

/** "elf small.elf": the loader, and the files it names. */
function guestText({ use, ...options }: SlotConfig): string {
  const files = Object.values(options).flatMap((value) =>
    typeof value === "string" && value.startsWith("/") ? [basename(value)] : [],
  );
  return [use, ...files].join(" ");
}
