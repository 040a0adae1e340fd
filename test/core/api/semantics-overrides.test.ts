import { describe, expect, it } from "vitest";
import { atRetirement, atStart, withOverrides } from "../../../core/index.ts";
import type { I32, I64, Semantics } from "../../../core/index.ts";

type Instruction = (x: Semantics<object>) => void;

/** What an instruction asks of its builder, in order; conditions and addresses are on the stack before the jump. */
function callsOf(instruction: Instruction): string[] {
  const calls: string[] = [];
  const note = (name: string) => (): never => {
    calls.push(name);
    return undefined as never;
  };
  const builder = new Proxy({} as Semantics<object>, {
    get: (_, name) => {
      if (name !== "callAndLeave") return note(String(name));
      return (_callout: unknown, retired?: () => void) => {
        calls.push("callAndLeave");
        retired?.();
      };
    },
  });
  instruction(builder);
  return calls;
}

const counted = (instruction: Instruction): string[] =>
  callsOf(atRetirement(instruction, (x) => x.count(3)));

describe("withOverrides", () => {
  it("does the overridden methods itself and passes the others on, to a builder with private state", () => {
    class Builder {
      #made = 0;
      made(): number {
        return ++this.#made;
      }
      rs1(): string {
        return "its own";
      }
    }
    const builder = new Builder();
    const x = withOverrides(builder as unknown as Semantics<object>, {
      rs1: () => "another" as unknown as I64,
    }) as unknown as Builder;
    expect([x.made(), x.made(), x.rs1()]).toEqual([1, 2, "another"]);
    expect(builder.rs1()).toBe("its own");
  });
});

describe("atRetirement", () => {
  it("comes after everything an ordinary instruction does", () => {
    expect(counted((x) => x.setRd(x.load("u64", x.rs1())))).toEqual([
      "rs1",
      "load",
      "setRd",
      "count",
    ]);
  });

  it.each<[string, Instruction, string[]]>([
    ["a branch", (x) => x.branch(x.eq(x.rs1(), x.rs2())), ["rs1", "rs2", "eq", "count", "branch"]],
    ["a jump", (x) => x.jump(), ["count", "jump"]],
    ["a computed jump", (x) => x.jumpTo(x.rs1()), ["rs1", "count", "jumpTo"]],
  ])("comes before %s, once", (_name, instruction, calls) => {
    expect(counted(instruction)).toEqual(calls);
  });

  it("comes after a callout that ends an instruction, and is left to the builder there", () => {
    expect(counted((x) => x.callAndLeave(() => true))).toEqual(["callAndLeave", "count"]);
  });

  it("comes nowhere in an illegal instruction", () => {
    expect(counted((x) => x.illegal())).toEqual(["illegal"]);
  });

  it("nests: the inner one comes first", () => {
    const twice = atRetirement(
      atRetirement<object>(
        (x) => x.jump(),
        (x) => x.count(1),
      ),
      (x) => void x.cell(2),
    );
    expect(callsOf(twice)).toEqual(["count", "cell", "jump"]);
    const callout = atRetirement(
      atRetirement<object>(
        (x) => x.callAndLeave(() => true),
        (x) => x.count(1),
      ),
      (x) => void x.cell(2),
    );
    expect(callsOf(callout)).toEqual(["callAndLeave", "count", "cell"]);
  });
});

describe("atStart", () => {
  it("comes before the instruction", () => {
    const condition = undefined as unknown as I32;
    const instruction = atStart<object>(
      (x) => x.branch(condition),
      (x) => x.setCell(0, x.pc()),
    );
    expect(callsOf(instruction)).toEqual(["pc", "setCell", "branch"]);
  });
});
