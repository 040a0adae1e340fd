import { describe, expect, it } from "vitest";
import { readModinfo } from "../../../plugins/image-sources/modinfo.ts";
import { elfWithModinfo } from "./elf-with-modinfo.ts";

describe("what a kernel module says of itself", () => {
  it("is what it depends on, may ask for, and provides", () => {
    const elf = elfWithModinfo(
      "alias=virtio:d00000002v*",
      "depends=a,b",
      "softdep=pre: c d post: e",
      "alias=fs-x",
      "license=GPL",
    );
    expect(readModinfo(elf)).toEqual({
      depends: ["a", "b"],
      softPre: ["c", "d"],
      aliases: ["virtio:d00000002v*", "fs-x"],
    });
  });

  it.each([
    ["an empty dependency list", elfWithModinfo("depends=", "softdep=post: e")],
    ["a file that is no module", Buffer.from("no ELF")],
  ])("is nothing with %s", (_what, file) => {
    expect(readModinfo(file)).toEqual({ depends: [], softPre: [], aliases: [] });
  });
});
