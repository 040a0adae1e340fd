import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readKeyFile } from "../../../core/hosts/key-file.ts";

const folder = mkdtempSync(join(tmpdir(), "extravirt-key-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string, mode = 0o600): string {
  const path = join(folder, `${text.length}-${mode}`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("readKeyFile", () => {
  it("gives the key without the line end of an editor", () => {
    const key = "0123456789abcdef0123456789abcdef";
    expect(readKeyFile(file(`${key}\n`), "--key")).toEqual(Buffer.from(key));
  });

  it.each([
    ["is not there", () => join(folder, "missing"), "can't be read"],
    ["others may read", () => file("x".repeat(40), 0o640), "Others than its owner"],
    ["could be guessed", () => file("secret\n"), "has 6 bytes, fewer than 32"],
  ])("refuses a key that %s", (_what, make, message) => {
    const path = make();
    expect(() => readKeyFile(path, "--key")).toThrow(message);
    expect(() => readKeyFile(path, "--key")).toThrow(
      expect.objectContaining({ code: "XV_ERR_HOST_KEY_FILE", value: path }),
    );
  });
});
