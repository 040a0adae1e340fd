// A directory that vanishes with the test that asked for it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "extravirt-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}
