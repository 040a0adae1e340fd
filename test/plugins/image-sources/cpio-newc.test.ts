import { describe, expect, it } from "vitest";
import { writeCpio } from "../../../plugins/image-sources/cpio-newc.ts";
import type { CpioEntry } from "../../../plugins/image-sources/cpio-newc.ts";

const HEADER_BYTES = 110;

/** A reader written from the format's description alone: fields 8 hex digits each after the magic. */
function readCpio(archive: Buffer): { name: string; fields: number[]; data: string }[] {
  const members = [];
  for (let at = 0; at < archive.length;) {
    expect(at % 4).toBe(0);
    expect(archive.toString("latin1", at, at + 6)).toBe("070701");
    const fields = Array.from({ length: 13 }, (_, n) =>
      Number.parseInt(archive.toString("latin1", at + 6 + 8 * n, at + 14 + 8 * n), 16),
    );
    const nameBytes = fields[11] ?? 0;
    const name = archive.toString("latin1", at + HEADER_BYTES, at + HEADER_BYTES + nameBytes - 1);
    const start = (at + HEADER_BYTES + nameBytes + 3) & ~3;
    const end = start + (fields[6] ?? 0);
    members.push({ name, fields, data: archive.toString("latin1", start, end) });
    at = (end + 3) & ~3;
  }
  return members;
}

const entries: CpioEntry[] = [
  { kind: "file", path: "/init", mode: 0o755, data: Buffer.from("hello") },
  { kind: "symlink", path: "bin/sh", target: "busybox" },
  { kind: "character-device", path: "dev/console", major: 5, minor: 1 },
];

describe("cpio archives", () => {
  it("hold sorted members with their parents first", () => {
    const names = readCpio(writeCpio(entries)).map(({ name }) => name);
    expect(names).toEqual(["bin", "bin/sh", "dev", "dev/console", "init", "TRAILER!!!"]);
  });

  it("hold type, mode, device number and contents", () => {
    const members = new Map(readCpio(writeCpio(entries)).map((member) => [member.name, member]));
    expect(members.get("bin")?.fields.slice(0, 6)).toEqual([1, 0o040755, 0, 0, 2, 0]);
    expect(members.get("bin/sh")).toMatchObject({ data: "busybox" });
    expect(members.get("bin/sh")?.fields[1]).toBe(0o120777);
    expect(members.get("dev/console")?.fields.slice(9, 11)).toEqual([5, 1]);
    expect(members.get("dev/console")?.fields[1]).toBe(0o020600);
    expect(members.get("init")?.fields[1]).toBe(0o100755);
    expect(members.get("init")?.data).toBe("hello");
  });

  it("are the same bytes for the same entries in any order", () => {
    expect(writeCpio(entries.toReversed()).equals(writeCpio(entries))).toBe(true);
  });

  it("take the later of two entries with one path", () => {
    const archive = writeCpio([
      ...entries,
      { kind: "file", path: "init", data: Buffer.from("own") },
    ]);
    expect(readCpio(archive).filter(({ name }) => name === "init")).toMatchObject([
      { data: "own" },
    ]);
  });

  it("refuse paths that leave the archive", () => {
    expect(() => writeCpio([{ kind: "directory", path: "../x" }])).toThrow("../x");
  });
});
