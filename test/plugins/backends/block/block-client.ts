// Speaks to a block backend as the virtio block device does.
import type { Backend, OpenBackend } from "../../../../core/index.ts";
import {
  BLOCK_REQUEST,
  type BlockRequestType,
  decodeBlockAnswer,
  encodeBlockRequest,
} from "../../../../plugins/devices/virtio/block/wire-format.ts";
import { BackendBench } from "../backend-bench.ts";

const NO_DATA = new Uint8Array(0);

export class BlockClient {
  readonly bench: BackendBench;
  readonly backend: OpenBackend;
  #tag = 100;

  private constructor(bench: BackendBench, backend: OpenBackend) {
    this.bench = bench;
    this.backend = backend;
  }

  static async open(
    provider: Backend,
    options: Readonly<Record<string, unknown>>,
  ): Promise<BlockClient> {
    const bench = new BackendBench();
    const backend = await provider.open(options, bench);
    backend.start();
    return new BlockClient(bench, backend);
  }

  /** @returns the data, or undefined when the request failed. */
  read(sector: number, sectors = 1): Uint8Array | undefined {
    return this.#ask(BLOCK_REQUEST.read, sector, sectors * 512, NO_DATA);
  }

  /** @returns whether it succeeded. */
  write(sector: number, data: Uint8Array): boolean {
    return this.#ask(BLOCK_REQUEST.write, sector, data.length, data) !== undefined;
  }

  flush(): boolean {
    return this.#ask(BLOCK_REQUEST.flush, 0, 0, NO_DATA) !== undefined;
  }

  #ask(
    type: BlockRequestType,
    sector: number,
    bytes: number,
    data: Uint8Array,
  ): Uint8Array | undefined {
    const tag = this.#tag++;
    const before = this.bench.inputs.length;
    this.backend.output(encodeBlockRequest({ type, tag, sector, bytes, data }));
    const answers = this.bench.inputs.slice(before).map((input) => decodeBlockAnswer(input));
    const [answer] = answers;
    if (answers.length !== 1 || answer?.tag !== tag) throw new Error("expected one answer");
    return answer.isDone ? new Uint8Array(answer.data) : undefined;
  }
}
