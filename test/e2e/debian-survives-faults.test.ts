import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireTool } from "../require-tool.ts";
import {
  checkDisk,
  copyDisk,
  makeDisk,
  requireDebianImages,
  runDebian,
  runThroughFirmware,
} from "./debian-guest.ts";

const isRunnable =
  requireTool({ name: "mke2fs", command: ["mke2fs", "-V"], debianPackage: "e2fsprogs" }) &&
  (await requireDebianImages());

let folder = "";
const inFolder = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "xv-debian-e2e-"));
  mkdirSync(inFolder("contents"));
  writeFileSync(inFolder("contents/hello"), "hello from the host\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!isRunnable)("an unmodified Debian kernel", () => {
  it("boots as two replicas, takes typed commands, writes its disk, and faults do not show", async () => {
    makeDisk(inFolder("original.img"), inFolder("contents"));
    for (const name of ["golden.img", "faulty.img"])
      copyDisk(inFolder("original.img"), inFolder(name));
    // In processes of their own, to be held against threads that share their memory.
    const golden = await runDebian({
      folder,
      disk: "golden.img",
      replication: "pair",
      placement: "processes",
    });
    expect(golden.report.stop).toEqual({ reason: "power-off", exitCode: 0 });
    expect(golden.report.divergences).toEqual([]);
    expect(golden.text).toContain("hello from the host");
    expect(golden.text).toMatch(/\r\n42\r\n/);
    expect(checkDisk(inFolder("golden.img"))).toMatch(/golden\.img: \d+\/\d+ files/);

    const { steps } = golden.report;
    const at = (fraction: number): number => Math.floor(steps * fraction);
    const faulty = await runDebian({
      folder,
      disk: "faulty.img",
      replication: "pair",
      faults: [
        { use: "register-bit-flip", replica: 0, at: at(0.2), register: "x2", bit: 4 },
        { use: "worker-crash", replica: 1, at: at(0.5) },
        { use: "result-bit-flip", replica: 2, at: at(0.8), bit: 7 },
        { use: "register-bit-flip", replica: 3, at: at(0.9), register: "pc", bit: 3 },
      ],
    });
    expect(faulty.report.stop).toEqual(golden.report.stop);
    expect(faulty.report.divergences.length).toBeGreaterThanOrEqual(3);
    expect(faulty.text).toBe(golden.text);
    expect(readFileSync(inFolder("faulty.img")).equals(readFileSync(inFolder("golden.img")))).toBe(
      true,
    );
    expect(checkDisk(inFolder("faulty.img"))).toMatch(/faulty\.img: \d+\/\d+ files/);
  });

  it("boots through OpenSBI's own binary on two harts", async () => {
    const { report, text } = await runThroughFirmware("nproc; exit 3", 2);
    expect(text).toMatch(/OpenSBI v\d/);
    expect(text).toContain("Platform Name               : riscv-virtio");
    expect(text).toMatch(/\r\n2\r\n/);
    expect(report.stop).toEqual({ reason: "guest-failure", exitCode: 3 });
  });
});
