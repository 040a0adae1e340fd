import { describe, expect, it } from "vitest";
import type { Semantics } from "../../../core/index.ts";
import { DuplicatedSemantics } from "../../../plugins/instrumentation/duplicated-semantics.ts";

type Instruction = (x: Semantics<object>) => void;
interface Emitted {
  readonly text: string;
}

/** A builder that writes down what is done, with the expressions it is done to. */
function recorder(): { readonly x: Semantics<object>; readonly lines: string[] } {
  const lines: string[] = [];
  let held = 0;
  const textOf = (value: unknown): string =>
    typeof value === "object" && value !== null && "text" in value
      ? (value as Emitted).text
      : String(value);
  const call = (name: string, parameters: readonly unknown[]): string =>
    `${name}(${parameters.map(textOf).join(", ")})`;
  const hold = (value: unknown): object => {
    const name = `v${held++}`;
    lines.push(`${name} = ${textOf(value)}`);
    return { get: () => ({ text: name }) };
  };
  const effects = ["setRd", "setShadowRd", "store", "branch", "jump", "jumpTo", "haltIf"];
  effects.push("shadowBranch", "shadowJump", "shadowJumpTo", "checkPath", "call");
  effects.push("setStateLow", "illegalIf", "callAndLeave");
  const special: Record<string, (...parameters: never[]) => unknown> = {
    hold,
    hold32: hold,
    holdFloat: (_width: number, value: unknown) => hold(value),
    when: (condition: unknown, then: () => void, otherwise: () => void) => {
      lines.push(`when ${textOf(condition)}`);
      then();
      lines.push("otherwise");
      otherwise();
    },
    choose: (condition: unknown, then: () => unknown, otherwise: () => unknown) => ({
      text: `${textOf(condition)} ? ${textOf(then())} : ${textOf(otherwise())}`,
    }),
    amo: (size: number, address: unknown, update: (old: object) => unknown) => {
      const value = update({ get: () => ({ text: "old" }) });
      lines.push(`amo(${size}, ${textOf(address)}, ${textOf(value)})`);
      return { text: "old" };
    },
  };
  const x = new Proxy({} as Semantics<object>, {
    get:
      (_, name: string) =>
      (...parameters: unknown[]) => {
        if (name in special) return special[name]?.(...(parameters as never[]));
        const text = call(name, parameters);
        if (!effects.includes(name)) return { text };
        lines.push(text);
        return undefined;
      },
  });
  return { x, lines };
}

function emitted(instruction: Instruction, checks = { controlFlow: true, loads: true }): string[] {
  const { x, lines } = recorder();
  new DuplicatedSemantics(x, "instruction", checks).emit(instruction);
  return lines;
}

const WITHOUT_FLOW = { controlFlow: false, loads: true };

describe("DuplicatedSemantics", () => {
  it("computes twice, on registers and on shadows", () => {
    expect(emitted((x) => x.setRd(x.add(x.rs1(), x.imm())))).toEqual([
      "setRd(add(rs1(), imm()))",
      "setShadowRd(add(shadow(rs1), imm()))",
    ]);
    expect(emitted((x) => x.setRd(x.signed(x.add32(x.rs1Low(), x.rs2Low()))))).toEqual([
      "setRd(signed(add32(rs1Low(), rs2Low())))",
      "setShadowRd(signed(add32(wrap(shadow(rs1)), wrap(shadow(rs2)))))",
    ]);
  });

  it("chooses on each side by that side's condition", () => {
    const chosen: Instruction = (x) =>
      x.setRd(
        x.choose(
          x.eqz(x.rs2()),
          () => x.rs1(),
          () => {
            const held = x.hold(x.rs2());
            return x.divU(x.rs1(), held.get());
          },
        ),
      );
    expect(emitted(chosen)).toEqual([
      "v0 = rs2()",
      "setRd(eqz(rs2()) ? rs1() : divU(rs1(), v0))",
      "v1 = shadow(rs2)",
      "setShadowRd(eqz(shadow(rs2)) ? shadow(rs1) : divU(shadow(rs1), v1))",
    ]);
  });

  it("loads once, from a compared address, and copies", () => {
    const load: Instruction = (x) => x.setRd(x.load("u64", x.add(x.rs1(), x.imm())));
    expect(emitted(load)).toEqual([
      "v0 = add(rs1(), imm())",
      "haltIf(ne(v0, add(shadow(rs1), imm())), the address of a load differs from its shadow)",
      "v1 = load(u64, v0)",
      "setRd(v1)",
      "setShadowRd(apart(v1))",
    ]);
    expect(emitted(load, { controlFlow: true, loads: false })).toEqual([
      "v0 = load(u64, add(rs1(), imm()))",
      "setRd(v0)",
      "setShadowRd(apart(v0))",
    ]);
  });

  it("stores after the way, the address and the value were compared", () => {
    const store: Instruction = (x) => x.store(8, x.rs1(), x.rs2());
    const [address, value, path, halt, stored, ...rest] = emitted(store);
    expect([address, value, path]).toEqual(["v0 = rs1()", "v1 = rs2()", "checkPath()"]);
    expect(halt).toContain("or(xor(v0, shadow(rs1)), xor(v1, shadow(rs2)))");
    expect([stored, ...rest]).toEqual(["store(8, v0, v1)"]);
    expect(emitted(store, WITHOUT_FLOW)).not.toContain("checkPath()");
  });

  it("compares what an atomic operation stores", () => {
    const lines = emitted((x) => x.setRd(x.amo(8, x.rs1(), (old) => x.add(old.get(), x.rs2()))));
    expect(lines).toEqual([
      "checkPath()",
      "v0 = rs1()",
      expect.stringContaining("haltIf(ne(v0, shadow(rs1))"),
      "v1 = add(old, rs2())",
      expect.stringContaining("haltIf(ne(v1, add(apart(old), shadow(rs2)))"),
      "amo(8, v0, v1)",
      "v2 = old",
      "setRd(v2)",
      "setShadowRd(apart(v2))",
    ]);
  });

  it("says where the shadow goes, or compares before it jumps", () => {
    const branch: Instruction = (x) => x.branch(x.eq(x.rs1(), x.rs2()));
    expect(emitted(branch)).toEqual([
      "shadowBranch(eq(shadow(rs1), shadow(rs2)))",
      "branch(eq(rs1(), rs2()))",
    ]);
    expect(emitted(branch, WITHOUT_FLOW)).toEqual([
      "v0 = eq(rs1(), rs2())",
      expect.stringContaining("haltIf(eqz32(eq32(v0, eq(shadow(rs1), shadow(rs2))))"),
      "branch(v0)",
    ]);
    const call: Instruction = (x) => {
      const target = x.hold(x.add(x.rs1(), x.imm()));
      x.setRd(x.nextPc());
      x.jumpTo(target.get());
    };
    expect(emitted(call).slice(-4)).toEqual([
      "setRd(nextPc())",
      "setShadowRd(nextPc())",
      "shadowJumpTo(v3)",
      "jumpTo(v2)",
    ]);
    const compared = emitted(call, WITHOUT_FLOW);
    expect(compared.findIndex((line) => line.startsWith("haltIf"))).toBeLessThan(
      compared.indexOf("setRd(nextPc())"),
    );
  });

  it("compares nothing that comes from state and constants alone", () => {
    const guarded: Instruction = (x) => {
      x.illegalIf(x.eqz32(x.stateLow(67)));
      x.setStateLow(67, x.or32(x.stateLow(67), x.i32(1)));
    };
    expect(emitted(guarded)).toEqual([
      "illegalIf(eqz32(stateLow(67)))",
      "setStateLow(67, or32(stateLow(67), i32(1)))",
    ]);
  });

  it("writes the result of a branch of the instruction at its end, after what is compared", () => {
    const quick: Instruction = (x) =>
      x.when(
        x.eqz(x.rs1()),
        () => {
          x.setRd(x.rs2());
          x.setStateLow(90, x.wrap(x.rs2()));
        },
        () => x.call(() => true),
      );
    const lines = emitted(quick);
    expect(lines.indexOf("setRd(rs2())")).toBeGreaterThan(lines.indexOf("setStateLow(90, v1)"));
    expect(lines.at(-1)).toMatch(/^call\(/);
  });

  it("refuses semantics that would be compared after a result", () => {
    const late: Instruction = (x) => {
      x.when(
        x.eqz(x.rs1()),
        () => x.setRd(x.rs2()),
        () => undefined,
      );
      x.store(8, x.rs1(), x.rs2());
    };
    expect(() => emitted(late)).toThrow(/compared after a result/);
  });
});
