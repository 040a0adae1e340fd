import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { file } from "../../../../plugins/backends/console/file.ts";
import { nullConsole } from "../../../../plugins/backends/console/null.ts";
import { BackendBench } from "../backend-bench.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

describe("file console backend", () => {
  it("writes output to the file and types its inputs at the start", async () => {
    const directory = temporaryDirectory();
    const bench = new BackendBench();
    const output = join(directory, "out");
    writeFileSync(join(directory, "in"), "from file ");
    writeFileSync(output, "old contents, longer than the new ones");
    const options = { output, input: join(directory, "in"), inputText: "and text" };
    const backend = await file.open(options, bench);
    expect(bench.typed).toBe("");
    backend.start();
    backend.output(Buffer.from("hello "));
    backend.output(Buffer.from("world"));
    await backend.close();
    expect(bench.typed).toBe("from file and text");
    expect(readFileSync(output, "utf8")).toBe("hello world");
  });

  it("names the file that it can't read or write", async () => {
    const directory = temporaryDirectory();
    const output = join(directory, "missing", "out");
    await expect(file.open({ output }, new BackendBench())).rejects.toMatchObject({
      code: "XV_ERR_CONSOLE_OUTPUT",
      value: output,
    });
    const input = join(directory, "absent");
    const options = { output: join(directory, "out"), input };
    await expect(file.open(options, new BackendBench())).rejects.toMatchObject({
      code: "XV_ERR_CONSOLE_INPUT",
      value: input,
    });
  });

  it("asks to stop when writing fails", async () => {
    const bench = new BackendBench();
    const backend = await file.open({ output: "/dev/full" }, bench);
    backend.output(Buffer.from("x"));
    backend.output(Buffer.from("y"));
    expect(bench.stopRequests).toBe(1);
    expect(bench.messages).toEqual(["error: cannot write console output; stopping"]);
    await backend.close();
  });
});

describe("null console backend", () => {
  it("shows nothing, and answers by its script", async () => {
    const bench = new BackendBench();
    const backend = await nullConsole.open({ script: [{ expect: ">", send: "go\n" }] }, bench);
    backend.start();
    backend.output(Buffer.from("ready>"));
    expect(bench.typed).toBe("go\n");
    expect(backend.isInteractive).toBe(false);
  });
});
