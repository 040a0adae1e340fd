// The conformance kit of memory-sharing providers: whatever replicas write, whenever checkpoints are taken and replicas
// come and go, nobody sees anybody else's writes, the checkpoints keep what was verified, and every frame is accounted for.
import fc from "fast-check";
import type { MemorySharingProvider } from "../../../core/index.ts";
import { MAX_REPLICAS, PAGES, SharingModel } from "./sharing-model.ts";

type Action =
  | { readonly do: "spawn" | "scan" | "dropOldest" | "demote" | "complete" | "withdraw" }
  | { readonly do: "discard"; readonly pick: number }
  | {
      readonly do: "checkpoint";
      readonly pick: number;
      readonly isKept: boolean;
      readonly isHeld: boolean;
    }
  | { readonly do: "fill"; readonly pick: number; readonly value: number }
  | {
      readonly do: "write" | "strike";
      readonly pick: number;
      readonly page: number;
      readonly value: number;
    };

const pick = fc.integer({ min: 0, max: MAX_REPLICAS - 1 });
const value = fc.integer({ min: 0, max: 3 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom("write" as const, "write" as const, "write" as const, "strike" as const),
      pick,
      page: fc.integer({ min: 0, max: PAGES - 1 }),
      value,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("fill" as const), pick, value }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("checkpoint" as const),
      pick,
      isKept: fc.boolean(),
      isHeld: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("dropOldest" as const, "demote" as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("complete" as const, "withdraw" as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("discard" as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("spawn" as const, "scan" as const) }) },
);

/**
 * Runs random histories against a provider.
 * @throws with the shortest history found that breaks an invariant, and the invariant
 */
export function checkMemorySharing(provider: MemorySharingProvider, histories = 300): void {
  fc.assert(
    fc.property(
      fc.array(action, { minLength: 5, maxLength: 40 }),
      fc.boolean(),
      (history, hasRoom) => {
        const model = new SharingModel(provider, hasRoom);
        model.spawn();
        model.spawn();
        for (const step of history) {
          act(model, step);
          model.check();
        }
        model.checkEnd();
      },
    ),
    { numRuns: histories, seed: 4096 },
  );
}

function act(model: SharingModel, step: Action): void {
  if (!("pick" in step)) {
    model[step.do]();
    return;
  }
  const numbers = [...model.replicas.keys()];
  const replica = numbers[step.pick % numbers.length];
  if (replica === undefined) return;
  if (step.do === "fill") {
    for (let page = 0; page < PAGES; page++) model.write(replica, page, step.value);
  } else if (step.do === "write") model.write(replica, step.page, step.value);
  else if (step.do === "strike") model.strike(replica, step.page, step.value);
  else if (step.do === "checkpoint") model.checkpoint(replica, step.isKept, step.isHeld);
  else model.discard(replica);
}
