// The run without faults of a variant, made by one process at a time: workers on one machine have one directory.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { lockDirectory } from "./directory-lock.ts";
import { goldenRunOf, type GoldenOptions, type GoldenRun } from "./golden-run.ts";

const POLL_MS = 200;

export async function sharedGoldenRun(
  loaded: LoadedConfig,
  variant: string,
  options: Omit<GoldenOptions, "directory">,
): Promise<GoldenRun> {
  const home = join(loaded.config.campaign!.directory, "golden");
  await mkdir(home, { recursive: true });
  const unlock = await lockOf(home, options);
  try {
    return await goldenRunOf(loaded, { ...options, directory: join(home, variant) });
  } finally {
    unlock();
  }
}

async function lockOf(
  home: string,
  { signal, log }: Omit<GoldenOptions, "directory">,
): Promise<() => void> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      return lockDirectory(home);
    } catch (error) {
      const isBusy = error instanceof ExtravirtError && error.code === "XV_ERR_STORE_BUSY";
      if (!isBusy || signal?.aborted === true) throw error;
      if (isFirst) log?.("waiting for another process that makes the run without faults");
    }
    await delay(POLL_MS);
  }
}
