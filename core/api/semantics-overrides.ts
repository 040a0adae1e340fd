// What transforms of semantics are made of: a builder that passes on to another one and does some methods itself, and
// the instants of an instruction at which an instrument may add code.
import type { Semantics } from "./semantics.ts";

/**
 * A builder that passes everything on to `x` but for `overrides`. Operands that a builder derives from one another do not
 * come by: who overrides `rs1` overrides `rs1Low` too.
 */
export function withOverrides<Services>(
  x: Semantics<Services>,
  overrides: Partial<Semantics<Services>>,
): Semantics<Services> {
  return new Proxy(x, {
    get: (_, name) => {
      const own = overrides[name as keyof Semantics<Services>];
      if (own !== undefined) return own;
      const method = Reflect.get(x, name) as (...parameters: unknown[]) => unknown;
      return (...parameters: unknown[]) => Reflect.apply(method, x, parameters);
    },
  });
}

/**
 * Emits `retired` where an instruction has retired: after everything that can trap or be left to the interpreter, before
 * a jump is taken, and after a callout that was no trap. A trapped instruction does not get there.
 *
 * `retired` may use arithmetic, operands, state and cells, but nothing that can trap or leave (memory, callouts,
 * illegalIf). Its operands have the values they have then: a source that is also the destination has the result.
 */
export function atRetirement<Services>(
  semantics: (x: Semantics<Services>) => void,
  retired: (x: Semantics<Services>) => void,
): (x: Semantics<Services>) => void {
  return (x) => {
    let isEnded = false;
    const end = (): void => {
      isEnded = true;
      retired(x);
    };
    semantics(
      withOverrides(x, {
        branch: (condition) => {
          end();
          x.branch(condition);
        },
        jump: () => {
          end();
          x.jump();
        },
        jumpTo: (address) => {
          end();
          x.jumpTo(address);
        },
        illegal: () => {
          isEnded = true;
          x.illegal();
        },
        callAndLeave: (callout, also) => {
          isEnded = true;
          x.callAndLeave(callout, () => {
            also?.();
            retired(x);
          });
        },
      }),
    );
    if (!isEnded) retired(x);
  };
}

/**
 * Emits `before` in front of an instruction. Compiled code may leave the instruction to the interpreter, which starts it
 * again, so what it does has to be the same done twice; the restrictions of `atRetirement` hold.
 */
export function atStart<Services>(
  semantics: (x: Semantics<Services>) => void,
  before: (x: Semantics<Services>) => void,
): (x: Semantics<Services>) => void {
  return (x) => {
    before(x);
    semantics(x);
  };
}
