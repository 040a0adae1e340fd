import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { linuxProgramPath, SUITE } from "../../bench/suite.ts";
import { guestPath } from "../../bench/workloads.ts";
import { programNames } from "../../guests/guest-list.ts";

it("every program of the suite is measured, and there for both runtimes", () => {
  expect(SUITE.map(({ name }) => name).toSorted()).toEqual(programNames());
  for (const { name } of SUITE) {
    expect(existsSync(guestPath(name)), name).toBe(true);
    expect(existsSync(linuxProgramPath(name)), name).toBe(true);
  }
});

it("an aim lies beyond what is asked at least", () => {
  for (const { name, plain, icount } of SUITE) {
    expect(plain.aim ?? plain.least, name).toBeGreaterThanOrEqual(plain.least);
    expect(icount?.aim ?? Infinity, name).toBeGreaterThan(icount?.least ?? 0);
  }
});
