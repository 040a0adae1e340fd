import { expect, it, vi } from "vitest";
import { rehearseCheckpoint } from "../../../core/coordinator/rehearse-checkpoint.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";

const { list } = await loadRegistry({ plugins: [] });

it.each(list("memory-sharing"))("a checkpoint with $name can be rehearsed", async (provider) => {
  // Each of these stands for a process.
  vi.resetModules();
  const module = await import("../../../core/coordinator/rehearse-checkpoint.ts");
  const sharing = provider.create({});
  const pagesVerified = vi.spyOn(sharing, "pagesVerified");
  const taken = await module.rehearseCheckpoint(() => sharing);
  expect(taken).toBeGreaterThan(50);
  expect(pagesVerified.mock.calls.length).toBeGreaterThan(taken);
});

it("is rehearsed once in a process", async () => {
  const create = vi.fn<() => { replicaStarted(): void; pagesVerified(): void }>(() => ({
    replicaStarted() {},
    pagesVerified() {},
  }));
  await rehearseCheckpoint(create);
  await rehearseCheckpoint(create);
  expect(create).toHaveBeenCalledTimes(1);
});

it("is left out where the host refuses memory: the run itself needs none of it", async () => {
  vi.resetModules();
  const module = await import("../../../core/coordinator/rehearse-checkpoint.ts");
  const refused = vi.spyOn(WebAssembly, "Memory").mockImplementation(() => {
    throw new RangeError("could not allocate memory");
  });
  try {
    await module.rehearseCheckpoint(() => ({ replicaStarted() {}, pagesVerified() {} }));
    expect(refused).toHaveBeenCalled();
  } finally {
    refused.mockRestore();
  }
});
