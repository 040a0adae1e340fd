import { spawnSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { INIT_SCRIPT } from "../../../plugins/image-sources/init-script.ts";
import { buildInitramfs, readGuestFiles } from "../../../plugins/image-sources/initramfs.ts";

const contents = {
  busybox: Buffer.from("busybox"),
  modules: [
    { name: "crc16", data: Buffer.from("m1") },
    { name: "ext4", data: Buffer.from("m2") },
  ],
  init: "#!/bin/sh\n",
  files: [{ guestPath: "/opt/tool", data: Buffer.from("t"), isExecutable: true }],
  gzip: false,
};

describe("the initramfs", () => {
  it("holds the parts, modules in loading order, the user's files and the command", () => {
    const text = buildInitramfs({ ...contents, run: "echo hi" }).toString("latin1");
    for (const part of [
      "bin/busybox\0",
      "lib/modules/ext4.ko\0",
      "crc16\next4\n",
      "opt/tool\0",
      "echo hi",
    ]) {
      expect(text).toContain(part);
    }
    expect(buildInitramfs(contents).toString("latin1")).not.toContain("etc/xv/run");
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

  it("is a shell script", () => {
    expect(spawnSync("sh", ["-n"], { input: INIT_SCRIPT }).status).toBe(0);
  });
});
