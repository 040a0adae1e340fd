// Where a region goes, compared with where the shadow went. The local `path` holds on the way to a block the offset that
// the shadow leads to, and within a block by how much that is another one than the block's: 0. An error stays in it, so
// that it need not be looked at in every block: only before stores, and by whoever gets control from the region, to whom
// exits hand on where the shadow is (the fewer checks of SWIFT, Reis et al., CGO 2005, section 4.3).
import { WORD } from "../record-layout.ts";
import type { RegionFrame } from "./region-frame.ts";
import type { Block } from "./region-graph.ts";

/** Added to offsets that execution did not come to by the shadow's way: more than any jump adds or takes away. */
const ELSEWHERE = 0x4000_0000;

export class RegionPath {
  readonly #frame: RegionFrame;
  #isChecked = false;

  constructor(frame: RegionFrame) {
    this.#frame = frame;
  }

  /** From outside, at the address in `pc`: leaves the difference in `path`. */
  enter(): void {
    const frame = this.#frame;
    const { f } = frame;
    f.i32(0);
    f.i32(ELSEWHERE);
    f.get(frame.base);
    f.memory("i64Load", frame.layout.words + WORD.shadowPc);
    f.get(frame.pc);
    f.op("i64Eq");
    f.select();
    f.set(frame.path);
  }

  /** A block begins. */
  begin({ offset }: Block): void {
    this.#isChecked = false;
    this.#add(-offset);
  }

  /** From a block to an offset, straight or by a jump. */
  goTo(offset: number): void {
    this.#add(offset);
  }

  /** `pushCondition` pushes what the shadow makes of the condition. */
  branch(taken: number, next: number, pushCondition: () => void): void {
    const { f, path } = this.#frame;
    f.i32(taken);
    f.i32(next);
    pushCondition();
    f.select();
    f.get(path);
    f.op("i32Add");
    f.set(path);
  }

  /** Pops the address; the way to it is in `shadowPc`. */
  jumpTo(): void {
    const { f, shadowPc } = this.#frame;
    f.i64(-2n);
    f.op("i64And");
    this.#pushPath();
    f.op("i64Add");
    f.set(shadowPc);
  }

  /** The computed jump goes to a block of the region. */
  staysInside(): void {
    const { f, origin, path, shadowPc } = this.#frame;
    f.get(shadowPc);
    f.get(origin);
    f.op("i64Sub");
    f.op("i32WrapI64");
    f.set(path);
  }

  /** A jump that was thought to be static goes out through the fetch TLB. */
  goesOutside(): void {
    const { f, origin, shadowPc } = this.#frame;
    f.get(origin);
    this.#pushPath();
    f.op("i64Add");
    f.set(shadowPc);
  }

  /** Once in a block. */
  check(leave: () => void): void {
    if (this.#isChecked) return;
    this.#isChecked = true;
    const { f, path } = this.#frame;
    f.get(path);
    f.if(undefined, false);
    leave();
    f.end();
  }

  /** Hands on where the shadow is: from the block's instruction at the address in `pc`. */
  storeFromBlock(): void {
    this.#store(() => this.#frame.f.get(this.#frame.pc));
  }

  /** The same on the way out by a static jump. */
  storeFromJump(): void {
    this.#store(() => this.#frame.f.get(this.#frame.origin));
  }

  /** The same where the way is in `shadowPc`. */
  storeFromComputed(): void {
    const frame = this.#frame;
    frame.f.get(frame.base);
    frame.f.get(frame.shadowPc);
    frame.f.memory("i64Store", frame.layout.words + WORD.shadowPc);
  }

  #store(pushBase: () => void): void {
    const frame = this.#frame;
    frame.f.get(frame.base);
    pushBase();
    this.#pushPath();
    frame.f.op("i64Add");
    frame.f.memory("i64Store", frame.layout.words + WORD.shadowPc);
  }

  #add(offset: number): void {
    if (offset === 0) return;
    const { f, path } = this.#frame;
    f.get(path);
    f.i32(offset);
    f.op("i32Add");
    f.set(path);
  }

  #pushPath(): void {
    const { f, path } = this.#frame;
    f.get(path);
    f.op("i64ExtendI32S");
  }
}
