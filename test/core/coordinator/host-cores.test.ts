import { describe, expect, it } from "vitest";
import { planHostCores } from "../../../core/coordinator/host-cores.ts";

const there = () => [2, 3, 5];
const refused = (message: string, value: string) =>
  expect.objectContaining({
    code: "XV_ERR_PLACEMENT_HOST_CORES",
    message: expect.stringContaining(message) as string,
    place: "placement.bind",
    value,
  }) as Error;

describe("host cores", () => {
  it("are nobody's where nobody is bound", () => {
    expect(planHostCores(undefined, 9, there)).toBeUndefined();
  });

  it("are those that the process may use, in order, or those that are named", () => {
    expect(planHostCores(true, 2, there)).toEqual([2, 3]);
    expect(planHostCores([5, 2, 3], 2, there)).toEqual([5, 2]);
  });

  it("have to be as many as cores", () => {
    expect(() => planHostCores(true, 4, there)).toThrowError(
      refused("there are 3: 2, 3, 5", "true"),
    );
    expect(() => planHostCores([5], 2, there)).toThrowError(refused("there are 1: 5", "5"));
    expect(() => planHostCores(true, 1, () => [])).toThrowError(
      refused("there are 0: none", "true"),
    );
  });

  it("have to be the process's own", () => {
    expect(() => planHostCores([2, 4], 2, there)).toThrowError(
      refused("may not run on host core 4; it may on 2, 3, 5", "4"),
    );
  });
});
