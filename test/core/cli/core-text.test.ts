import { describe, expect, it } from "vitest";
import { coreRows, findingText, retiredText } from "../../../core/cli/core-text.ts";
import type { CoreReport } from "../../../core/coordinator/run-report.ts";

const core = (number: number, more: Partial<CoreReport> = {}): CoreReport => ({
  core: number,
  blames: 0,
  permanent: 0,
  intermittent: 0,
  transient: 0,
  unclear: 0,
  untried: 0,
  ...more,
});

describe("cores, for people", () => {
  it("have no row where none was blamed", () => {
    expect(coreRows([core(0), core(1)])).toEqual([]);
  });

  it("name the host cores that they are bound to", () => {
    expect(coreRows([core(0), core(1)], [4, 6])).toEqual([["bound to", "host cores 4, 6"]]);
  });

  it("have a row each that was blamed, with what was found and why it was retired", () => {
    const retired = { why: "a permanent fault", epoch: 12, steps: 12_345 };
    const rows = coreRows([
      core(0, { blames: 1 }),
      core(1, { blames: 2, transient: 1, permanent: 1, retired }),
      core(2),
    ]);
    expect(rows).toEqual([
      ["cores", "3, 1 retired"],
      ["", "core 0: blamed once"],
      [
        "",
        "core 1: blamed 2 times (1 permanent, 1 transient); retired at step 12,345: a permanent fault",
      ],
    ]);
    expect(coreRows([core(0, { blames: 1 })])[0]).toEqual(["cores", "1, none retired"]);
  });

  it("are told with the verdict, or that they are not to blame", () => {
    expect(findingText({ core: 1, verdict: "intermittent", why: "wrong in 1 of 2 replays" })).toBe(
      "core 1: intermittent fault, wrong in 1 of 2 replays",
    );
    expect(findingText({ core: 1, verdict: "unclear", why: "w" })).toBe("core 1: not to blame, w");
    expect(findingText({ core: 1, verdict: "untried", why: "w" })).toBe("core 1: not tried, w");
  });

  it("are told when they retire, with what became of who ran there", () => {
    expect(retiredText({ core: 1, why: "w" })).toBe("core 1 is retired: w");
    expect(retiredText({ core: 1, why: "w", movedTo: 3 })).toBe(
      "core 1 is retired: w; its replica goes on on core 3",
    );
    expect(retiredText({ core: 1, why: "w", movedTo: "nowhere" })).toBe(
      "core 1 is retired: w; there is no other for its replica",
    );
  });
});
