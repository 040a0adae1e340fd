// Every error code of the sources has a heading in docs/errors.md and a test that names it.
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CODE = /XV_ERR_[A-Z0-9]+(?:_[A-Z0-9]+)*/g;

/** Codes in the files that match, outside of this file. */
function codesIn(patterns: readonly string[]): Set<string> {
  const files = globSync(patterns, { cwd: ROOT }).filter(
    (file) => !file.endsWith("error-codes.test.ts"),
  );
  const texts = files.map((file) => readFileSync(`${ROOT}/${file}`, "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(CODE)].map(([code]) => code)));
}

const used = codesIn(["core/**/*.ts", "plugins/**/*.ts", "guest-archs/**/*.ts"]);
const documentation = readFileSync(`${ROOT}/docs/errors.md`, "utf8");
const headings = [...documentation.matchAll(/^### (XV_ERR_\w+)$/gm)].map(([, code]) => code ?? "");

describe("error codes", () => {
  it("are found in the sources", () => {
    expect(used.size).toBeGreaterThan(20);
  });

  it("have a heading each in docs/errors.md, once, and no heading is left over", () => {
    expect(headings.toSorted()).toEqual([...used].toSorted());
  });

  it("have words below each heading", () => {
    for (const section of documentation.split(/^### /m).slice(1)) {
      const [code, ...words] = section.split("\n");
      expect(words.join(" ").trim().length, code).toBeGreaterThan(40);
    }
  });

  it("are named in a test each", () => {
    const tested = codesIn(["test/**/*.ts"]);
    expect([...used].filter((code) => !tested.has(code))).toEqual([]);
  });
});
