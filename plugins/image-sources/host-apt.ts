// What the machine's own apt is set up with: sources, keys, and how it reaches the network.
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ExtravirtError } from "../../core/index.ts";
import { findDebianArchive, parseDeb822Sources, parseOneLineSources } from "./apt-sources.ts";
import type { AptSource, DebianArchive } from "./apt-sources.ts";
import { PROGRAM_NOT_FOUND } from "./run-command.ts";
import type { CommandRunner } from "./run-command.ts";

const DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** All sources under `folder` (`/etc/apt`), in apt's order. Missing files count as empty. */
async function readAptSources(folder: string): Promise<AptSource[]> {
  const sources = parseOneLineSources(await readOrEmpty(join(folder, "sources.list")));
  const parts = join(folder, "sources.list.d");
  const names = await readdir(parts).catch(() => []);
  for (const name of names.toSorted()) {
    const text =
      name.endsWith(".list") || name.endsWith(".sources") ? readOrEmpty(join(parts, name)) : "";
    if (name.endsWith(".list")) sources.push(...parseOneLineSources(await text));
    if (name.endsWith(".sources")) sources.push(...parseDeb822Sources(await text));
  }
  return sources;
}

/**
 * Mirror and keys to use: the options where given, else the machine's.
 * @throws XV_ERR_IMAGE_NO_MIRROR, XV_ERR_IMAGE_NO_KEYRING
 */
export async function chooseArchive(
  options: { readonly mirror?: string | undefined; readonly keyring?: string | undefined },
  aptFolder: string,
): Promise<{ mirror: string; signedBy: string }> {
  const sources = await readAptSources(aptFolder);
  const found: Partial<DebianArchive> = findDebianArchive(sources) ?? {};
  const mirror = options.mirror ?? found.mirror;
  if (mirror === undefined) {
    throw new ExtravirtError(
      "XV_ERR_IMAGE_NO_MIRROR",
      `None of the ${sources.length} apt sources of this machine is the Debian archive.`,
      {
        place: aptFolder,
        remedy:
          "Set the option `mirror` of the image source to the address of a Debian mirror that carries riscv64.",
      },
    );
  }
  const signedBy = options.keyring ?? found.signedBy ?? DEBIAN_KEYRING;
  // An armoured key stands in the source itself; everything else is a path.
  if (!signedBy.includes("BEGIN PGP") && !(await isReadable(signedBy))) {
    throw new ExtravirtError("XV_ERR_IMAGE_NO_KEYRING", "The Debian archive keys are not here.", {
      place: signedBy,
      remedy:
        "Install the package debian-archive-keyring, or set the option `keyring` to a file with these keys.",
    });
  }
  return { mirror, signedBy };
}

/**
 * Settings of the machine for reaching mirrors (proxies, timeouts, date checks), as apt.conf lines.
 * @throws XV_ERR_IMAGE_NO_APT
 */
export async function readAcquireSettings(run: CommandRunner): Promise<string[]> {
  const { status, stdout } = await run("apt-config", ["dump"]);
  if (status === PROGRAM_NOT_FOUND) {
    throw new ExtravirtError("XV_ERR_IMAGE_NO_APT", "apt is not installed on this machine.", {
      place: "apt-config",
      remedy:
        "Run this on Debian or a derivative, or copy a filled cache folder here, or name your own kernel and initramfs in the config.",
    });
  }
  return stdout.toString("utf8").split("\n").filter(isNetworkSetting);
}

// Never Acquire::AllowInsecureRepositories and the like: signatures are always required.
function isNetworkSetting(line: string): boolean {
  return /^Acquire::(https?|ftp|Retries|ForceIPv[46]|Check-(Valid-Until|Date)|Max-[A-Za-z-]*)\b/i.test(
    line,
  );
}

async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

async function isReadable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
