// No guest gets a device to throw, to leave the guest's memory, to work without end or to fill the host's memory; and a
// device restored in the middle of it all goes on as the one that was saved. EXTRAVIRT_FUZZ_SCALE=20 tries 20 times as
// many histories (`npm run soak`); EXTRAVIRT_FUZZ_SEED=17 repeats one.
import { describe, expect, it } from "vitest";
import type { DeviceModel } from "../../core/index.ts";
import { devicesPlugin } from "../../plugins/devices/index.ts";
import { fuzzDevice } from "./devices/fuzz-device.ts";
import { fuzzedModel, fuzzedParts, type MakeFuzzed } from "./devices/fuzzed-device.ts";
import { isSingleSeed, wantedFuzzSeeds } from "./fuzz-scale.ts";

/** 8 devices and more, with so many operations each: more than a million in all. */
const SEEDS = 120;
const OPERATIONS = 2000;
const MS_PER_SEED = 2000;

const FACTS = { capacitySectors: 1_000_000, readOnly: false, serial: "fuzz" };

function models(): readonly (readonly [string, MakeFuzzed])[] {
  const found: DeviceModel[] = [];
  devicesPlugin.provide?.({
    register: (provider) => found.push(provider as DeviceModel),
    get: () => {
      throw new Error("not needed");
    },
    list: () => [],
  });
  return found.map((model) => [model.name, fuzzedModel(model, FACTS)] as const);
}

const SUBJECTS = [...models(), ...fuzzedParts];

describe.each(SUBJECTS)("%s", (name, make) => {
  const seeds = wantedFuzzSeeds(SEEDS);

  it(
    "stands whatever a guest does to it",
    () => {
      const histories = seeds.map((seed) => fuzzDevice(name, make, seed, OPERATIONS));
      expect(histories.map(({ operations }) => operations)).toEqual(seeds.map(() => OPERATIONS));
      // A fuzzer whose requests never get through proves little.
      const outputs = histories.reduce((sum, history) => sum + history.outputs, 0);
      const fewest = name.startsWith("virtio-") && !isSingleSeed() ? seeds.length : 0;
      expect(outputs).toBeGreaterThanOrEqual(fewest);
    },
    seeds.length * MS_PER_SEED,
  );
});

describe("the campaign", () => {
  it("has more than a million operations", () => {
    expect(SUBJECTS.length * SEEDS * OPERATIONS).toBeGreaterThan(1_000_000);
  });
});
