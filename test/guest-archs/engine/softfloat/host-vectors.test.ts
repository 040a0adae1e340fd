// Results and flags that a processor computed (host-vectors.txt; host-vectors.c generates it with `3 24`).

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluateVector } from "./evaluate-vector.ts";

const lines = readFileSync(new URL("./host-vectors.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
const operations = [...new Set(lines.map((line) => line.slice(0, line.indexOf(" "))))];

describe("vectors of an x86-64 processor", () => {
  it("cover every operation and mode that it has", () => {
    expect(operations).toHaveLength(36);
    for (const operation of operations) {
      for (const mode of [0, 1, 2, 3]) {
        expect(
          lines.filter((line) => line.startsWith(`${operation} ${mode} `)).length,
        ).toBeGreaterThan(0);
      }
    }
  });

  it.each(operations)("%s gives the same bits and flags", (operation) => {
    const vectors = lines.filter((line) => line.startsWith(`${operation} `));
    expect(vectors.map(evaluateVector)).toEqual(vectors);
  });
});
