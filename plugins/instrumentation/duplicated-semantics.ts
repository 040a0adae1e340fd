// A builder that evaluates an instruction twice: on the registers and on their shadows.
//
// What the semantics compute stays unevaluated until something is done with it; then it is emitted once for each side.
// What is done, is done once: an access, a jump, a change of state. Before it, both sides are compared.
//
// | what              | compared before it                 | the shadow after it                |
// |-------------------|------------------------------------|------------------------------------|
// | computation       | nothing                            | has a result of its own            |
// | load              | address                            | gets a copy of what was loaded     |
// | store             | address and value                  |                                    |
// | atomic operation  | address, then the new value        | gets a copy of the old value       |
// | branch, jump      | condition or target, unless the shadow's way is followed               |
// | change of state   | value (what comes from state alone needs no comparison)                |
// | part in TypeScript| operands, there                    | gets a copy of what it wrote       |
import type {
  AccessSize,
  Callout,
  Float,
  FloatWidth,
  Held,
  I32,
  I64,
  LoadKind,
  Semantics,
} from "../../core/index.ts";

export interface DuplicationChecks {
  /** The shadow's way is followed, so that branches and jumps need not be compared. */
  readonly controlFlow: boolean;
  /** Addresses of loads are compared. */
  readonly loads: boolean;
}

type Side = "register" | "shadow";

/** A value not evaluated yet. */
interface Pair<T> {
  /** The same on both sides by construction: made of constants and of state, which has no shadow. */
  readonly isCommon: boolean;
  emit(side: Side): T;
}

type PairOf<T> = T & { readonly pair: Pair<T> };

/** Methods that do something, or that read registers. The others compute. */
type Own<Services> = Pick<
  Semantics<Services>,
  | "rs1"
  | "rs2"
  | "rs3"
  | "rs1Low"
  | "rs2Low"
  | "setRd"
  | "setStateLow"
  | "hold"
  | "hold32"
  | "holdFloat"
  | "choose"
  | "choose32"
  | "when"
  | "load"
  | "store"
  | "amo"
  | "loadReserved"
  | "storeConditional"
  | "branch"
  | "jump"
  | "jumpTo"
  | "illegalIf"
  | "illegal"
  | "call"
  | "callAndLeave"
  | "count"
  | "setCell"
  | "countAt"
>;

const isPair = (value: unknown): value is PairOf<unknown> =>
  typeof value === "object" && value !== null && "pair" in value;

function token<T>(isCommon: boolean, emit: (side: Side) => T): T {
  return { pair: { isCommon, emit } } as PairOf<T>;
}

function pairOf<T>(value: T): Pair<T> {
  if (!isPair(value)) throw new TypeError("not a value of this builder");
  return (value as PairOf<T>).pair;
}

export class DuplicatedSemantics<Services> {
  readonly #x: Semantics<Services>;
  readonly #checks: DuplicationChecks;
  readonly #name: string;
  /** The one side that code is being emitted for; undefined for both. */
  #side: Side | undefined;
  /** Results to be written at the end of this branch of the instruction. */
  #results: I64[] = [];
  /** On the way to here. */
  #isWritten = false;

  constructor(x: Semantics<Services>, name: string, checks: DuplicationChecks) {
    this.#x = x;
    this.#name = name;
    this.#checks = checks;
  }

  emit(semantics: (x: Semantics<Services>) => void): void {
    const x = this.#x;
    const own = this.#own();
    const builder = new Proxy(x, {
      get: (_, name) =>
        own[name as keyof Own<Services>] ??
        ((...parameters: unknown[]) => compute(x, name as string, parameters)),
    });
    semantics(builder);
    this.#writeResults();
  }

  #own(): Own<Services> {
    const x = this.#x;
    return {
      rs1: () => token(false, (side) => (side === "shadow" ? x.shadow("rs1") : x.rs1())),
      rs2: () => token(false, (side) => (side === "shadow" ? x.shadow("rs2") : x.rs2())),
      rs3: () => token(false, (side) => (side === "shadow" ? x.shadow("rs3") : x.rs3())),
      rs1Low: () =>
        token(false, (side) => (side === "shadow" ? x.wrap(x.shadow("rs1")) : x.rs1Low())),
      rs2Low: () =>
        token(false, (side) => (side === "shadow" ? x.wrap(x.shadow("rs2")) : x.rs2Low())),
      setRd: (result) => void this.#results.push(result),
      setStateLow: (slot, low) => x.setStateLow(slot, this.#agreed32(low, "a change of state")),
      hold: (a) => this.#hold(a, (value) => x.hold(value)),
      hold32: (a) => this.#hold(a, (value) => x.hold32(value)),
      holdFloat: (width: FloatWidth, a: Float) =>
        this.#hold(a, (value) => x.holdFloat(width, value)),
      choose: (condition, then, otherwise) =>
        token(false, (side) => {
          const emitted = pairOf(condition).emit(side);
          return this.#within(side, () =>
            x.choose(
              emitted,
              () => pairOf(then()).emit(side),
              () => pairOf(otherwise()).emit(side),
            ),
          );
        }),
      choose32: (condition, then, otherwise) =>
        token(false, (side) => {
          const emitted = pairOf(condition).emit(side);
          return this.#within(side, () =>
            x.choose32(
              emitted,
              () => pairOf(then()).emit(side),
              () => pairOf(otherwise()).emit(side),
            ),
          );
        }),
      when: (condition, then, otherwise) => {
        const emitted = this.#agreed32(condition, "a condition");
        const before = this.#isWritten;
        let isWritten = before;
        const branch = (emit: () => void): void => {
          this.#isWritten = before;
          this.#branch(emit);
          isWritten ||= this.#isWritten;
        };
        x.when(
          emitted,
          () => branch(then),
          () => branch(otherwise),
        );
        this.#isWritten = isWritten;
      },
      load: (kind, address) => this.#load(kind, address),
      store: (size, address, value) => this.#store(size, address, value),
      amo: (size, address, update) => this.#amo(size, address, update),
      loadReserved: (size, address) => {
        const checked = this.#address(address, "the address of a load");
        return this.#copied(x.loadReserved(size, checked.get()));
      },
      storeConditional: (size, address, value) => {
        const [checked, stored] = this.#operands(address, value);
        return this.#copied(x.storeConditional(size, checked.get(), stored.get()));
      },
      branch: (condition) => {
        if (this.#checks.controlFlow) {
          x.shadowBranch(pairOf(condition).emit("shadow"));
          x.branch(pairOf(condition).emit("register"));
        } else x.branch(this.#agreed32(condition, "the condition of a branch"));
      },
      jump: () => {
        this.#writeResults();
        if (this.#checks.controlFlow) x.shadowJump();
        x.jump();
      },
      jumpTo: (address) => this.#jumpTo(address),
      illegalIf: (condition) => x.illegalIf(this.#agreed32(condition, "a condition")),
      illegal: () => x.illegal(),
      call: (callout: Callout<Services>) => x.call(callout),
      callAndLeave: (callout, retired) => x.callAndLeave(callout, retired),
      count: (cell) => x.count(cell),
      setCell: (cell, value) => x.setCell(cell, pairOf(value).emit("register")),
      countAt: (first, cells, index) => x.countAt(first, cells, pairOf(index).emit("register")),
    };
  }

  #hold<T>(value: T, hold: (value: T) => Held<T>): Held<T> {
    const { isCommon, emit } = pairOf(value);
    if (isCommon) {
      const held = hold(emit("register"));
      return { get: () => token(true, () => held.get()) };
    }
    const register = this.#side === "shadow" ? undefined : hold(emit("register"));
    const shadow = this.#side === "register" ? undefined : hold(emit("shadow"));
    return {
      get: () =>
        token(false, (side) => {
          const held = side === "shadow" ? shadow : register;
          if (held === undefined) throw new Error(`${this.#name}: a value held on one side only`);
          return held.get();
        }),
    };
  }

  #within<T>(side: Side, emit: () => T): T {
    const before = this.#side;
    this.#side = side;
    const result = emit();
    this.#side = before;
    return result;
  }

  /** A branch of the instruction writes its results at its own end. */
  #branch(emit: () => void): void {
    const before = this.#results;
    this.#results = [];
    emit();
    this.#writeResults();
    this.#results = before;
  }

  #writeResults(): void {
    for (const result of this.#results) {
      const { emit } = pairOf(result);
      this.#x.setRd(emit("register"));
      this.#x.setShadowRd(emit("shadow"));
      this.#isWritten = true;
    }
    this.#results = [];
  }

  /** The condition of type I32 is that both sides differ. */
  #haltIf(differ: () => I32, what: string): void {
    if (this.#isWritten) throw new Error(`${this.#name}: ${what} is compared after a result`);
    this.#x.haltIf(differ(), `${what} differs from its shadow`);
  }

  #agreed32(value: I32, what: string): I32 {
    const x = this.#x;
    const { isCommon, emit } = pairOf(value);
    if (isCommon) return emit("register");
    const held = x.hold32(emit("register"));
    this.#haltIf(() => x.eqz32(x.eq32(held.get(), emit("shadow"))), what);
    return held.get();
  }

  #address(address: I64, what: string): Held<I64> {
    const x = this.#x;
    const { isCommon, emit } = pairOf(address);
    const held = x.hold(emit("register"));
    if (!isCommon) this.#haltIf(() => x.ne(held.get(), emit("shadow")), what);
    return held;
  }

  #load(kind: LoadKind, address: I64): I64 {
    const x = this.#x;
    if (!this.#checks.loads) return this.#copied(x.load(kind, pairOf(address).emit("register")));
    const checked = this.#address(address, "the address of a load");
    return this.#copied(x.load(kind, checked.get()));
  }

  /** The shadow gets the same value, as one of its own. */
  #copied(value: I64): I64 {
    const x = this.#x;
    return copyOf(x, x.hold(value));
  }

  #operands(address: I64, value: I64): readonly [Held<I64>, Held<I64>] {
    const x = this.#x;
    const heldAddress = x.hold(pairOf(address).emit("register"));
    const heldValue = x.hold(pairOf(value).emit("register"));
    this.#checkPath();
    this.#haltIf(
      () =>
        x.eqz32(
          x.eqz(
            x.or(
              x.xor(heldAddress.get(), pairOf(address).emit("shadow")),
              x.xor(heldValue.get(), pairOf(value).emit("shadow")),
            ),
          ),
        ),
      "the address or the value of a store",
    );
    return [heldAddress, heldValue];
  }

  #store(size: AccessSize, address: I64, value: I64): void {
    const [checked, stored] = this.#operands(address, value);
    this.#x.store(size, checked.get(), stored.get());
  }

  #amo(size: 4 | 8, address: I64, update: (old: Held<I64>) => I64): I64 {
    const x = this.#x;
    this.#checkPath();
    const checked = this.#address(address, "the address of an atomic operation");
    const old = x.amo(size, checked.get(), (held) => {
      const { emit } = pairOf(update({ get: () => copyOf(x, held) }));
      const value = x.hold(emit("register"));
      this.#haltIf(() => x.ne(value.get(), emit("shadow")), "the value of an atomic operation");
      return value.get();
    });
    return this.#copied(old);
  }

  #jumpTo(address: I64): void {
    const x = this.#x;
    const { emit } = pairOf(address);
    const target = x.hold(emit("register"));
    if (this.#checks.controlFlow) {
      const shadow = x.hold(emit("shadow"));
      this.#writeResults();
      x.shadowJumpTo(shadow.get());
    } else {
      this.#haltIf(() => x.ne(target.get(), emit("shadow")), "the target of a jump");
      this.#writeResults();
    }
    x.jumpTo(target.get());
  }

  #checkPath(): void {
    if (this.#checks.controlFlow) this.#x.checkPath();
  }
}

function copyOf<Services>(x: Semantics<Services>, held: Held<I64>): I64 {
  return token(false, (side) => (side === "shadow" ? x.apart(held.get()) : held.get()));
}

/** A method that computes, with its values as they are on each side. */
function compute<Services>(
  x: Semantics<Services>,
  name: string,
  parameters: readonly unknown[],
): unknown {
  const isCommon = parameters.every((value) => !isPair(value) || value.pair.isCommon);
  const method = Reflect.get(x, name) as (...parameters: unknown[]) => unknown;
  return token(isCommon, (side) =>
    Reflect.apply(
      method,
      x,
      parameters.map((value) => (isPair(value) ? value.pair.emit(side) : value)),
    ),
  );
}
