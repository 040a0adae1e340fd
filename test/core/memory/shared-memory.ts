// A small shared memory with its layout, for tests.
import { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import {
  allocateShared,
  planSharedLayout,
  type SharedLayout,
} from "../../../core/memory/shared-layout.ts";

export interface TestMemory {
  readonly layout: SharedLayout;
  readonly shared: WebAssembly.Memory;
  readonly frames: FrameSharing;
}

export function createTestMemory(pages = 16, arenas = 3, generations = 1): TestMemory {
  const layout = planSharedLayout(pages * 4096, 4096, arenas, generations);
  const shared = allocateShared(layout);
  return { layout, shared, frames: new FrameSharing(shared, layout) };
}
