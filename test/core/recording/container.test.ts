// The container: what is written comes back, and no change of it goes unnoticed.
import { closeSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ContainerReader } from "../../../core/recording/container-reader.ts";
import { ContainerWriter } from "../../../core/recording/container-writer.ts";
import { emptyDirectory } from "./recorded-toy.ts";

const contents = [
  new Uint8Array(0),
  Uint8Array.of(1, 2, 3),
  new Uint8Array(5000).fill(7),
  Uint8Array.from({ length: 300 }, (_, index) => (index * index * 31) >> 3),
];

async function written(isSealed = true): Promise<string> {
  const path = join(await emptyDirectory(), "file");
  const writer = await ContainerWriter.create(path, "recording");
  for (const bytes of contents) writer.add("PAGE", bytes);
  if (isSealed) writer.addJson("SEAL", { isDone: true });
  await writer.close();
  expect(writer.failure).toBeUndefined();
  expect(writer.queuedBytes).toBe(0);
  return path;
}

const openError = (path: string): unknown => {
  try {
    new ContainerReader(path, "recording").close();
    return undefined;
  } catch (error) {
    return error;
  }
};

describe("a container", () => {
  it("gives back what was written, compressed where that pays", async () => {
    const reader = new ContainerReader(await written(), "recording");
    expect(reader.isSealed).toBe(true);
    expect(reader.blocks.map(({ type }) => type)).toEqual(["PAGE", "PAGE", "PAGE", "PAGE", "SEAL"]);
    expect(reader.blocks.slice(0, 4).map((block) => reader.contents(block))).toEqual(contents);
    expect(reader.blocks[2]?.storedBytes).toBeLessThan(100);
    reader.close();
  });

  it("notices every flipped bit", { timeout: 60_000 }, async () => {
    const path = await written();
    const bytes = await readFile(path);
    const file = openSync(path, "r+");
    const isNoticed = (): boolean => {
      const { code, remedy } = (openError(path) ?? {}) as { code?: string; remedy?: string };
      const isKnown = /^XV_ERR_RECORDING_(ALTERED|FOREIGN|VERSION)$/.test(code ?? "");
      return isKnown && remedy !== undefined;
    };
    const unnoticed: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const byte = bytes[bit >> 3] ?? 0;
      writeSync(file, Uint8Array.of(byte ^ (1 << (bit & 7))), 0, 1, bit >> 3);
      if (!isNoticed()) unnoticed.push(bit);
      writeSync(file, Uint8Array.of(byte), 0, 1, bit >> 3);
    }
    closeSync(file);
    expect(openError(path)).toBeUndefined();
    expect(unnoticed).toEqual([]);
  });

  it(
    "cut off anywhere is unsealed, with the whole blocks before the cut, or no container",
    {
      timeout: 60_000,
    },
    async () => {
      const path = await written();
      for (let length = statSync(path).size - 1; length >= 16; length--) {
        truncateSync(path, length);
        const reader = new ContainerReader(path, "recording");
        expect(reader.isSealed).toBe(false);
        for (const [index, block] of reader.blocks.entries()) {
          expect(Buffer.compare(reader.contents(block), contents[index] ?? Buffer.of(1))).toBe(0);
        }
        reader.close();
      }
      for (let length = 15; length >= 0; length--) {
        truncateSync(path, length);
        expect(openError(path)).toMatchObject({ code: "XV_ERR_RECORDING_FOREIGN" });
      }
    },
  );

  it("notices blocks that were taken out, exchanged or added", async () => {
    const path = await written();
    const bytes = await readFile(path);
    const reader = new ContainerReader(path, "recording");
    const offsets = reader.blocks.map(({ offset }) => offset);
    reader.close();
    const part = (index: number): Buffer => bytes.subarray(offsets[index], offsets[index + 1]);
    const head = bytes.subarray(0, 16);
    for (const forged of [
      [head, part(1), part(2), part(3), part(4)],
      [head, part(1), part(0), part(2), part(3), part(4)],
      [head, part(0), part(1), part(2), part(3), part(4), part(4)],
      [bytes, Buffer.of(0)],
    ]) {
      await writeFile(path, Buffer.concat(forged));
      expect(openError(path)).toMatchObject({ code: "XV_ERR_RECORDING_ALTERED" });
    }
  });

  it("refuses other files, other kinds and other versions with place, value and remedy", async () => {
    const path = await written();
    const bytes = await readFile(path);
    await writeFile(path, "this is a text and not a recording");
    expect(openError(path)).toMatchObject({ code: "XV_ERR_RECORDING_FOREIGN", place: path });
    const newer = Uint8Array.from(bytes);
    newer[8] = 9;
    await writeFile(path, newer);
    expect(openError(path)).toMatchObject({
      code: "XV_ERR_RECORDING_VERSION",
      value: "format 9, this is format 1",
    });
    await writeFile(path, bytes);
    expect(() => new ContainerReader(path, "incident")).toThrow(/not an incident/);
    expect(openError(join(path, "nowhere"))).toMatchObject({ code: "XV_ERR_RECORDING_UNREADABLE" });
  });

  it("does not overwrite a file", async () => {
    await expect(ContainerWriter.create(await written(), "recording")).rejects.toThrow(/EEXIST/);
  });

  it("holds any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 6 }),
        async (list) => {
          const path = join(await emptyDirectory(), "file");
          const writer = await ContainerWriter.create(path, "incident");
          for (const bytes of list) writer.add("EPOC", bytes);
          await writer.close();
          const reader = new ContainerReader(path, "incident");
          expect(reader.blocks.map((block) => reader.contents(block))).toEqual(list);
          reader.close();
        },
      ),
      { numRuns: 30 },
    );
  });
});
