// Pages by the SHA-256 of their contents. A PAGE block holds some of them: a digest and 4096 bytes each, one after the
// other. What is all zeros is known without being stored.
import { createHash } from "node:crypto";
import { setImmediate as hostTurn } from "node:timers/promises";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import { DIGEST_BYTES } from "./container-format.ts";
import type { Block, ContainerReader } from "./container-reader.ts";
import type { ContainerWriter } from "./container-writer.ts";
import type { SavedPage } from "./saved-point.ts";

const ENTRY_BYTES = DIGEST_BYTES + PAGE_BYTES;
/** Pages hashed in one go on the thread that also serves the replicas: a fraction of a millisecond. */
const BATCH_PAGES = 64;
/** Digests remembered; a page that is forgotten and comes again is stored again. */
const KNOWN_PAGES = 500_000;
/** Blocks kept decompressed while pages are read. */
const CACHED_BLOCKS = 8;

const hexDigest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const ZERO_DIGEST = hexDigest(new Uint8Array(PAGE_BYTES));

/** Contents of pages, copied out of a machine that goes on. */
export interface CopiedPages {
  readonly pages: readonly number[];
  /** 4096 bytes a page, in chunks of at most `BATCH_PAGES` pages. */
  readonly chunks: readonly Uint8Array[];
}

/** @param offsetOf byte offset in the shared memory of what is to be stored as the page. */
export function copyPages(
  pages: readonly number[],
  shared: WebAssembly.Memory,
  offsetOf: (page: number) => number,
): CopiedPages {
  const memory = new Uint8Array(shared.buffer);
  const chunks: Uint8Array[] = [];
  for (let first = 0; first < pages.length; first += BATCH_PAGES) {
    const batch = pages.slice(first, first + BATCH_PAGES);
    const chunk = new Uint8Array(batch.length * PAGE_BYTES);
    for (const [index, page] of batch.entries()) {
      const offset = offsetOf(page);
      chunk.set(memory.subarray(offset, offset + PAGE_BYTES), index * PAGE_BYTES);
    }
    chunks.push(chunk);
  }
  return { pages, chunks };
}

export class PageWriter {
  readonly #writer: ContainerWriter;
  readonly #known = new Set<string>([ZERO_DIGEST]);

  constructor(writer: ContainerWriter) {
    this.#writer = writer;
  }

  /** Stores what is not stored yet, giving the thread back between chunks. */
  async store({ pages, chunks }: CopiedPages): Promise<SavedPage[]> {
    const saved: SavedPage[] = [];
    for (const chunk of chunks) {
      const entries: Uint8Array[] = [];
      for (let at = 0; at < chunk.length; at += PAGE_BYTES) {
        const bytes = chunk.subarray(at, at + PAGE_BYTES);
        const digest = hexDigest(bytes);
        saved.push({ page: pages[saved.length] ?? -1, digest });
        if (this.#known.has(digest)) continue;
        this.#remember(digest);
        entries.push(Buffer.from(digest, "hex"), bytes);
      }
      if (entries.length > 0) this.#writer.add("PAGE", Buffer.concat(entries));
      await hostTurn();
    }
    return saved;
  }

  #remember(digest: string): void {
    this.#known.add(digest);
    if (this.#known.size <= KNOWN_PAGES) return;
    for (const oldest of this.#known) {
      if (oldest === ZERO_DIGEST) continue;
      this.#known.delete(oldest);
      break;
    }
  }
}

export class PageReader {
  readonly #reader: ContainerReader;
  readonly #places = new Map<string, { readonly block: Block; readonly index: number }>();
  readonly #cache = new Map<Block, Uint8Array>();

  constructor(reader: ContainerReader) {
    this.#reader = reader;
    for (const block of reader.blocks) {
      if (block.type !== "PAGE") continue;
      const contents = this.#contents(block);
      for (let at = 0; at + ENTRY_BYTES <= contents.length; at += ENTRY_BYTES) {
        const digest = Buffer.from(contents.subarray(at, at + DIGEST_BYTES)).toString("hex");
        this.#places.set(digest, { block, index: at / ENTRY_BYTES });
      }
    }
  }

  /** @throws XV_ERR_RECORDING_INCOMPLETE */
  read(digest: string): Uint8Array {
    if (digest === ZERO_DIGEST) return new Uint8Array(PAGE_BYTES);
    const place = this.#places.get(digest);
    if (place === undefined) {
      throw new ExtravirtError("XV_ERR_RECORDING_INCOMPLETE", "A page of memory is missing.", {
        place: this.#reader.path,
        value: digest,
        remedy: "Use a copy that is whole.",
      });
    }
    const start = place.index * ENTRY_BYTES + DIGEST_BYTES;
    return this.#contents(place.block).subarray(start, start + PAGE_BYTES);
  }

  #contents(block: Block): Uint8Array {
    const known = this.#cache.get(block);
    if (known !== undefined) return known;
    const contents = this.#reader.contents(block);
    this.#cache.set(block, contents);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED_BLOCKS && oldest !== undefined) this.#cache.delete(oldest);
    return contents;
  }
}
