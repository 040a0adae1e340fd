import { describe, expectTypeOf, it } from "vitest";
import type {
  CheckpointPolicy,
  FaultModel,
  MemorySharing,
  RecoveryOutcome,
  RecoveryStrategy,
  ReplicationPlan,
  Verdict,
  VotingPolicy,
} from "../../core/index.ts";

describe("policies", () => {
  it("answer with one of the verdicts there are", () => {
    expectTypeOf<Verdict["kind"]>().toEqualTypeOf<"agreed" | "outvoted" | "undecided">();
    expectTypeOf<{ decide: () => { kind: "agreed" } }>().toExtend<VotingPolicy>();
    expectTypeOf<{ decide: () => { kind: "unsure" } }>().not.toExtend<VotingPolicy>();
    // Whoever is outvoted is named.
    expectTypeOf<{ kind: "outvoted" }>().not.toExtend<Verdict>();
  });

  it("say yes or no to a checkpoint at once, never later", () => {
    expectTypeOf<{ shouldCheckpoint: () => boolean }>().toExtend<CheckpointPolicy>();
    expectTypeOf<{
      shouldCheckpoint: () => Promise<boolean>;
    }>().not.toExtend<CheckpointPolicy>();
  });

  it("end a recovery recovered or stopped, with what a report needs", () => {
    expectTypeOf<RecoveryOutcome["kind"]>().toEqualTypeOf<"recovered" | "stopped">();
    expectTypeOf<{ kind: "recovered" }>().not.toExtend<RecoveryOutcome>();
    expectTypeOf<ReturnType<RecoveryStrategy["recover"]>>().toEqualTypeOf<
      Promise<RecoveryOutcome>
    >();
  });

  it("plan replicas completely", () => {
    expectTypeOf<{ replicas: number }>().not.toExtend<ReplicationPlan>();
  });

  it("share memory synchronously: replicas stand still meanwhile", () => {
    expectTypeOf<ReturnType<MemorySharing["pagesVerified"]>>().toEqualTypeOf<void>();
  });

  it("check a fault without being able to step, crash or hang the replica", () => {
    type CheckTarget = Parameters<NonNullable<FaultModel["check"]>>[1];
    expectTypeOf<keyof CheckTarget>().toEqualTypeOf<
      "processor" | "memory" | "ramBase" | "frames" | "device"
    >();
  });
});
