import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  cacheFolder,
  digest,
  makeCacheFolder,
  readImages,
  storeImages,
  withCacheLock,
} from "../../../plugins/image-sources/image-cache.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "xv-cache-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the image cache", () => {
  it("is where the environment says", () => {
    expect(cacheFolder({ EXTRAVIRT_CACHE: "/own", XDG_CACHE_HOME: "/xdg" })).toBe("/own");
    expect(cacheFolder({ XDG_CACHE_HOME: "/xdg" })).toBe("/xdg/extravirt");
    expect(cacheFolder({})).toMatch(/\.cache\/extravirt$/);
  });

  it("can't be where a file is in the way", async () => {
    await writeFile(join(folder, "file"), "");
    const target = join(folder, "file/cache");
    await expect(makeCacheFolder(target)).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_CACHE",
      place: target,
      remedy: expect.stringContaining("EXTRAVIRT_CACHE"),
    });
  });

  it("gives back what was stored, and nothing when it was damaged", async () => {
    const target = join(folder, "one");
    expect(await readImages(target)).toBeUndefined();
    const images = await storeImages(target, {
      kernel: Buffer.from("k"),
      initramfs: Buffer.from("i"),
    });
    expect(await readImages(target)).toEqual(images);
    expect(await readFile(images["kernel"] ?? "", "utf8")).toBe("k");
    await writeFile(images["kernel"] ?? "", "x");
    expect(await readImages(target)).toBeUndefined();
  });

  it("tells apart parts that read the same when joined", () => {
    expect(digest(["ab", "c"])).not.toBe(digest(["a", "bc"]));
  });

  it("lets one in at a time, also after a failure", async () => {
    const events: string[] = [];
    const said: string[] = [];
    let leave = (): void => {};
    const inside = new Promise<void>((resolve) => (leave = resolve));
    const first = withCacheLock(
      folder,
      () => {},
      async () => {
        events.push("first in");
        await inside;
        events.push("first out");
        throw new Error("failed");
      },
    );
    const second = withCacheLock(
      folder,
      (message) => {
        said.push(message);
        leave();
      },
      async () => events.push("second in"),
    );
    await expect(first).rejects.toThrow("failed");
    await second;
    expect(events).toEqual(["first in", "first out", "second in"]);
    expect(said).toHaveLength(1);
  });
});
