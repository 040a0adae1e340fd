// Where a host keeps its promises that was told no place for them: by the address that it listens at, whatever way that is
// written in. A host that was restarted must not forget what it promised.
import { lookup } from "node:dns/promises";
import { readdirSync } from "node:fs";
import { isIPv6, SocketAddress } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { KeptGrant } from "../lease/lease-grants.ts";
import { readGrants, type KeptGrants } from "./grant-file.ts";
import type { HostAddress } from "./host-address.ts";

export interface StatePlace {
  /** Where promises go. */
  readonly path: string;
  /** Where promises may be that bind this host: files of addresses that it answers at, too. */
  readonly others: readonly string[];
}

/** All addresses of the machine. */
const ANY = "any";
const MAPPED = "::ffff:";

/** @throws XV_ERR_HOST_STATE_FILE where the address says nothing lasting */
export async function defaultStatePlace({ host, port }: HostAddress): Promise<StatePlace> {
  if (port === 0) {
    throw new ExtravirtError(
      "XV_ERR_HOST_STATE_FILE",
      "A host at any free port has no lasting address by which its promises could be found again.",
      { place: "--state", remedy: "Name a file with --state, or a port with --listen." },
    );
  }
  const base = process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state");
  const folder = join(base, "extravirt");
  const fileOf = (address: string): string =>
    `host-${port}-${address.replaceAll(/[^0-9A-Za-z.]/gu, "_")}.json`;
  const address = await canonical(host);
  const own = fileOf(address);
  const names = address === ANY ? filesIn(folder, `host-${port}-`) : [fileOf(ANY)];
  return {
    path: join(folder, own),
    others: names.filter((name) => name !== own).map((name) => join(folder, name)),
  };
}

/** What was promised under any of these addresses; the latest counts. @throws XV_ERR_HOST_STATE_FILE */
export function readAllGrants({ path, others }: StatePlace): KeptGrants {
  const latest = new Map<string, KeptGrant>();
  for (const file of [path, ...others]) {
    for (const [vm, grant] of Object.entries(readGrants(file))) {
      const known = latest.get(vm);
      if (known === undefined || known.term < grant.term) latest.set(vm, grant);
    }
  }
  return Object.fromEntries(latest);
}

async function canonical(host: string): Promise<string> {
  // A name that is none fails where it is listened at.
  const { address } = await lookup(host).catch(() => ({ address: host }));
  const [bare = address, zone] = address.split("%");
  const text = isIPv6(bare) ? new SocketAddress({ family: "ipv6", address: bare }).address : bare;
  const plain = text.startsWith(MAPPED) && text.includes(".") ? text.slice(MAPPED.length) : text;
  if (plain === "0.0.0.0" || plain === "::") return ANY;
  return zone === undefined ? plain : `${plain}%${zone}`;
}

function filesIn(folder: string, beginning: string): string[] {
  try {
    return readdirSync(folder).filter(
      (name) => name.startsWith(beginning) && name.endsWith(".json"),
    );
  } catch {
    return [];
  }
}
