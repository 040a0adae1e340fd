import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseArchive, readAcquireSettings } from "../../../plugins/image-sources/host-apt.ts";
import { aptConf } from "../../../plugins/image-sources/apt-tree.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "xv-apt-"));
  await mkdir(join(folder, "sources.list.d"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the machine's apt", () => {
  it("lends its mirror, and options win over it", async () => {
    const keyring = join(folder, "debian-archive-keyring.gpg");
    await writeFile(keyring, "");
    const source = `Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie\nComponents: main\nSigned-By: ${keyring}\n`;
    await writeFile(join(folder, "sources.list.d/debian.sources"), source);
    expect(await chooseArchive({}, folder)).toEqual({
      mirror: "http://mirror.example/debian",
      signedBy: keyring,
    });
    expect((await chooseArchive({ mirror: "http://own.example/debian" }, folder)).mirror).toBe(
      "http://own.example/debian",
    );
    await expect(
      chooseArchive({ keyring: join(folder, "none.gpg") }, folder),
    ).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_NO_KEYRING",
      place: join(folder, "none.gpg"),
    });
  });

  it("asks for the option mirror where no source is Debian's", async () => {
    await writeFile(join(folder, "sources.list"), "deb http://mirror.example/ubuntu noble main\n");
    await expect(chooseArchive({}, folder)).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_NO_MIRROR",
      remedy: expect.stringContaining("`mirror`"),
    });
  });

  it("keeps network settings, never hooks or permission to skip signatures", async () => {
    const dump = `APT::Update::Post-Invoke:: "rm x";
Acquire::http::Proxy "http://proxy.example:3128";
Acquire::AllowInsecureRepositories "1";
Acquire::Check-Valid-Until "false";`;
    const settings = await readAcquireSettings(async () => ({
      status: 0,
      stdout: Buffer.from(dump),
      stderr: "",
    }));
    expect(settings).toEqual([
      `Acquire::http::Proxy "http://proxy.example:3128";`,
      `Acquire::Check-Valid-Until "false";`,
    ]);
    const conf = aptConf({
      folder: "/c",
      mirror: "m",
      suite: "s",
      signedBy: "k",
      architecture: "riscv64",
      settings,
    });
    expect(conf).toContain(`Acquire::AllowInsecureRepositories "false";`);
    expect(conf).toContain(`Dir::State::status "/c/status";`);
  });
});
