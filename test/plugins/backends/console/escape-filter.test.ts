import { describe, expect, it } from "vitest";
import { escapeByte, EscapeFilter } from "../../../../plugins/backends/console/escape-filter.ts";

function type(...pieces: string[]): string[] {
  const log: string[] = [];
  const filter = new EscapeFilter(escapeByte("Ctrl-A"), {
    input: (bytes) => log.push(Buffer.from(bytes).toString()),
    leave: () => log.push("<leave>"),
    help: () => log.push("<help>"),
  });
  for (const piece of pieces) filter.typed(Buffer.from(piece));
  return log;
}

describe("EscapeFilter", () => {
  it("knows escape keys by name", () => {
    expect([escapeByte("Ctrl-A"), escapeByte("Ctrl-]")]).toEqual([0x01, 0x1d]);
  });

  it("passes everything else on, Ctrl-C included", () => {
    expect(type("ls\r\x03\x04")).toEqual(["ls\r\x03\x04"]);
  });

  it("leaves, helps and sends the escape key, also when typed in pieces", () => {
    expect(type("ab\x01", "x")).toEqual(["ab", "<leave>"]);
    expect(type("\x01h1\x01?2")).toEqual(["<help>", "1", "<help>", "2"]);
    expect(type("\x01\x01b")).toEqual(["\x01b"]);
    expect(type("\x01qz")).toEqual(["z"]);
  });
});
