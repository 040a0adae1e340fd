// Makes a host of this machine: key, code, and promises that were kept.
import type { Logger } from "../api/logger.ts";
import { LeaseGrants } from "../lease/lease-grants.ts";
import { hostClock } from "../lease/lease-terms.ts";
import { HostProcess } from "../process/host-process.ts";
import { pluginDigest, softwareDigest } from "./code-digest.ts";
import { lockGrants, writeGrants } from "./grant-file.ts";
import type { HostAddress } from "./host-address.ts";
import { HostServer } from "./host-server.ts";
import { readKeyFile } from "./key-file.ts";
import { defaultStatePlace, readAllGrants, type StatePlace } from "./state-place.ts";

export interface HostOptions {
  readonly address: HostAddress;
  readonly keyFile: string;
  /** Default: by the address. */
  readonly stateFile?: string | undefined;
  readonly silenceMs: number;
  /** URLs. */
  readonly plugins: readonly string[];
  readonly logger: Logger;
}

export interface OpenHost {
  readonly port: number;
  /** Replicas that run here now. */
  readonly replicas: () => number;
  close(): Promise<void>;
}

/** @throws an ExtravirtError for key, state file or address */
export async function openHost(options: HostOptions): Promise<OpenHost> {
  const { address, keyFile, stateFile } = options;
  const key = readKeyFile(keyFile, "--key");
  const place =
    stateFile === undefined ? await defaultStatePlace(address) : { path: stateFile, others: [] };
  const unlock = lockGrants(place.path, stateFile === undefined ? "--listen" : "--state");
  try {
    return await openWith(key, place, unlock, options);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function openWith(
  key: Uint8Array,
  place: StatePlace,
  unlock: () => void,
  { address, silenceMs, plugins, logger }: HostOptions,
): Promise<OpenHost> {
  const grants = new LeaseGrants({
    clock: hostClock,
    kept: readAllGrants(place),
    keep: (kept) => writeGrants(place.path, kept),
    onNewHolder: (vm, holder) => server.newHolder(vm, holder),
  });
  const server: HostServer = new HostServer({
    key,
    code: {
      software: softwareDigest(),
      plugins: new Map(plugins.map((url) => [pluginDigest(url), url])),
    },
    grants,
    logger,
    silenceMs,
    startProcess: (urls) => {
      const own = new HostProcess();
      own.send({ kind: "prepare", plugins: urls });
      return own;
    },
  });
  const port = await server.listen(address);
  return {
    port,
    replicas: () => server.replicas,
    close: async () => {
      await server.close();
      unlock();
    },
  };
}
