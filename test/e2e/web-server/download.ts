// Downloads as a user makes them: curl in a process of its own.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { nextClientPort } from "./client-ports.ts";

/** No byte for so long ends a download as failed, in seconds. */
const STALL_SECONDS = 120;

export interface Download {
  readonly exitCode: number;
  readonly bytes: number;
  readonly sha256: string;
}

export async function download(url: string): Promise<Download> {
  const stall = ["--speed-limit", "1", "--speed-time", String(STALL_SECONDS)];
  const port = ["--local-port", String(nextClientPort())];
  const limits = ["--max-time", "3600", ...stall];
  const child = spawn("curl", ["--silent", "--fail", ...limits, ...port, url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const hash = createHash("sha256");
  let bytes = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  const [exitCode] = (await once(child, "close")) as [number];
  return { exitCode, bytes, sha256: hash.digest("hex") };
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");
