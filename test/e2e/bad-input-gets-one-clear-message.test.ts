// What a user can get wrong, through the command line: one message with the place, the value and the remedy, exit code 2,
// no stack trace, and nothing of the guest's output.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SPAWN_TIMEOUT_MS, spawnCli } from "../core/cli/spawn-cli.ts";
import type { CliResult } from "../core/cli/spawn-cli.ts";
import { expectedOutput, guestFile } from "./guest-run.ts";

const CONSOLE = "console.txt";
const CLASS_OFFSET = 4;
const CLASS_32 = 1;
const diskAt = (path: string): string =>
  `machine.devices=[{"use":"virtio-block","backend":{"use":"disk-file","path":"${path}"}}]`;

interface Case {
  readonly title: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code: string;
  /** What the message names, each somewhere in it. */
  readonly names: readonly string[];
}

const set = (...overrides: string[]): string[] => overrides.flatMap((text) => ["--set", text]);

const CASES: readonly Case[] = [
  {
    title: "an unknown option",
    args: set("checkpoint.everyEpoch=3"),
    code: "XV_ERR_CONFIG_UNKNOWN_OPTION",
    names: ["checkpoint.everyEpoch", 'Did you mean "everyEpochs"?'],
  },
  {
    title: "an unknown provider",
    args: set("voting=majorty"),
    code: "XV_ERR_CONFIG_UNKNOWN_PROVIDER",
    names: ["voting.use", "majorty", 'Did you mean "majority"?'],
  },
  {
    title: "a plugin that is not there",
    args: set('plugins=["./none.ts"]'),
    code: "XV_ERR_PLUGIN_NOT_FOUND",
    names: ["plugins[0]", "./none.ts"],
  },
  {
    title: "a missing image",
    args: set("machine.boot.program=none.elf"),
    code: "XV_ERR_IMAGE_UNREADABLE",
    names: ["machine.boot.program", "none.elf", "Correct the path"],
  },
  {
    title: "a truncated image",
    args: set("machine.boot.program=cut.elf"),
    code: "XV_ERR_IMAGE_TRUNCATED",
    names: ["machine.boot.program", "cut.elf", "Obtain the file again"],
  },
  {
    title: "an image of the wrong ELF class",
    args: set("machine.boot.program=elf32.elf"),
    code: "XV_ERR_IMAGE_WRONG_ELF",
    names: ["machine.boot.program", "elf32.elf", "64-bit"],
  },
  {
    title: "an image that is no ELF file",
    args: set("machine.boot.program=text.elf"),
    code: "XV_ERR_IMAGE_NOT_ELF",
    names: ["machine.boot.program", "text.elf"],
  },
  {
    title: "a disk that is not there",
    args: set(diskAt("none.img")),
    code: "XV_ERR_DISK_UNREADABLE",
    names: ["machine.devices[0].backend.path", "none.img", "truncate"],
  },
  {
    title: "a disk that can't be read",
    args: set(diskAt("folder")),
    code: "XV_ERR_DISK_UNREADABLE",
    names: ["machine.devices[0].backend.path", "folder"],
  },
  {
    title: "a disk that is no whole number of sectors",
    args: set(diskAt("odd.img")),
    code: "XV_ERR_DISK_SIZE",
    names: ["machine.devices[0].backend.path", "odd.img", "1000 bytes", "512"],
  },
  {
    title: "more memory than the platform takes",
    args: set("machine.ram=8 GiB"),
    code: "XV_ERR_CONFIG_RAM_RANGE",
    names: ["machine.ram", "8 GiB", "at most 2 GiB"],
  },
  {
    title: "memory that is no multiple of a page",
    args: set("machine.ram=1 KiB"),
    code: "XV_ERR_CONFIG_RAM_RANGE",
    names: ["machine.ram", "1 KiB", "multiple of 4 KiB"],
  },
  {
    title: "memory too small for the program",
    args: set("machine.ram=8 KiB"),
    code: "XV_ERR_IMAGE_OUTSIDE_RAM",
    names: ["machine.ram", "8192 bytes"],
  },
  {
    title: "a host with too little memory",
    args: [],
    env: {
      NODE_OPTIONS: "--import=data:text/javascript,process.availableMemory%3D()%3D%3E20971520",
    },
    code: "XV_ERR_MEMORY_HOST_TOO_SMALL",
    names: ["machine.ram", "16 MiB", "20 MiB are available"],
  },
  {
    title: "a fault at an address without memory",
    args: ["--fault", "memory-bit-flip:replica=0,at=100,address=4096,bit=1"],
    code: "XV_ERR_FAULT_ADDRESS",
    names: ["faults[0].address", "4096", "0x80000000"],
  },
  {
    title: "a fault in a register that does not exist",
    args: ["--fault", "register-bit-flip:replica=0,at=100,register=x32,bit=1"],
    code: "XV_ERR_FAULT_UNKNOWN_REGISTER",
    names: ["faults[0].register", "x32"],
  },
  {
    title: "a fault beyond the step limit",
    args: [
      ...set("limits.steps=1000"),
      "--fault",
      "register-bit-flip:replica=0,at=2000,register=x3,bit=1",
    ],
    code: "XV_ERR_FAULT_BEYOND_RUN",
    names: ["faults[0].at", "2000"],
  },
  {
    title: "a host without apt",
    args: set("images=debian", "machine.boot=sbi-linux"),
    env: { PATH: "/nonexistent", XDG_CACHE_HOME: "/nonexistent/cache" },
    code: "XV_ERR_IMAGE_NO_APT",
    names: ["apt", "Debian"],
  },
];

describe("the command line refuses", { timeout: SPAWN_TIMEOUT_MS }, () => {
  let cwd = "";

  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), "extravirt-bad-input-"));
    const program = readFileSync(guestFile("small"));
    const wrongClass = Buffer.from(program);
    wrongClass[CLASS_OFFSET] = CLASS_32;
    writeFileSync(join(cwd, "cut.elf"), program.subarray(0, 3000));
    writeFileSync(join(cwd, "elf32.elf"), wrongClass);
    writeFileSync(join(cwd, "text.elf"), "not a program");
    writeFileSync(join(cwd, "odd.img"), new Uint8Array(1000));
    mkdirSync(join(cwd, "folder"));
    writeFileSync(
      join(cwd, "good.json"),
      JSON.stringify({
        machine: { ram: "16 MiB", boot: { use: "elf", program: guestFile("small") } },
        console: { use: "file", output: CONSOLE },
      }),
    );
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  const run = (
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<CliResult> => {
    rmSync(join(cwd, CONSOLE), { force: true });
    return spawnCli(["run", "good.json", ...args], { cwd, env });
  };
  const shown = (): string =>
    existsSync(join(cwd, CONSOLE)) ? readFileSync(join(cwd, CONSOLE), "utf8") : "";

  it("nothing of a good config", async () => {
    const { code, err } = await run([]);
    expect(err).toContain("the guest powered off, exit code 0");
    expect(shown()).toBe(expectedOutput("small"));
    expect(code).toBe(0);
  });

  it.each(CASES)("$title", async ({ args, env, code, names }) => {
    const result = await run(args, env);
    expect(result.err).toContain(`code:   ${code} `);
    for (const name of names) expect(result.err).toContain(name);
    expect(result.err.match(/^extravirt: /gm)).toHaveLength(1);
    expect(result.err).toMatch(/^ {2}where: {2}\S/m);
    expect(result.err).toMatch(/^ {2}remedy: \S/m);
    expect(result.err).not.toMatch(/^ +at /m);
    expect(result.code).toBe(2);
    expect([result.out, shown()]).toEqual(["", ""]);
  });

  it("a fault that the run never came to, after the whole output", async () => {
    const fault = "register-bit-flip:replica=0,at=100000000,register=x3,bit=1";
    const { code, err } = await run(["--fault", fault]);
    expect(err).toContain("XV_ERR_FAULT_BEYOND_RUN");
    expect(err).toContain("faults[0].at");
    expect(err).toContain("nothing was tested by it");
    expect(shown()).toBe(expectedOutput("small"));
    expect(code).toBe(2);
  });
});
