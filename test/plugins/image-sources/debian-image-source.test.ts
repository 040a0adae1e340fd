import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { obtainDebianImages } from "../../../plugins/image-sources/debian-image-source.ts";
import type { CommandRunner } from "../../../plugins/image-sources/run-command.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "xv-debian-"));
});
afterEach(() => rm(folder, { recursive: true }));

const flatImage = Buffer.alloc(64);
flatImage.write("RSC\x05", 0x38, "latin1");

/** What dpkg-deb would unpack, by package. */
const PACKAGES: Record<string, Record<string, Uint8Array | string>> = {
  "linux-image-6.12-riscv64": { "boot/vmlinux-6.12-riscv64": flatImage },
  "busybox-static": { "usr/bin/busybox": "busybox" },
  opensbi: { "usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin": "firmware" },
};

/** An archive with one kernel; counts apt-get calls, and refuses them while `isOffline`. */
class FakeHost {
  aptGetCalls = 0;
  isOffline = false;
  /** A suite whose index the mirror serves with wrong contents. */
  brokenSuite = "";
  readonly run: CommandRunner = async (program, args, options) => {
    const answer = (status: number, text = ""): Awaited<ReturnType<CommandRunner>> => ({
      status,
      stdout: Buffer.from(status === 0 ? text : ""),
      stderr: status === 0 ? "" : text,
    });
    const last = args.at(-1) ?? "";
    if (program === "apt-cache") {
      const depends = last === "linux-image-riscv64" ? "linux-image-6.12-riscv64" : "";
      return answer(0, `Version: 1\nDepends: ${depends}\n`);
    }
    if (program === "apt-get") {
      this.aptGetCalls++;
      const list = join(dirname(options?.env?.["APT_CONFIG"] ?? ""), "sources.list");
      if (this.brokenSuite !== "" && (await readFile(list, "utf8")).includes(this.brokenSuite))
        return answer(100, "E: Failed to fetch x  Hash Sum mismatch");
      if (this.isOffline) return answer(100, "E: Temporary failure resolving 'mirror.example'");
      if (args[0] === "download")
        await writeFile(join(options?.cwd ?? "", `${last.split("=")[0]}.deb`), "");
    }
    if (program === "dpkg-deb") {
      const [, deb = "", root = ""] = args;
      const name = deb.slice(deb.lastIndexOf("/") + 1, -".deb".length);
      for (const [path, data] of Object.entries(PACKAGES[name] ?? {})) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), data);
      }
    }
    return answer(0);
  };
}

const options = {
  suite: "trixie",
  alternativeSuites: [],
  mirror: "http://mirror.example/debian",
  modules: [],
  files: {},
  gzip: false,
  refresh: false,
};

async function obtain(
  host: FakeHost,
  more: object = {},
  log: (message: string) => void = () => {},
) {
  const keyring = join(folder, "keys.gpg");
  await writeFile(keyring, "");
  return obtainDebianImages({ ...options, keyring, ...more }, log, {
    run: host.run,
    cache: join(folder, "cache"),
    aptFolder: join(folder, "etc"),
  });
}

describe("alternative suites", () => {
  it("are used when the mirror can't deliver the first, saying so", async () => {
    const host = new FakeHost();
    host.brokenSuite = "trixie";
    const lines: string[] = [];
    const images = await obtain(host, { alternativeSuites: ["forky"] }, (line) => lines.push(line));
    expect(images["kernel"]).toContain("/forky-");
    expect(lines.join("\n")).toMatch(/suite trixie can't be used/);
  });

  it("stay in use once fetched, offline too", async () => {
    const host = new FakeHost();
    host.brokenSuite = "trixie";
    const first = await obtain(host, { alternativeSuites: ["forky"] });
    host.isOffline = true;
    expect(await obtain(host, { alternativeSuites: ["forky"] })).toEqual(first);
  });

  it("are not tried when the first suite works, nor for other failures", async () => {
    const images = await obtain(new FakeHost(), { alternativeSuites: ["forky"] });
    expect(images["kernel"]).toContain("/trixie-");
    await rm(join(folder, "cache"), { recursive: true });
    const offline = new FakeHost();
    offline.isOffline = true;
    await expect(obtain(offline, { alternativeSuites: ["forky"] })).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_NO_NETWORK",
    });
  });

  it("end with the last one's error when none works", async () => {
    const host = new FakeHost();
    host.brokenSuite = "y";
    await expect(
      obtain(host, { suite: "forky", alternativeSuites: ["sidy"] }),
    ).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_MIRROR_INCONSISTENT",
    });
  });
});

describe("the Debian image source", () => {
  it("gives kernel, initramfs and firmware", async () => {
    const images = await obtain(new FakeHost());
    expect(Object.keys(images).toSorted()).toEqual(["firmware", "initramfs", "kernel"]);
    expect(await readFile(images["kernel"] ?? "")).toEqual(flatImage);
    expect(await readFile(images["firmware"] ?? "", "utf8")).toBe("firmware");
  });

  it("works offline once fetched, also for other options", async () => {
    const host = new FakeHost();
    const first = await obtain(host);
    const calls = host.aptGetCalls;
    host.isOffline = true;
    expect(await obtain(host)).toEqual(first);
    expect((await obtain(host, { run: "true" }))["initramfs"]).not.toBe(first["initramfs"]);
    expect(host.aptGetCalls).toBe(calls);
  });

  it("falls back to what it has when a refresh fails, and says so", async () => {
    const host = new FakeHost();
    const first = await obtain(host);
    host.isOffline = true;
    const said: string[] = [];
    expect(await obtain(host, { refresh: true }, (message) => said.push(message))).toEqual(first);
    expect(said.join("\n")).toContain(
      "using the packages fetched before: The Debian mirror can't be reached.",
    );
  });

  it("says what to do when nothing was fetched yet and there is no network", async () => {
    const host = new FakeHost();
    host.isOffline = true;
    await expect(obtain(host)).rejects.toMatchObject({ code: "XV_ERR_IMAGE_NO_NETWORK" });
  });
});
