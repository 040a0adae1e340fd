import { describe, expect, it } from "vitest";
import type {
  InstrumentContext,
  InstrumentationProvider,
  Operation,
  Semantics,
  SlotConfig,
} from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { cellsOf, ReplicaInstruments } from "../../../core/replica/replica-instruments.ts";
import type { ReplicaReport } from "../../../core/replica/replica-setup.ts";
import { SymbolTable } from "../../../core/replica/symbol-table.ts";
import { buildSetups } from "./build-setup.ts";
import { COUNTER, toyMachine } from "./toy-setup.ts";

const contexts: InstrumentContext[] = [];
const calls: string[] = [];

const labelled: InstrumentationProvider = {
  kind: "instrumentation",
  name: "labelled",
  summary: "Notes in which order semantics are called",
  schema: { type: "object", additionalProperties: false, properties: {} },
  cells: (options) => (options["cells"] as number | undefined) ?? 0,
  create(options, context) {
    contexts.push(context);
    return {
      transform: (operation) =>
        operation.name === "skipped"
          ? undefined
          : (semantics) => (x) => {
              calls.push(String(options["label"]));
              semantics(x);
            },
      result: () => ({ lines: [String(options["label"])], data: { label: options["label"] } }),
    };
  },
};

const OPERATION = { name: "add" } as Operation;
const plain = (): void => void calls.push("plain");

async function instrumentsOf(
  slots: readonly SlotConfig[],
): Promise<{ instruments: ReplicaInstruments; reports: ReplicaReport[] }> {
  contexts.length = 0;
  calls.length = 0;
  const registry = await loadRegistry({ plugins: [] });
  registry.register(labelled);
  const { setup } = await buildSetups({
    machine: toyMachine(COUNTER),
    console: { use: "null" },
    registry,
    instrumentation: slots,
  });
  const reports: ReplicaReport[] = [];
  const symbols = new SymbolTable([{ name: "main", address: 16n, bytes: 8 }]);
  const instruments = new ReplicaInstruments(setup(), registry, symbols, (report) =>
    reports.push(report),
  );
  return { instruments, reports };
}

const slot = (label: string, cells = 0): SlotConfig => ({ use: "labelled", label, cells });

describe("ReplicaInstruments", () => {
  it("gives each instrument cells of its own, zero at first, one after the other", async () => {
    const slots = [slot("a", 3), slot("b"), slot("c", 2)];
    await instrumentsOf(slots);
    expect(contexts.map(({ firstCell }) => firstCell)).toEqual([0, 3, 3]);
    expect(contexts.map(({ cells }) => cells.length)).toEqual([3, 0, 2]);
    const [a, , c] = contexts;
    a?.cells.fill(7n);
    expect([...(c?.cells ?? [])]).toEqual([0n, 0n]);
    const registry = await loadRegistry({ plugins: [] });
    registry.register(labelled);
    expect(cellsOf(slots, registry)).toEqual([3, 0, 2]);
  });

  it("combines transforms, the one listed first innermost, and leaves alone what all leave alone", async () => {
    const { instruments } = await instrumentsOf([slot("inner"), slot("outer")]);
    const transform = instruments.processor?.transform;
    transform?.(OPERATION)?.<object>(plain)({} as Semantics<object>);
    expect(calls).toEqual(["outer", "inner", "plain"]);
    expect(transform?.({ ...OPERATION, name: "skipped" })).toBeUndefined();
  });

  it("has equal keys for equal slots, and other ones for other options", async () => {
    const keyOf = async (...slots: SlotConfig[]): Promise<string | undefined> =>
      (await instrumentsOf(slots)).instruments.processor?.key;
    expect(await keyOf(slot("a"))).toBe(await keyOf(slot("a")));
    expect(await keyOf(slot("a"))).not.toBe(await keyOf(slot("b")));
    expect(await keyOf()).toBeUndefined();
  });

  it("passes notes on and collects what was found", async () => {
    const { instruments, reports } = await instrumentsOf([slot("a"), slot("b")]);
    contexts[1]?.note("line\n");
    expect(reports).toEqual([{ kind: "note", index: 1, text: "line\n" }]);
    expect(contexts[0]?.nameAddress(20n)).toBe("main+0x4");
    expect(instruments.findings()).toEqual([
      { use: "labelled", lines: ["a"], data: { label: "a" } },
      { use: "labelled", lines: ["b"], data: { label: "b" } },
    ]);
  });
});
