import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NoteFiles } from "../../../core/coordinator/note-files.ts";

describe("NoteFiles", () => {
  let folder = "";
  let file = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "extravirt-trace-"));
    file = join(folder, "trace.txt");
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("writes the one replica's lines to the file itself, and those of witnesses beside it", () => {
    const files = new NoteFiles(file, 1);
    files.write(0, "a\n");
    files.write(0, "b\n");
    expect(readFileSync(file, "utf8")).toBe("a\nb\n");
    files.write(1, "c\n");
    files.close();
    expect(readFileSync(`${file}.1`, "utf8")).toBe("c\n");
  });

  it("numbers the files of several replicas, which are there from the start", () => {
    const files = new NoteFiles(file, 2);
    expect([`${file}.0`, `${file}.1`].every((path) => existsSync(path))).toBe(true);
    expect(existsSync(file)).toBe(false);
    files.close();
  });

  it("refuses a place that cannot be written to before anything runs", () => {
    expect(() => new NoteFiles(join(folder, "none", "trace.txt"), 1)).toThrow(
      expect.objectContaining({
        code: "XV_ERR_INSTRUMENT_FILE",
        value: join(folder, "none", "trace.txt"),
      }),
    );
  });
});
