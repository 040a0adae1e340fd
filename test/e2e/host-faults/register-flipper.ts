// Flips bits in registers of other processes, by a small program of ours that is compiled when it is needed.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequiredTool } from "../../require-tool.ts";
import type { SeededRandom } from "../single-fault/seeded-random.ts";

export const COMPILER: RequiredTool = {
  name: "C compiler",
  command: ["gcc", "--version"],
  debianPackage: "gcc libc6-dev",
};

/** Exit code of the program where the thread is gone or can't be changed just then. */
const NOT_NOW = 2;
const BITS = 1 << 20;

export class RegisterFlipper {
  readonly #folder = mkdtempSync(join(tmpdir(), "xv-flip-register-"));
  readonly #program = join(this.#folder, "flip-register");

  constructor() {
    const source = join(import.meta.dirname, "flip-register.c");
    execFileSync("gcc", ["-O1", "-Wall", "-Werror", "-o", this.#program, source]);
  }

  /**
   * One bit of one thread; mostly of the first one, which executes the guest.
   * @returns what was done, for people, or undefined where the process is gone
   */
  flip(pid: number, random: SeededRandom): string | undefined {
    const isFirst = random.below(4) > 0;
    const threads = threadsOf(pid);
    const thread = isFirst ? pid : Number(random.pick([`${pid}`, ...threads]));
    const kind = random.below(3) === 0 ? "float" : "general";
    const bit = random.below(BITS);
    const { status, stdout } = spawnSync(this.#program, [`${thread}`, kind, `${bit}`], {
      encoding: "utf8",
    });
    if (status === 0) return `${thread === pid ? "first" : "other"} thread, ${stdout.trim()}`;
    if (status === NOT_NOW) return undefined;
    throw new Error(`flip-register: ${stdout.trim()} (exit code ${status})`);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
