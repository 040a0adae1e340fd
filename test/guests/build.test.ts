// The committed guests are what their sources give, wherever they are built.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildGuests, differingGuests } from "../../guests/build.ts";
import { guestNames, programNames } from "../../guests/guest-list.ts";
import { installedCompiler } from "../../guests/toolchain.ts";
import { requireTool } from "../require-tool.ts";

const GUESTS = join(import.meta.dirname, "../../guests");
const SLOW_MS = 60_000;
const hasCompiler = requireTool({
  name: "RISC-V compiler",
  command: ["riscv64-unknown-elf-gcc", "--version"],
  debianPackage: "gcc-riscv64-unknown-elf",
});
const recorded = readFileSync(join(GUESTS, "bin/compiler.txt"), "utf8");

function build(args: string[], env: NodeJS.ProcessEnv): { status: number | null; text: string } {
  const result = spawnSync(process.execPath, [join(GUESTS, "build.ts"), ...args], {
    encoding: "utf8",
    env,
  });
  return { status: result.status, text: result.stdout + result.stderr };
}

describe("build.ts without a compiler", () => {
  it("says which package brings it and passes", () => {
    const result = build(["--check"], { PATH: "/nonexistent" });
    expect(result.text).toMatch(/not installed.*apt-get install gcc-riscv64-unknown-elf/);
    expect(result.status).toBe(0);
  });

  it("fails when everything is required", () => {
    const result = build(["--check"], { PATH: "/nonexistent", EXTRAVIRT_REQUIRE_ALL: "1" });
    expect(result.status).toBe(1);
  });

  it("refuses an argument it does not know", () => {
    const result = build(["--chekc"], { PATH: "/nonexistent" });
    expect(result.text).toMatch(/Unknown argument --chekc/);
    expect(result.status).toBe(2);
  });
});

describe.skipIf(!hasCompiler)("build.ts with a compiler", { timeout: SLOW_MS }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "extravirt-build-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("builds every guest without naming a folder of this host", () => {
    buildGuests(folder);
    const programs = programNames().map((name) => `linux/${name}`);
    for (const name of [...guestNames(), ...programs]) {
      const elf = readFileSync(join(folder, `${name}.elf`));
      expect(elf.subarray(0, 4).toString("latin1"), name).toBe("\x7fELF");
      expect(elf.includes(GUESTS), name).toBe(false);
      expect(elf.includes(tmpdir()), name).toBe(false);
    }
  });

  it("names the files whose bytes differ or are missing", () => {
    buildGuests(folder);
    const altered = readFileSync(join(folder, "small.elf"));
    altered.writeUInt8(altered.readUInt8(altered.length - 1) ^ 1, altered.length - 1);
    writeFileSync(join(folder, "small.elf"), altered);
    rmSync(join(folder, "timer.elf"));
    rmSync(join(folder, "linux/calls.elf"));
    expect(differingGuests(folder)).toEqual(["linux/calls.elf", "small.elf", "timer.elf"]);
  });

  // With another compiler than the recorded one the bytes can't be expected to
  // be equal; --check says so, and fails when everything is required.
  it("gives the bytes that are committed", () => {
    const result = build(["--check"], process.env);
    const isRecorded = installedCompiler() === recorded;
    if (!isRecorded) console.warn(result.text);
    expect(result.text).toMatch(isRecorded ? /equal to guests\/bin/ : /built by another compiler/);
    expect(result.status, result.text).toBe(0);
  });
});
