// A code exchange for two machines in one thread: what one publishes is there for the other at once.
import type { CodeExchange, CompiledBatch } from "../../../core/index.ts";
import type { RegionBatch } from "../../../guest-archs/engine/compiler/region-plan.ts";

export class ScriptedExchange implements CodeExchange {
  readonly published: RegionBatch[] = [];
  readonly offered: CompiledBatch[] = [];
  /** Whether somebody else has claimed everything. */
  isClaimed = false;
  forced = 0;
  refused = 0;

  get hasNews(): boolean {
    return this.offered.length > 0;
  }

  publish(batch: CompiledBatch): void {
    this.published.push(batch as RegionBatch);
  }

  take(): readonly CompiledBatch[] {
    return this.offered.splice(0);
  }

  claim(_key: number, isForced: boolean): boolean {
    if (isForced) this.forced += 1;
    else if (this.isClaimed) this.refused += 1;
    return isForced || !this.isClaimed;
  }

  release(): void {}

  get regions(): number {
    return this.published.reduce((sum, { regions }) => sum + regions.length, 0);
  }
}
