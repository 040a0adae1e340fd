import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DebianPackages, parseDepends } from "../../../plugins/image-sources/debian-packages.ts";
import type { CommandRunner } from "../../../plugins/image-sources/run-command.ts";

const request = { mirror: "http://mirror.example/debian", suite: "trixie", signedBy: "/keys.gpg" };

/** An archive that knows `depends` by package name. */
function archive(depends: Record<string, string>): DebianPackages {
  const run: CommandRunner = async (_program, args) => {
    const name = args.at(-1) ?? "";
    const known = depends[name];
    const text =
      known === undefined
        ? ""
        : `Package: ${name}\nVersion: 1\nDepends: ${known}\n\nPackage: older\n`;
    return { status: known === undefined ? 100 : 0, stdout: Buffer.from(text), stderr: "" };
  };
  return new DebianPackages(run, {}, request);
}

describe("Debian packages", () => {
  it("takes names from a Depends field, the first of alternatives", () => {
    expect(parseDepends("dracut | initramfs-tools (>= 0.120), linux-base, libc6 (>= 2.3)")).toEqual(
      ["dracut", "linux-base", "libc6"],
    );
  });

  it("finds a kernel that is one package", async () => {
    const packages = archive({
      "linux-image-riscv64": "linux-image-6.12.1-riscv64 (= 6.12.1-1)",
      "linux-image-6.12.1-riscv64": "kmod, linux-base (>= 4.3)",
    });
    const names = (await packages.resolveKernel("linux-image-riscv64")).map(({ name }) => name);
    expect(names).toEqual(["linux-image-6.12.1-riscv64"]);
  });

  it("finds a kernel that is split, each part once", async () => {
    const packages = archive({
      "linux-image-riscv64": "linux-image-7.2-riscv64 (= 7.2-1)",
      "linux-image-7.2-riscv64": "dracut, linux-binary-7.2-riscv64, linux-modules-7.2-riscv64",
      "linux-binary-7.2-riscv64": "linux-base-7.2-riscv64",
      "linux-modules-7.2-riscv64": "linux-base-7.2-riscv64",
      "linux-base-7.2-riscv64": "",
    });
    const names = (await packages.resolveKernel("linux-image-riscv64")).map(({ name }) => name);
    expect(names).toEqual([
      "linux-base-7.2-riscv64",
      "linux-binary-7.2-riscv64",
      "linux-image-7.2-riscv64",
      "linux-modules-7.2-riscv64",
    ]);
  });

  it("names a package that the suite does not have", async () => {
    await expect(archive({}).show("busybox-static")).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_NO_PACKAGE",
      value: "busybox-static",
    });
  });

  it("leaves nothing at the target when unpacking fails", async () => {
    const folder = await mkdtemp(join(tmpdir(), "xv-deb-"));
    const run: CommandRunner = async (program, _args, options) => {
      if (program === "apt-get") await writeFile(join(options?.cwd ?? "", "a_1_riscv64.deb"), "");
      return { status: program === "dpkg-deb" ? 2 : 0, stdout: Buffer.alloc(0), stderr: "broken" };
    };
    const wanted = { name: "a", version: "1", depends: [] };
    const fetched = new DebianPackages(run, {}, request).fetch(wanted, join(folder, "a_1"));
    await expect(fetched).rejects.toMatchObject({ code: "XV_ERR_IMAGE_UNPACK", value: "broken" });
    await expect(access(join(folder, "a_1"))).rejects.toThrow("ENOENT");
    await rm(folder, { recursive: true });
  });
});
