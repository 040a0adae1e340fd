// What holds the contents of a disk on the host. Calls are synchronous, so requests are performed in guest order.

export interface BlockStore {
  readonly bytes: number;
  /** Something was written that only a flush puts where another process can see it. */
  readonly keepsBack?: boolean;
  /** @throws on host I/O errors. The range lies inside the disk. */
  read(offset: number, length: number): Uint8Array;
  write(offset: number, data: Uint8Array): void;
  /** Returns once everything written is durable. */
  flush(): void;
  /** Flushes and releases. @param isFlushing false: what is kept back is lost */
  close(isFlushing: boolean): void;
}
