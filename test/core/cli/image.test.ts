import { describe, expect, it } from "vitest";
import { capture } from "./capture-io.ts";
import { toyFiles } from "./toy-files.ts";

describe("extravirt image", () => {
  it("obtains the images and prints role and path", async () => {
    const cwd = await toyFiles();
    const { code, out, err } = await capture(["image", "letters.json", "--set", "images=ready"], {
      cwd,
    });
    expect(out).toBe("kernel\t/images/vmlinux\ninitramfs\t/images/initramfs\n");
    expect(err).toBe("extravirt: looking\n");
    expect(code).toBe(0);
  });

  it("prints them as JSON on request", async () => {
    const cwd = await toyFiles();
    const { out } = await capture(
      ["image", "letters.json", "--set", "images=ready", "--set", "images.role=disk", "--json"],
      { cwd },
    );
    expect(JSON.parse(out)).toEqual({ disk: "/images/vmlinux", initramfs: "/images/initramfs" });
  });

  it("says so when a config has no images", async () => {
    const cwd = await toyFiles();
    const { code, err } = await capture(["image", "letters.json"], { cwd });
    expect(code).toBe(2);
    expect(err).toContain("XV_ERR_CLI_NO_IMAGES");
    expect(err).toContain("where:  letters.json: images");
    expect(err).toContain("ready");
  });
});
