import { SyncHook } from "tapable";
import { describe, expectTypeOf, it } from "vitest";
import type {
  CheckpointTaken,
  CoreDiagnosed,
  CoreRetired,
  Divergence,
  EpochVerified,
  FaultInjected,
  Output,
  Recovered,
  SlotConfig,
  Vmm,
} from "../../core/index.ts";

declare const vmm: Vmm;

describe("hooks", () => {
  it("hand their taps what happened", () => {
    vmm.hooks.started.tap("t", (...args) => expectTypeOf(args).toEqualTypeOf<[]>());
    vmm.hooks.epochVerified.tap("t", (epoch) => expectTypeOf(epoch).toEqualTypeOf<EpochVerified>());
    vmm.hooks.outputCommitted.tap("t", (epoch, outputs) => {
      expectTypeOf(epoch).toEqualTypeOf<number>();
      expectTypeOf(outputs).toEqualTypeOf<readonly Output[]>();
    });
    vmm.hooks.checkpointTaken.tap("t", (taken) =>
      expectTypeOf(taken).toEqualTypeOf<CheckpointTaken>(),
    );
    vmm.hooks.divergenceDetected.tap("t", (divergence) =>
      expectTypeOf(divergence).toEqualTypeOf<Divergence>(),
    );
    vmm.hooks.recovered.tap("t", (recovered) => expectTypeOf(recovered).toEqualTypeOf<Recovered>());
    vmm.hooks.coreDiagnosed.tap("t", (found) => expectTypeOf(found).toEqualTypeOf<CoreDiagnosed>());
    vmm.hooks.coreRetired.tap("t", (retired) => expectTypeOf(retired).toEqualTypeOf<CoreRetired>());
    vmm.hooks.faultInjected.tap("t", (fault) => expectTypeOf(fault).toEqualTypeOf<FaultInjected>());
  });

  it("let a tap of create answer with a strategy of the kind asked for", () => {
    vmm.hooks.create.for("checkpoint").tap("t", (slot) => {
      expectTypeOf(slot).toEqualTypeOf<SlotConfig>();
      return { shouldCheckpoint: ({ epochs }) => epochs > 3 };
    });
    vmm.hooks.create.for("voting").tap("t", () => undefined);
    // @ts-expect-error a voting policy decides
    vmm.hooks.create.for("voting").tap("t", () => ({ shouldCheckpoint: () => true }));
    // @ts-expect-error devices run inside replicas
    vmm.hooks.create.for("device");
  });

  it("take a name or nothing from a tap of chooseRecovery", () => {
    expectTypeOf(vmm.hooks.chooseRecovery.call).returns.toEqualTypeOf<string | undefined>();
    vmm.hooks.chooseRecovery.tap("t", ({ signal }) =>
      signal === "hang" ? "fail-stop" : undefined,
    );
    // @ts-expect-error the answer is the name of a recovery provider
    vmm.hooks.chooseRecovery.tap("t", () => 3);
  });

  it("wait for promises at shutdown only", () => {
    vmm.hooks.shutdown.tapPromise("t", () => Promise.resolve());
    expectTypeOf(vmm.hooks.epochVerified.call).returns.toEqualTypeOf<void>();
    // @ts-expect-error the coordinator does not wait for a tap of an epoch
    vmm.hooks.epochVerified.tapPromise("t", () => Promise.resolve());
  });

  it("cannot be replaced", () => {
    // @ts-expect-error hooks are tapped, never assigned
    vmm.hooks.started = new SyncHook([]);
    // @ts-expect-error there is no such hook
    vmm.hooks.epochFinished.tap("t", () => {});
    expectTypeOf<keyof Vmm["hooks"]>().not.toEqualTypeOf<string>();
  });

  it("show outputs and configs that cannot be changed", () => {
    expectTypeOf(vmm.config.machine.harts).toEqualTypeOf<number>();
    // @ts-expect-error a config is read-only
    vmm.config.machine.harts = 2;
    vmm.hooks.outputCommitted.tap("t", (_epoch, outputs) => {
      // @ts-expect-error what was committed is history
      outputs.push({ channel: "uart0", bytes: new Uint8Array() });
    });
  });
});
