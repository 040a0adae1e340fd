// Results and flags of the RISC-V F and D instructions (riscv-vectors.txt), computed by bare-metal code on QEMU 7.2's
// rv64: what a host's processor lacks, such as ties away from zero, minimumNumber, classes and saturation.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluateVector } from "./evaluate-vector.ts";
import { MODES } from "./operands.ts";

const lines = readFileSync(new URL("./riscv-vectors.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
const operations = [...new Set(lines.map((line) => line.slice(0, line.indexOf(" "))))];

describe("vectors of RISC-V instructions", () => {
  it("cover every operation in every mode", () => {
    expect(operations).toHaveLength(48);
    for (const operation of operations) {
      for (const mode of MODES) {
        expect(lines.some((line) => line.startsWith(`${operation} ${mode} `))).toBe(true);
      }
    }
  });

  it.each(operations)("%s gives the same bits and flags", (operation) => {
    const vectors = lines.filter((line) => line.startsWith(`${operation} `));
    expect(vectors.map(evaluateVector)).toEqual(vectors);
  });
});
