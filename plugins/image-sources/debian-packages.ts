// Finds and fetches packages through a private apt tree: the kernel behind its meta package, then
// download (apt checks size and hash against the signed index) and unpacking with dpkg-deb.
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ExtravirtError } from "../../core/index.ts";
import { describeAptFailure } from "./apt-failure.ts";
import type { AptRequest } from "./apt-failure.ts";
import { parseStanza } from "./apt-sources.ts";
import type { CommandResult, CommandRunner } from "./run-command.ts";

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly depends: readonly string[];
}

/** Which package the kernel comes in. Later suites split it: image -> binary, modules and base. */
const KERNEL_PART = /^linux-(image|binary|modules|base)-\S*riscv64$/;

export class DebianPackages {
  readonly #run: CommandRunner;
  readonly #env: Readonly<Record<string, string>>;
  readonly #request: AptRequest;

  constructor(run: CommandRunner, env: Readonly<Record<string, string>>, request: AptRequest) {
    this.#run = run;
    this.#env = env;
    this.#request = request;
  }

  /** Fetches the signed index of the suite. @throws the errors of `describeAptFailure`. */
  async update(): Promise<void> {
    await this.#apt("apt-get", ["update", "-q"]);
  }

  /** The candidate version of a package. @throws XV_ERR_IMAGE_NO_PACKAGE */
  async show(name: string): Promise<DebianPackage> {
    const result = await this.#run("apt-cache", ["show", "--no-all-versions", name], {
      env: this.#env,
    });
    const fields = parseStanza(result.stdout.toString("utf8").split(/\n\s*\n/)[0] ?? "");
    const version = fields.get("version");
    if (result.status !== 0 || version === undefined) {
      throw new ExtravirtError("XV_ERR_IMAGE_NO_PACKAGE", `There is no package ${name}.`, {
        place: `${this.#request.mirror} ${this.#request.suite}`,
        value: name,
        remedy: "Set the option `suite` to one whose riscv64 port has this package.",
      });
    }
    return { name, version, depends: parseDepends(fields.get("depends") ?? "") };
  }

  /** The packages that hold kernel and modules behind a meta package, itself left out. */
  async resolveKernel(meta: string): Promise<DebianPackage[]> {
    const found = new Map<string, DebianPackage>();
    const pending = (await this.show(meta)).depends.filter((name) => KERNEL_PART.test(name));
    for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
      if (found.has(name)) continue;
      const part = await this.show(name);
      found.set(name, part);
      pending.push(...part.depends.filter((other) => KERNEL_PART.test(other)));
    }
    return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Downloads and unpacks one package to `target`. Nothing shows up there unless all of it succeeded,
   * and a `target` that exists is complete.
   */
  async fetch(wanted: DebianPackage, target: string): Promise<void> {
    if (await exists(target)) return;
    const staging = `${target}.partial`;
    await rm(staging, { recursive: true, force: true });
    await mkdir(join(staging, "deb"), { recursive: true });
    await this.#apt(
      "apt-get",
      ["download", "-q", `${wanted.name}=${wanted.version}`],
      join(staging, "deb"),
    );
    const archive = (await readdir(join(staging, "deb"))).find((name) => name.endsWith(".deb"));
    if (archive === undefined) {
      throw describeAptFailure(
        { status: 0, stdout: Buffer.alloc(0), stderr: "no .deb file appeared" },
        this.#request,
      );
    }
    const root = join(staging, "root");
    const unpacked = await this.#run("dpkg-deb", ["-x", join(staging, "deb", archive), root]);
    if (unpacked.status !== 0) {
      throw new ExtravirtError("XV_ERR_IMAGE_UNPACK", `dpkg-deb could not unpack ${wanted.name}.`, {
        place: archive,
        value: unpacked.stderr.trim(),
        remedy:
          "Check that dpkg is installed and that the cache folder has room, then run this again.",
      });
    }
    await rename(root, target);
    await rm(staging, { recursive: true, force: true });
  }

  async #apt(program: string, args: readonly string[], cwd?: string): Promise<CommandResult> {
    const result = await this.#run(program, args, {
      env: this.#env,
      ...(cwd === undefined ? {} : { cwd }),
    });
    if (result.status !== 0) throw describeAptFailure(result, this.#request);
    return result;
  }
}

/** Package names in a `Depends` field; of alternatives the first. */
export function parseDepends(field: string): string[] {
  return field
    .split(",")
    .map((clause) => /^\s*([a-z0-9][a-z0-9.+-]*)/.exec(clause)?.[1] ?? "")
    .filter((name) => name !== "");
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
