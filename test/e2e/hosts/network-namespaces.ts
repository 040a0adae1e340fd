// Machines of their own as far as the network goes: Linux network namespaces with a link between each two that a test
// asks for. Programs of ExtraVirt run in them as users start them.
import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { isEverythingRequired, requireTool } from "../../require-tool.ts";

const MAIN = fileURLToPath(new URL("../../../core/cli/main.ts", import.meta.url));

/** Whether this user may make namespaces here; says why when not. Root has to where nothing may be skipped. */
export function canMakeNamespaces(): boolean {
  const tool = { name: "iproute2", command: ["ip", "-V"], debianPackage: "iproute2" } as const;
  if (!requireTool(tool)) return false;
  const name = `xv-probe-${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  spawnSync("ip", ["netns", "delete", name]);
  if (made.status === 0) return true;
  // That is no matter of installing something: it takes root, and a host that allows it.
  const message = `no network namespaces here: ${made.stderr.trim()}`;
  if (isEverythingRequired() && process.getuid?.() === 0) {
    throw new Error(`${message} (EXTRAVIRT_REQUIRE_ALL is set, so nothing may be skipped)`);
  }
  console.warn(`Skipping tests: ${message}`);
  return false;
}

let networks = 0;

export class Network {
  readonly #prefix = `xv${process.pid}n${networks++}`;
  readonly #names: readonly string[];
  readonly #children: ChildProcess[] = [];

  /** @param links pairs of machines; link number i has the addresses 10.213.i.1 and 10.213.i.2 */
  constructor(names: readonly string[], links: readonly (readonly [string, string])[]) {
    this.#names = names;
    for (const name of names) {
      ip("netns", "add", this.#space(name));
      ip("-n", this.#space(name), "link", "set", "lo", "up");
    }
    for (const [number, [one, other]] of links.entries()) {
      const [near, far] = [`${one}-${other}`, `${other}-${one}`];
      ip("-n", this.#space(one), "link", "add", near, "type", "veth", "peer", "name", far);
      ip("-n", this.#space(one), "link", "set", far, "netns", this.#space(other));
      for (const [name, device, host] of [
        [one, near, 1],
        [other, far, 2],
      ] as const) {
        ip("-n", this.#space(name), "address", "add", `10.213.${number}.${host}/24`, "dev", device);
        ip("-n", this.#space(name), "link", "set", device, "up");
      }
    }
  }

  setLink(from: string, to: string, state: "up" | "down"): void {
    ip("-n", this.#space(from), "link", "set", `${from}-${to}`, state);
  }

  /** `extravirt` on one of the machines. */
  start(name: string, args: readonly string[]): ProgramRun {
    const command = ["netns", "exec", this.#space(name), process.execPath, MAIN, ...args];
    // `ip` becomes the program: signals reach it.
    const child = spawn("ip", command, { stdio: ["ignore", "ignore", "pipe"] });
    this.#children.push(child);
    return new ProgramRun(child);
  }

  remove(): void {
    for (const child of this.#children) {
      child.kill("SIGCONT");
      child.kill("SIGKILL");
    }
    for (const name of this.#names) spawnSync("ip", ["netns", "delete", this.#space(name)]);
  }

  #space(name: string): string {
    return `${this.#prefix}${name}`;
  }
}

export class ProgramRun {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** What it said so far. */
  text = "";

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.text += text));
    this.ended = once(child, "close").then(([code]) => code as number | null);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}
