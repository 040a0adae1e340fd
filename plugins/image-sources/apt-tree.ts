// A private apt tree for a foreign architecture: own lists, cache, status file and configuration, so that
// apt needs no root and neither reads nor changes the machine's package state. See apt.conf(5).
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface AptTreeOptions {
  /** Folder of the tree; made when missing. */
  readonly folder: string;
  readonly mirror: string;
  readonly suite: string;
  /** Path of a keyring, or an armoured key. */
  readonly signedBy: string;
  readonly architecture: string;
  /** Lines of apt.conf to keep from the machine. */
  readonly settings: readonly string[];
}

/** Writes the tree and returns the environment that makes apt use it. */
export async function writeAptTree(options: AptTreeOptions): Promise<Record<string, string>> {
  const { folder } = options;
  for (const name of ["lists/partial", "archives/partial", "etc/parts", "etc/preferences.d"]) {
    await mkdir(join(folder, name), { recursive: true });
  }
  let keyring = options.signedBy;
  if (keyring.includes("BEGIN PGP")) {
    keyring = join(folder, "etc/archive-key.asc");
    await writeFile(keyring, `${options.signedBy}\n`);
  }
  const conf = join(folder, "etc/apt.conf");
  await writeFile(join(folder, "status"), "");
  await writeFile(
    join(folder, "etc/sources.list"),
    `deb [signed-by=${keyring}] ${options.mirror} ${options.suite} main\n`,
  );
  await writeFile(conf, aptConf(options));
  return { APT_CONFIG: conf };
}

/** Text of the private apt.conf. Hooks of the machine are not in it: its conf parts are never read. */
export function aptConf(options: AptTreeOptions): string {
  const { folder, architecture } = options;
  return [
    ...options.settings,
    `Dir::State "${folder}";`,
    `Dir::State::lists "${folder}/lists";`,
    `Dir::State::status "${folder}/status";`,
    `Dir::Cache "${folder}";`,
    `Dir::Cache::archives "${folder}/archives";`,
    `Dir::Etc::main "/dev/null";`,
    `Dir::Etc::parts "${folder}/etc/parts";`,
    `Dir::Etc::sourcelist "${folder}/etc/sources.list";`,
    `Dir::Etc::sourceparts "/dev/null";`,
    `Dir::Etc::preferences "/dev/null";`,
    `Dir::Etc::preferencesparts "${folder}/etc/preferences.d";`,
    `APT::Architecture "${architecture}";`,
    `APT::Architectures { "${architecture}"; };`,
    // When run by root, apt would drop to a user that may not write here.
    `APT::Sandbox::User "root";`,
    // Without it a failed download is a warning and old lists are used.
    `APT::Update::Error-Mode "any";`,
    `Acquire::Languages "none";`,
    `Acquire::AllowInsecureRepositories "false";`,
    `Acquire::AllowWeakRepositories "false";`,
    `Acquire::AllowDowngradeToInsecureRepositories "false";`,
    `APT::Get::AllowUnauthenticated "false";`,
    "",
  ].join("\n");
}
