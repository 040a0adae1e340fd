import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { openTerminal } from "../../../../plugins/backends/console/terminal.ts";
import { BackendBench } from "../backend-bench.ts";

function streams(isTTY: boolean) {
  const rawModes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY,
    ...(isTTY ? { setRawMode: (isRaw: boolean) => rawModes.push(isRaw) } : {}),
  });
  return { stdin, stdout: new PassThrough(), stderr: new PassThrough(), rawModes };
}

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

describe("terminal backend", () => {
  it("reads a pipe byte by byte without an escape key, until it ends", async () => {
    const bench = new BackendBench();
    const io = streams(false);
    const backend = openTerminal({}, bench, io);
    backend.start();
    expect(backend.isInteractive).toBe(true);
    io.stdin.end("one\x01xtwo");
    await settled();
    await settled();
    expect(bench.typed).toBe("one\x01xtwo");
    expect(bench.stopRequests).toBe(0);
    expect(backend.isInteractive).toBe(false);
  });

  it("takes nothing before it is started", async () => {
    const bench = new BackendBench();
    const io = streams(false);
    const backend = openTerminal({}, bench, io);
    io.stdin.write("early");
    await settled();
    expect(bench.typed).toBe("");
    backend.start();
    await settled();
    expect(bench.typed).toBe("early");
  });

  it("puts a terminal into raw mode, watches for the escape key, and restores the terminal", async () => {
    const bench = new BackendBench();
    const io = streams(true);
    const backend = openTerminal({ escape: "Ctrl-]" }, bench, io);
    backend.start();
    io.stdin.write("a\x1dhb\x1dx");
    await settled();
    expect(bench.typed).toBe("ab");
    expect(bench.stopRequests).toBe(1);
    expect(String(io.stderr.read())).toContain("Ctrl-] x");
    await backend.close();
    expect(io.rawModes).toEqual([true, false]);
    io.stdin.write("late");
    await settled();
    expect(bench.typed).toBe("ab");
  });

  it("writes committed output unchanged and lets a script answer it", async () => {
    const bench = new BackendBench();
    const io = streams(false);
    const backend = openTerminal({ script: [{ expect: "? ", send: "yes\n" }] }, bench, io);
    backend.start();
    backend.output(Buffer.from("sure\xff? ", "latin1"));
    expect(bench.typed).toBe("yes\n");
    await backend.close();
    expect(io.stdout.read()).toEqual(Buffer.from("sure\xff? ", "latin1"));
  });

  it("keeps back what a slow pipe has not taken once nothing may leave any more, and says so", async () => {
    const bench = new BackendBench();
    const taken: string[] = [];
    const stdout = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        taken.push(chunk.toString());
        if (taken.length > 1) done();
      },
    });
    const backend = openTerminal({}, bench, { ...streams(false), stdout });
    backend.start();
    for (const text of ["one", "two", "three"]) backend.output(Buffer.from(text));
    bench.mayOutputsLeave = false;
    await backend.close();
    expect(taken).toEqual(["one"]);
    expect(bench.messages).toEqual(["warn: console output is dropped: it may not leave any more"]);
  });

  it("asks to stop once when its output is closed under it", () => {
    const bench = new BackendBench();
    const io = streams(false);
    const backend = openTerminal({}, bench, io);
    backend.start();
    io.stdout.emit("error", new Error("EPIPE"));
    io.stdout.emit("error", new Error("EPIPE"));
    backend.output(Buffer.from("x"));
    expect(bench.stopRequests).toBe(1);
    expect(io.stdout.read()).toBeNull();
  });
});
