import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { INIT_SCRIPT } from "../../../plugins/image-sources/init-script.ts";
import { buildInitramfs, readGuestFiles } from "../../../plugins/image-sources/initramfs.ts";

const contents = {
  busybox: Buffer.from("busybox"),
  modules: {
    release: "6.1",
    modules: [
      { name: "crc16", path: "kernel/crc16.ko", data: Buffer.from("m1"), depends: [], aliases: [] },
      {
        name: "ext4",
        path: "kernel/ext4.ko",
        data: Buffer.from("m2"),
        depends: ["crc16"],
        aliases: ["fs-ext4"],
      },
    ],
    atBoot: ["crc16"],
  },
  init: "#!/bin/sh\n",
  files: [{ guestPath: "/opt/tool", data: Buffer.from("t"), isExecutable: true }],
  gzip: false,
};

describe("the initramfs", () => {
  it("holds the parts, modules where modprobe finds them, the user's files and the command", () => {
    const text = buildInitramfs({ ...contents, run: "echo hi" }).toString("latin1");
    for (const part of [
      "bin/busybox\0",
      "sbin/modprobe\0",
      "etc/xv/modules\0",
      "lib/modules/6.1/kernel/ext4.ko\0",
      "lib/modules/6.1/modules.alias\0",
      "kernel/ext4.ko: kernel/crc16.ko\n",
      "opt/tool\0",
      "echo hi",
    ]) {
      expect(text).toContain(part);
    }
    expect(buildInitramfs(contents).toString("latin1")).not.toContain("etc/xv/run");
  });

  it("has no place for modules where the kernel has none", () => {
    const modules = { release: undefined, modules: [], atBoot: [] };
    const text = buildInitramfs({ ...contents, modules }).toString("latin1");
    expect(text).not.toContain("lib/modules");
    expect(text).not.toContain("etc/xv/modules");
  });

  it("is the same with gzip once unpacked, and the same bytes every time", () => {
    const packed = buildInitramfs({ ...contents, gzip: true });
    expect(gunzipSync(packed).equals(buildInitramfs(contents))).toBe(true);
    expect(packed.equals(buildInitramfs({ ...contents, gzip: true }))).toBe(true);
  });

  it("refuses files that can't be read or have no place in the guest", async () => {
    const expected = (value: string): object => ({ code: "XV_ERR_IMAGE_FILE", value });
    await expect(readGuestFiles({ "/no/such/file": "/x" })).rejects.toMatchObject(
      expected("/no/such/file"),
    );
    await expect(readGuestFiles({ "/etc/passwd": "x" })).rejects.toMatchObject(expected("x"));
  });
});

describe("the init script", () => {
  /** The part of the script that finds the command, run by the host's shell on a given command line. */
  function commandFrom(cmdline: string): string {
    const lines = INIT_SCRIPT.split("\n");
    const choose = lines.slice(
      lines.findIndex((l) => l.startsWith("case ")),
      lines.indexOf("esac") + 1,
    );
    const script = `run=; ${choose.join("\n")}\nprintf %s "$run"`;
    return spawnSync("sh", ["-c", script], { env: { ...process.env, cmdline }, encoding: "utf8" })
      .stdout;
  }

  it.each([
    ['console=ttyS0 xv.run="uname -a; ls" quiet', "uname -a; ls"],
    ["xv.run=true quiet", "true"],
    ['console=ttyS0 "xv.run=echo a b" quiet', "echo a b"],
    ["console=ttyS0 axv.run=no", ""],
  ])("finds the command in: %s", (cmdline, command) => {
    expect(commandFrom(cmdline)).toBe(command);
  });

  it("asks once for each device without a driver", async () => {
    const buses = await mkdtemp(join(tmpdir(), "xv-bus-"));
    for (const [device, alias] of Object.entries({ a: "of:x", b: "of:x", c: "of:y", d: "of:z" })) {
      await mkdir(join(buses, "platform/devices", device), { recursive: true });
      await writeFile(join(buses, "platform/devices", device, "modalias"), `${alias}\n`);
    }
    await mkdir(join(buses, "platform/devices/d/driver"));
    const lines = INIT_SCRIPT.replaceAll("/sys/bus", buses).split("\n");
    const start = lines.findIndex((line) => line.startsWith("load_drivers()"));
    const load = lines.slice(start, lines.indexOf("}", start) + 1).join("\n");
    const script = `modprobe() { echo "$@"; }\n${load}\nload_drivers platform\nload_drivers none`;
    const { stdout } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
    expect(stdout).toBe("-qa of:x of:y\n");
    await rm(buses, { recursive: true });
  });

  it("is a shell script", () => {
    expect(spawnSync("sh", ["-n"], { input: INIT_SCRIPT }).status).toBe(0);
  });
});
