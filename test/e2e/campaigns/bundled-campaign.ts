// Campaigns on bundled guests, in a directory of their own.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  /** What is typed when the console shows what; default: nothing. */
  readonly script?: readonly { readonly expect: string; readonly send: string }[];
  /** Length of a disk, which forgets what is written; default: no disk. */
  readonly diskBytes?: number;
}

export async function runBundled(wish: BundledCampaign): Promise<CampaignOutcome> {
  const cwd = mkdtempSync(join(tmpdir(), "extravirt-campaign-"));
  const { script, diskBytes } = wish;
  const disk = { use: "disk-file", path: join(cwd, "disk.img"), temporary: true };
  if (diskBytes !== undefined) writeFileSync(disk.path, new Uint8Array(diskBytes));
  try {
    const loaded = await loadConfigObject(
      {
        plugins: [MEMORY_STORE, ...(wish.plugins ?? [])],
        machine: {
          ram: "16 MiB",
          boot: { use: "elf", program: guestFile(wish.guest) },
          clock: { startTime: "2026-01-01T00:00:00Z" },
          ...(diskBytes !== undefined && { devices: [{ use: "virtio-block", backend: disk }] }),
        },
        console:
          script === undefined ? "null" : { use: "file", output: join(cwd, "console"), script },
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
