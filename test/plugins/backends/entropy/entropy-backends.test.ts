import { describe, expect, it } from "vitest";
import type { Backend } from "../../../../core/index.ts";
import { hostEntropy } from "../../../../plugins/backends/entropy/host-entropy.ts";
import { seededEntropy } from "../../../../plugins/backends/entropy/seeded-entropy.ts";
import {
  decodeEntropyAnswer,
  encodeEntropyRequest,
} from "../../../../plugins/devices/virtio/entropy/wire-format.ts";
import { BackendBench } from "../backend-bench.ts";

async function ask(provider: Backend, options: Readonly<Record<string, unknown>>, sizes: number[]) {
  const bench = new BackendBench();
  const backend = await provider.open(options, bench);
  for (const [tag, bytes] of sizes.entries()) backend.output(encodeEntropyRequest({ tag, bytes }));
  return bench.inputs.map((input) => decodeEntropyAnswer(input));
}

describe("entropy backends", () => {
  it("answer with as many bytes as asked, under the request's tag", async () => {
    const answers = await ask(hostEntropy, {}, [16, 300]);
    expect(answers.map((answer) => [answer?.tag, answer?.random.length])).toEqual([
      [0, 16],
      [1, 300],
    ]);
    expect(answers[1]?.random).not.toEqual(new Uint8Array(300));
  });

  it("give the same stream for the same seed, however it is asked for", async () => {
    const joined = async (seed: number, sizes: number[]): Promise<Buffer> =>
      Buffer.concat((await ask(seededEntropy, { seed }, sizes)).map((answer) => answer!.random));
    expect(await joined(1, [64])).toEqual(await joined(1, [1, 20, 43]));
    expect(await joined(1, [64])).not.toEqual(await joined(2, [64]));
  });
});
