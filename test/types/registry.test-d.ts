import { describe, expectTypeOf, it } from "vitest";
import type {
  Backend,
  BootLoader,
  BoundaryProvider,
  CheckpointPolicyProvider,
  CoreDiagnosisProvider,
  DeviceModel,
  FaultModel,
  ImageSource,
  ManagerProtectionProvider,
  MemorySharingProvider,
  PlacementProvider,
  Platform,
  ProviderKind,
  ProviderOf,
  RecoveryProvider,
  Registry,
  ReplicationProvider,
  VotingPolicyProvider,
} from "../../core/index.ts";

declare const registry: Registry;

describe("a look-up", () => {
  it("gives the interface of its kind", () => {
    expectTypeOf(registry.get("voting", "x")).toEqualTypeOf<VotingPolicyProvider>();
    expectTypeOf(registry.get("checkpoint", "x")).toEqualTypeOf<CheckpointPolicyProvider>();
    expectTypeOf(registry.get("recovery", "x")).toEqualTypeOf<RecoveryProvider>();
    expectTypeOf(registry.get("replication", "x")).toEqualTypeOf<ReplicationProvider>();
    expectTypeOf(registry.get("memory-sharing", "x")).toEqualTypeOf<MemorySharingProvider>();
    expectTypeOf(registry.get("placement", "x")).toEqualTypeOf<PlacementProvider>();
    expectTypeOf(registry.get("core-diagnosis", "x")).toEqualTypeOf<CoreDiagnosisProvider>();
    expectTypeOf(registry.get("boundary", "x")).toEqualTypeOf<BoundaryProvider>();
    expectTypeOf(
      registry.get("manager-protection", "x"),
    ).toEqualTypeOf<ManagerProtectionProvider>();
    expectTypeOf(registry.get("fault", "x")).toEqualTypeOf<FaultModel>();
    expectTypeOf(registry.get("platform", "x")).toEqualTypeOf<Platform>();
    expectTypeOf(registry.get("boot", "x")).toEqualTypeOf<BootLoader>();
    expectTypeOf(registry.get("device", "x")).toEqualTypeOf<DeviceModel>();
    expectTypeOf(registry.get("backend", "x")).toEqualTypeOf<Backend>();
    expectTypeOf(registry.get("image-source", "x")).toEqualTypeOf<ImageSource>();
    expectTypeOf(registry.list("voting")).toEqualTypeOf<readonly VotingPolicyProvider[]>();
  });

  it("is by a known kind only", () => {
    expectTypeOf(registry.get).parameter(0).toEqualTypeOf<ProviderKind>();
    // @ts-expect-error there is no such kind
    registry.get("votes", "x");
    // @ts-expect-error there is no such kind
    registry.list("votes");
  });

  it("gives providers whose kind is the one asked for, for every kind", () => {
    type KindOf = { readonly [K in ProviderKind]: ProviderOf<K>["kind"] };
    expectTypeOf<KindOf>().toEqualTypeOf<{ readonly [K in ProviderKind]: K }>();
  });

  it("does not mix up policies of different kinds", () => {
    expectTypeOf<VotingPolicyProvider>().not.toExtend<CheckpointPolicyProvider>();
    expectTypeOf<ReturnType<VotingPolicyProvider["create"]>>().not.toExtend<
      ReturnType<CheckpointPolicyProvider["create"]>
    >();
  });
});
