// The instruments of one replica: created from their slots, combined into one transform, asked for results in the end.
import type { Instrument, InstrumentationProvider } from "../api/instrumentation.ts";
import type { SemanticsTransform } from "../api/operation.ts";
import type { Registry } from "../api/plugin.ts";
import type { ExecutedStep, ProcessorInstrumentation } from "../api/processor.ts";
import type { SlotConfig } from "../api/provider.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ShadowUse } from "../api/semantics.ts";
import { optionsOf } from "../machine/machine-plan.ts";
import type { Machine } from "../machine/machine.ts";
import {
  type InstrumentFinding,
  type ReplicaReport,
  type ReplicaSetup,
  SelfCheckFailure,
} from "./replica-setup.ts";
import type { SymbolTable } from "./symbol-table.ts";

const CELL_BYTES = 8;

/** Numbers of providers in this thread: two plugins may bring one name, to different runs. */
const numbers = new WeakMap<InstrumentationProvider, number>();
let lastNumber = 0;

function numberOf(provider: InstrumentationProvider): number {
  const number = numbers.get(provider) ?? ++lastNumber;
  numbers.set(provider, number);
  return number;
}

/** Cells that the instruments of these slots need, one after the other. */
export function cellsOf(slots: readonly SlotConfig[], registry: Registry): readonly number[] {
  return slots.map(
    (slot) => registry.get("instrumentation", slot.use).cells?.(optionsOf(slot)) ?? 0,
  );
}

interface Entry {
  readonly use: string;
  readonly instrument: Instrument;
}

export class ReplicaInstruments {
  readonly #entries: readonly Entry[];
  /** Absent where no instrument transforms anything. */
  readonly processor: ProcessorInstrumentation | undefined;
  #machine: Machine | undefined;
  /** Why generated code ended the replica. */
  #halted: string | undefined;

  constructor(
    setup: ReplicaSetup,
    registry: Registry,
    symbols: SymbolTable,
    post: (report: ReplicaReport) => void,
  ) {
    const { slots = [], cells = 0 } = setup.observation ?? {};
    const counts = cellsOf(slots, registry);
    const providers = slots.map(({ use }) => registry.get("instrumentation", use));
    let firstCell = 0;
    this.#entries = slots.map((slot, index) => {
      const count = counts[index] ?? 0;
      const provider = providers[index] as InstrumentationProvider;
      const instrument = provider.create(optionsOf(slot), {
        replica: setup.replica,
        firstCell,
        cells: new BigUint64Array(setup.shared.buffer, cells + firstCell * CELL_BYTES, count),
        nameAddress: (address) => symbols.text(address),
        note: (text) => post({ kind: "note", index, text }),
      });
      firstCell += count;
      return { use: slot.use, instrument };
    });
    const transforms = this.#entries.flatMap(({ instrument: { transform } }) => transform ?? []);
    if (transforms.length > 0) {
      const key = JSON.stringify([slots, providers.map(numberOf)]);
      const shadow = shadowOf(this.#entries);
      this.processor = {
        key,
        cells,
        transform: combine(transforms),
        ...(shadow !== undefined && { shadow }),
        halted: (what) => {
          this.#halted ??= what;
          this.#machine?.halt();
        },
      };
    }
  }

  /** The machine was built or restored. */
  attach(machine: Machine): void {
    this.#machine = machine;
    this.#halted = undefined;
    for (const { instrument } of this.#entries) instrument.started?.(machine.processor);
  }

  /** @throws SelfCheckFailure */
  selfCheck(): void {
    if (this.#halted !== undefined) throw new SelfCheckFailure(this.#halted);
    const processor = this.#machine?.processor;
    if (processor === undefined) return;
    for (const { instrument } of this.#entries) {
      const found = instrument.selfCheck?.(processor);
      if (found !== undefined) throw new SelfCheckFailure(found);
    }
  }

  /** The first step from `step` on that an instrument wants to see by itself, and the end of its window. */
  nextWindow(step: number): { readonly from: number; readonly to: number } | undefined {
    let next: { readonly from: number; readonly to: number } | undefined;
    for (const { instrument } of this.#entries) {
      const { window } = instrument;
      if (window === undefined || window.to <= step) continue;
      const from = Math.max(window.from, step);
      if (next === undefined || from < next.from) next = { from, to: window.to };
    }
    return next;
  }

  stepped(step: number, executed: ExecutedStep): void {
    for (const { instrument } of this.#entries) {
      const { window } = instrument;
      if (window !== undefined && step >= window.from && step < window.to) {
        instrument.stepped?.(step, executed);
      }
    }
  }

  findings(): readonly InstrumentFinding[] {
    return this.#entries.flatMap(({ use, instrument }) => {
      const result = instrument.result?.();
      return result === undefined ? [] : [{ use, ...result }];
    });
  }
}

/** @throws XV_ERR_INSTRUMENT_SHADOW */
function shadowOf(entries: readonly Entry[]): ShadowUse | undefined {
  const [user, other] = entries.filter(({ instrument }) => instrument.shadow !== undefined);
  if (other === undefined) return user?.instrument.shadow;
  throw new ExtravirtError(
    "XV_ERR_INSTRUMENT_SHADOW",
    "Two instruments want the shadow registers, of which there is one set.",
    {
      place: "instrumentation",
      value: `${user?.use}, ${other.use}`,
      remedy: "Keep one of them.",
    },
  );
}

/** The instrument listed first is the innermost one. */
function combine(transforms: readonly SemanticsTransform[]): SemanticsTransform {
  return (operation) => {
    const changes = transforms.flatMap((transform) => transform(operation) ?? []);
    if (changes.length === 0) return undefined;
    return (semantics) => {
      let changed = semantics;
      for (const change of changes) changed = change(changed);
      return changed;
    };
  };
}
