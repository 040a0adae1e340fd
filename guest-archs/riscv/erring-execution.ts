// How this architecture errs on request: which interpreter executes, and what is wrong with it. Nothing of it is saved
// state, and restoring a state clears it: whoever has a fault that never ends done to it has it done again.
import type {
  ExecutedStep,
  FaultyStep,
  GuestMemory,
  InstructionFault,
  LastingFault,
  ProcessorFaults,
  StuckFault,
  TranslationFault,
} from "../../core/index.ts";
import { PAGE_BYTES } from "../../core/index.ts";
import { clearFaultWords } from "./erring-interpreter.ts";
import type { DamagedTranslation, Hart } from "./hart.ts";
import type { RunInterpreter } from "./interpreter-instance.ts";
import { bitsText, hex, maskOf, nextInstruction } from "./next-instruction.ts";
import { ACCESS } from "./privileged/privileged-hart.ts";
import type { NamedRegister } from "./register-names.ts";
import { SingleFault } from "./single-fault.ts";
import { StuckBits } from "./stuck-bits.ts";

export interface ErringParts {
  readonly memory: GuestMemory;
  readonly ramBase: number;
  readonly harts: readonly Hart[];
  register(name: string): readonly [Hart, NamedRegister];
  /** The hart whose turn it is; undefined when all wait. */
  nextHart(): Hart | undefined;
  stepAndDescribe(): ExecutedStep | undefined;
  instantiate(): RunInterpreter;
}

const ACCESS_OF = { read: ACCESS.load, write: ACCESS.store, fetch: ACCESS.fetch } as const;
const PAGE_NUMBER_BITS = 52;

export class ErringExecution implements ProcessorFaults {
  /** Whether the next stretch is executed here. */
  isActive = false;
  readonly #parts: ErringParts;
  readonly #stuck: StuckBits;
  #run: RunInterpreter | undefined;
  #single: SingleFault | undefined;

  constructor(parts: ErringParts) {
    this.#parts = parts;
    this.#stuck = new StuckBits(parts.harts);
  }

  /** Steps that may be executed at once. */
  spanOf(steps: number): number {
    return this.#stuck.isStepwise ? Math.min(steps, 1) : steps;
  }

  /** Another state is restored, which no fault has been done to yet. */
  reset(): void {
    this.#stuck.clear();
    for (const hart of this.#parts.harts) hart.damaged = [];
    this.#update();
  }

  /** Between steps, before anything looks at the registers. */
  settle(): void {
    this.#stuck.force();
  }

  /** As the interpreter that does not err. */
  execute(hart: Hart, steps: number): number {
    const { memory, ramBase } = this.#parts;
    const run = this.#interpreter();
    if (this.#single === undefined) return run(hart.base, steps);
    this.#single.begin(hart, nextInstruction(hart, memory, ramBase));
    const left = run(hart.base, steps);
    this.#single.end(hart);
    return left;
  }

  /** The guest fences its translations, or they are dropped with all that is cached. */
  translationsFenced(hart: Hart): void {
    if (hart.damaged.length === 0) return;
    hart.damaged = [];
    this.#update();
  }

  step(fault: InstructionFault): FaultyStep {
    const single = new SingleFault(fault);
    this.#single = single;
    this.#update();
    const executed = this.#parts.stepAndDescribe();
    this.#single = undefined;
    this.#update();
    return { executed, what: single.what };
  }

  damageTranslation(fault: TranslationFault): LastingFault | undefined {
    const { memory, ramBase } = this.#parts;
    const hart = this.#parts.nextHart();
    if (hart === undefined) return undefined;
    hart.selectTlbSet();
    const next = nextInstruction(hart, memory, ramBase);
    if (next === undefined) return undefined;
    const { load, store } = next.site.data;
    if (fault.table === "read" && load === undefined) return undefined;
    if (fault.table === "write" && store === undefined) return undefined;
    const access = ACCESS_OF[fault.table];
    const address = fault.table === "fetch" ? next.pc : next.address;
    const physical = hart.translate(highOf(address), lowOf(address), access);
    if (physical < 0) return undefined;
    const virtualPage = address >> 12n;
    const page = BigInt(Math.floor(physical / PAGE_BYTES));
    const mask = maskOf(fault);
    const foundFor = fault.field === "tag" ? virtualPage ^ mask : virtualPage;
    const tag = BigInt.asUintN(PAGE_NUMBER_BITS, foundFor) << 12n;
    const damaged: DamagedTranslation = {
      access,
      regime: hart.regime,
      high: highOf(tag),
      low: lowOf(tag),
      page: Number(fault.field === "page" ? page ^ mask : page),
    };
    hart.damaged = [damaged, ...hart.damaged];
    hart.tlb.dropAddress(damaged.high, damaged.low);
    this.#update();
    const [from, to] =
      fault.field === "tag" ? [hex(virtualPage), hex(tag >> 12n)] : [hex(page), hex(damaged.page)];
    const name = fault.field === "tag" ? "virtual" : "physical";
    const entry = `${fault.table} entry of page ${hex(virtualPage)}`;
    return {
      what: `${entry}, ${bitsText(fault)} of its ${name} page: ${from} -> ${to}`,
      release: () => {
        hart.damaged = hart.damaged.filter((other) => other !== damaged);
        this.#update();
      },
    };
  }

  stick(fault: StuckFault): LastingFault {
    this.#interpreter();
    const site = fault.site === "register" ? fault.register : "integer results";
    const release =
      fault.site === "register"
        ? this.#stuck.addRegister(fault, ...this.#parts.register(fault.register))
        : this.#stuck.addResult(fault);
    this.#update();
    return {
      what: `${site} ${bitsText(fault)} stuck at ${fault.value}`,
      release: () => {
        release();
        this.#update();
      },
    };
  }

  #interpreter(): RunInterpreter {
    if (this.#run === undefined) {
      for (const hart of this.#parts.harts) clearFaultWords(hart);
      this.#run = this.#parts.instantiate();
    }
    return this.#run;
  }

  #update(): void {
    const isDamaged = this.#parts.harts.some(({ damaged }) => damaged.length > 0);
    this.isActive = isDamaged || this.#stuck.isAny || this.#single !== undefined;
  }
}

const highOf = (address: bigint): number => Number(BigInt.asIntN(32, address >> 32n));
const lowOf = (address: bigint): number => Number(BigInt.asIntN(32, address));
