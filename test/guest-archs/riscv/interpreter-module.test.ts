import { describe, expect, it } from "vitest";
import { atRetirement } from "../../../core/index.ts";
import {
  type InterpreterChoice,
  interpreterModule,
} from "../../../guest-archs/riscv/interpreter-module.ts";
import { semanticsFor } from "../../../guest-archs/riscv/operations.ts";

const PLAIN: InterpreterChoice = { semantics: semanticsFor(undefined), variant: "usual" };

const counting = (key: string): InterpreterChoice => ({
  key,
  variant: "usual",
  semantics: semanticsFor({
    key,
    cells: 0,
    halted: () => undefined,
    transform: () => (semantics) => atRetirement(semantics, (x) => x.count(0)),
  }),
});

describe("the module of an interpreter", () => {
  it("is made once for replicas without instruments", () => {
    expect(interpreterModule(PLAIN)).toBe(interpreterModule(PLAIN));
  });

  it("is another one for each key, of which the last is kept", () => {
    const a = interpreterModule(counting("a"));
    expect(a).not.toBe(interpreterModule(PLAIN));
    expect(interpreterModule(counting("a"))).toBe(a);
    const plain = interpreterModule(PLAIN);
    expect(interpreterModule(counting("b"))).not.toBe(a);
    expect(interpreterModule(counting("a"))).not.toBe(a);
    expect(interpreterModule(PLAIN)).toBe(plain);
  });

  it("is another one for profiles, with the same callouts", () => {
    const profiled = interpreterModule({ ...PLAIN, variant: "profiled" });
    expect(profiled).not.toBe(interpreterModule(PLAIN));
    expect(profiled.callouts).toHaveLength(interpreterModule(PLAIN).callouts.length);
  });
});
