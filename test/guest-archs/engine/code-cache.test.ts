import { beforeEach, describe, expect, it } from "vitest";
import { CodeCache } from "../../../guest-archs/engine/code-cache.ts";
import { PageStates } from "../../../guest-archs/engine/page-states.ts";
import {
  BLOCK_BYTES,
  PAGE_RECORD_BYTES,
  PSEUDO_OP,
  RECORD,
  RECORD_BYTES,
} from "../../../guest-archs/engine/record-layout.ts";
import { FlatMemory } from "../riscv/flat-memory.ts";

const PAGE = 4096;
const BLOCKS = 3;
/** Behind the states of the pages. */
const POOL = PAGE;
/** Words ending in 1 are 4 bytes long, others 2; the operation is the low half with a mark. */
const INSTRUCTION_SET = {
  length: (half: number): 2 | 4 => ((half & 1) === 1 ? 4 : 2),
  decode: (word: number) => ({
    op: 0x100 | (word & 0xff),
    rd: 1,
    rs1: 2,
    rs2: 3,
    imm: -4,
    word,
  }),
};

describe("CodeCache", () => {
  let memory: FlatMemory;
  let cache: CodeCache;
  let view: DataView;
  let appeared: number[];
  let drops: number;

  beforeEach(() => {
    appeared = [];
    drops = 0;
    memory = new FlatMemory(8 * PAGE, POOL + BLOCKS * BLOCK_BYTES);
    const states = new PageStates(memory.shared, 0, memory.pages);
    cache = new CodeCache(memory, states, POOL, BLOCKS * BLOCK_BYTES, INSTRUCTION_SET, {
      codeAppeared: (page) => appeared.push(page),
      codeChanged: () => undefined,
      blocksDropped: () => {
        drops += 1;
      },
      jumpsTo: () => 0,
    });
    memory.observe({
      frameReplaced() {},
      written: (address, length) => cache.written(address, length),
      mapReset() {},
    });
    view = new DataView(memory.shared.buffer);
  });

  const recordAt = (page: number, inPage: number): number =>
    cache.blockOf(page) + (inPage / 2) * RECORD_BYTES;
  const opAt = (page: number, inPage: number): number =>
    view.getUint16(recordAt(page, inPage) + RECORD.op, true);

  function decode(page: number, inPage: number): void {
    cache.decode(recordAt(page, inPage));
  }

  it("starts with what another one left in the pool as with zeros", () => {
    new Uint8Array(memory.shared.buffer, POOL, BLOCKS * BLOCK_BYTES).fill(0xa5);
    memory.writeU32(2 * PAGE + 8, 0x1234_5641);
    const block = cache.blockOf(2);
    const inUse = new Uint8Array(memory.shared.buffer, block, PAGE_RECORD_BYTES);
    expect(inUse.every((byte) => byte === 0)).toBe(true);
    decode(2, 8);
    expect(opAt(2, 8)).toBe(0x141);
    expect(opAt(2, 12)).toBe(PSEUDO_OP.decode);
  });

  it("decodes on demand into the block of the page", () => {
    memory.writeU32(2 * PAGE + 8, 0x1234_5641);
    expect(opAt(2, 8)).toBe(PSEUDO_OP.decode);
    decode(2, 8);
    const record = recordAt(2, 8);
    expect(opAt(2, 8)).toBe(0x141);
    expect(view.getUint32(record + RECORD.word, true)).toBe(0x1234_5641);
    expect(view.getInt32(record + RECORD.imm, true)).toBe(-4);
    expect(
      [RECORD.rd, RECORD.rs1, RECORD.rs2].map((field) => view.getUint8(record + field)),
    ).toEqual([1, 2, 3]);
    expect(opAt(2, 12)).toBe(PSEUDO_OP.decode);
  });

  it("reads 16 bits of a short instruction, also the last ones of a page", () => {
    memory.writeU32(PAGE + 4094, 0xffff_0042);
    decode(1, 4094);
    expect(view.getUint32(recordAt(1, 4094) + RECORD.word, true)).toBe(0x42);
  });

  it("marks a long instruction that crosses the page border, and the end of the page", () => {
    memory.writeU32(PAGE + 4094, 0xffff_0041);
    decode(1, 4094);
    expect(opAt(1, 4094)).toBe(PSEUDO_OP.crossing);
    expect(view.getUint16(cache.blockOf(1) + PAGE_RECORD_BYTES, true)).toBe(PSEUDO_OP.pageEnd);
  });

  it("tells once that a page now holds code", () => {
    decode(1, 0);
    decode(1, 4);
    decode(3, 0);
    expect(appeared).toEqual([1, 3]);
    expect([cache.hasCode(1), cache.hasCode(2), cache.hasCode(3)]).toEqual([true, false, true]);
  });

  it("forgets the instructions that contain bytes written by a device, and only those", () => {
    for (const inPage of [0, 2, 4, 8]) decode(1, inPage);
    memory.write(PAGE + 5, Uint8Array.of(1));
    expect([0, 2, 4, 8].map((inPage) => opAt(1, inPage) === PSEUDO_OP.decode)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it("follows a write across pages", () => {
    decode(1, 4094);
    decode(2, 0);
    memory.write(PAGE + 4095, Uint8Array.of(1, 1));
    expect([opAt(1, 4094), opAt(2, 0)]).toEqual([PSEUDO_OP.decode, PSEUDO_OP.decode]);
  });

  it("lets stores to lines without code pass, and keeps the code", () => {
    decode(1, 64);
    for (const inPage of [0, 56, 128, 4088]) {
      expect(cache.prepareStore(1, inPage, 8)).toBe(false);
    }
    expect(opAt(1, 64)).not.toBe(PSEUDO_OP.decode);
    expect(cache.prepareStore(1, 60, 8)).toBe(true);
    expect(opAt(1, 64)).toBe(PSEUDO_OP.decode);
  });

  it("counts both lines that an instruction lies in", () => {
    memory.writeU32(PAGE + 62, 0x1234_5641);
    do decode(1, 62);
    while (cache.prepareStore(1, 64, 1));
    expect(opAt(1, 62)).toBe(PSEUDO_OP.decode);
  });

  it("gives a page up on a store over code, then keeps code that stores hit again and again", () => {
    let rounds = 0;
    do {
      decode(1, 0);
      decode(1, 64);
      rounds += 1;
    } while (cache.prepareStore(1, 64, 4));
    expect(rounds).toBeGreaterThan(4);
    expect(cache.hasCode(1)).toBe(true);
    expect([opAt(1, 0), opAt(1, 64)]).toEqual([0x100, PSEUDO_OP.decode]);
  });

  it("gives such a page up after all when stores go on", () => {
    do decode(1, 0);
    while (cache.prepareStore(1, 0, 4));
    let stores = 1;
    while (!cache.prepareStore(1, 0, 4)) stores += 1;
    expect(stores).toBeGreaterThan(100);
    expect(cache.hasCode(1)).toBe(false);
  });

  it("gives a page up in which many stores miss the code", () => {
    decode(1, 0);
    let stores = 1;
    while (!cache.prepareStore(1, 1024, 4)) stores += 1;
    expect(stores).toBeGreaterThan(1000);
    expect(cache.hasCode(1)).toBe(false);
    expect(opAt(1, 0)).toBe(PSEUDO_OP.decode);
    decode(1, 0);
    let more = 1;
    while (!cache.prepareStore(1, 1024, 4)) more += 1;
    expect(more).toBeGreaterThan(stores);
  });

  it("keeps marks of others than decoded instructions until a store hits them", () => {
    decode(1, 0);
    cache.markCode(1, 256, 260);
    expect(cache.prepareStore(1, 192, 8)).toBe(false);
    expect(cache.prepareStore(1, 256, 8)).toBe(true);
    expect(opAt(1, 0)).toBe(PSEUDO_OP.decode);
  });

  it("starts over when the pool is full", () => {
    for (let page = 0; page < BLOCKS; page += 1) decode(page, 0);
    expect(drops).toBe(0);
    cache.blockOf(BLOCKS);
    expect(drops).toBe(1);
    expect(cache.hasCode(0)).toBe(false);
    expect(opAt(BLOCKS, 0)).toBe(PSEUDO_OP.decode);
  });
});
