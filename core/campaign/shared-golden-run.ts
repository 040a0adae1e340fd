// The run without faults of a variant, made by one process at a time: workers on one machine have one directory.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { directoryError } from "./directory-failure.ts";
import { lockDirectory, lockPath } from "./directory-lock.ts";
import { goldenRunOf, type GoldenOptions, type GoldenRun } from "./golden-run.ts";

const POLL_MS = 200;

export async function sharedGoldenRun(
  loaded: LoadedConfig,
  variant: string,
  options: Omit<GoldenOptions, "directory">,
): Promise<GoldenRun> {
  const { directory } = loaded.config.campaign!;
  const home = join(directory, "golden");
  try {
    await mkdir(home, { recursive: true });
    const unlock = await lockOf(home, options);
    try {
      return await goldenRunOf(loaded, { ...options, directory: join(home, variant) });
    } finally {
      unlock();
    }
  } catch (error) {
    throw directoryError(error, directory);
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
      if (isFirst)
        log?.(`waiting for the run without faults. ${error.message} (${lockPath(home)})`);
    }
    await delay(POLL_MS);
  }
}
