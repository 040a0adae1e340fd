// Campaigns on bundled guests, in a directory of their own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CampaignOutcome, runCampaign } from "../../../core/campaign/run-campaign.ts";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import { guestFile } from "../guest-run.ts";

const MEMORY_STORE = join(import.meta.dirname, "../../core/campaign/memory-store-plugin.ts");

export interface BundledCampaign {
  readonly guest: string;
  readonly slots: Readonly<Record<string, unknown>>;
  readonly campaign: Readonly<Record<string, unknown>>;
  readonly plugins?: readonly string[];
}

export async function runBundled(wish: BundledCampaign): Promise<CampaignOutcome> {
  const cwd = mkdtempSync(join(tmpdir(), "extravirt-campaign-"));
  try {
    const loaded = await loadConfigObject(
      {
        plugins: [MEMORY_STORE, ...(wish.plugins ?? [])],
        machine: {
          ram: "16 MiB",
          boot: { use: "elf", program: guestFile(wish.guest) },
          clock: { startTime: "2026-01-01T00:00:00Z" },
        },
        console: "null",
        ...wish.slots,
        campaign: { store: "memory", ...wish.campaign },
      },
      { cwd },
    );
    return await runCampaign(loaded);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
