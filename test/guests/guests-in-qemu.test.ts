// The bundled guests print on QEMU what guests/expected/ records: that is the
// reference every other machine is held to.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { guestNames, programNames } from "../../guests/guest-list.ts";
import { requireTool } from "../require-tool.ts";
import { serveStation } from "./serve-station.ts";
import { QEMU, expectedOutput, runBesideQemu, runInQemu } from "./run-in-qemu.ts";

const hasQemu = requireTool(QEMU);
const SLOW_MS = 60_000;
const TYPED = "hello\nGrüße, World 42!\r\nab\b\bx\nexit 300\nexit\nquitter\nexit 7\n";
const HEAD_BYTES = 64 * 1024;

it("every guest has a built ELF and a recorded output", () => {
  for (const name of guestNames()) {
    expect(expectedOutput(name), name).not.toBe("");
    expect(existsSync(join(import.meta.dirname, "../../guests/bin", `${name}.elf`)), name).toBe(
      true,
    );
  }
});

describe.skipIf(!hasQemu)("guests on QEMU", { timeout: SLOW_MS }, () => {
  it.each(["quick-start", "floating-point", "small", "timer", "paging", ...programNames()])(
    "%s prints what is recorded and passes",
    (name) => {
      expect(runInQemu(name)).toEqual({ exitCode: 0, output: expectedOutput(name), errors: "" });
    },
  );

  it("timer lets two harts work together", () => {
    const run = runInQemu("timer", { args: ["-smp", "2"] });
    expect(run).toEqual({ exitCode: 0, output: expectedOutput("timer-2-harts"), errors: "" });
  });

  it("paging prints the same without Sstc", () => {
    const run = runInQemu("paging", { args: ["-cpu", "rv64,sstc=off"] });
    expect(run).toEqual({ exitCode: 0, output: expectedOutput("paging"), errors: "" });
  });

  it("integer takes its iterations from the boot arguments", () => {
    const run = runInQemu("integer", { args: ["-append", "quiet iterations=2"] });
    expect(run.output).toMatch(/^integer: 2 iterations\n/);
    expect(run.exitCode).toBe(0);
  });

  it("console-echo answers what is typed and carries the exit code", () => {
    const run = runInQemu("console-echo", { input: TYPED });
    expect(run).toEqual({ exitCode: 7, output: expectedOutput("console-echo"), errors: "" });
  });

  it("console-echo powers off on quit", () => {
    const run = runInQemu("console-echo", { input: "quit\n" });
    expect(run.exitCode).toBe(0);
    expect(run.output).toMatch(/> quit\nbye\n$/);
  });

  it("block says that there is no disk", () => {
    const run = runInQemu("block");
    expect(run.output).toBe("block: there is no virtio block device\n");
    expect(run.exitCode).toBe(2);
  });
});

describe.skipIf(!hasQemu)("network on QEMU", { timeout: SLOW_MS }, () => {
  it("says that there is no card", () => {
    const run = runInQemu("network");
    expect(run.output).toBe("network: there is no usable virtio network device\n");
    expect(run.exitCode).toBe(2);
  });

  it("prints what is recorded, with QEMU's card and stream protocol", async () => {
    const folder = mkdtempSync(join(tmpdir(), "extravirt-network-"));
    const path = join(folder, "peer.sock");
    const close = await serveStation(path);
    try {
      const run = await runBesideQemu("network", path, [
        "-global",
        "virtio-mmio.force-legacy=false",
        "-device",
        "virtio-net-device,netdev=net,mac=52:54:00:58:56:01",
      ]);
      expect(run).toEqual({ exitCode: 0, output: expectedOutput("network"), errors: "" });
    } finally {
      await close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe.skipIf(!hasQemu)("block on QEMU", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "extravirt-block-"));
    path = join(folder, "disk.img");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const disk = (): string[] => [
    "-global",
    "virtio-mmio.force-legacy=false",
    "-drive",
    `file=${path},format=raw,if=none,id=disk`,
    "-device",
    "virtio-blk-device,drive=disk",
  ];

  it("writes behind the first 64 KiB and reads the same back", { timeout: SLOW_MS }, () => {
    const image = Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => i * 31 + (i >> 8) * 7));
    writeFileSync(path, image);
    const run = runInQemu("block", { args: disk() });
    expect(run).toEqual({ exitCode: 0, output: expectedOutput("block"), errors: "" });
    const after = readFileSync(path);
    expect(after.subarray(0, HEAD_BYTES).equals(image.subarray(0, HEAD_BYTES))).toBe(true);
    expect(after.subarray(HEAD_BYTES).equals(image.subarray(HEAD_BYTES))).toBe(false);
  });

  it("refuses a disk that is too small", { timeout: SLOW_MS }, () => {
    writeFileSync(path, Buffer.alloc(128 * 1024));
    const run = runInQemu("block", { args: disk() });
    expect(run.output).toBe("block: 256 sectors\nblock: the disk must have at least 192 KiB\n");
    expect(run.exitCode).toBe(3);
  });
});
