import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
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

  it("leaves the output file as it was until the first output", async () => {
    const output = join(temporaryDirectory(), "out");
    writeFileSync(output, "of an earlier run");
    const refused = await file.open({ output }, new BackendBench());
    await refused.close();
    expect(readFileSync(output, "utf8")).toBe("of an earlier run");
    const bench = new BackendBench();
    const silent = await file.open({ output }, bench);
    silent.start();
    await silent.close();
    expect(readFileSync(output, "utf8")).toBe("of an earlier run");
    expect(bench.messages).toEqual([
      "warn: no console output: the file is as it was before the run",
    ]);
  });

  it("leaves no new file behind when the run never starts, and an empty one of a silent guest", async () => {
    const output = join(temporaryDirectory(), "out");
    const refused = await file.open({ output }, new BackendBench());
    await refused.close();
    expect(existsSync(output)).toBe(false);
    const bench = new BackendBench();
    const silent = await file.open({ output }, bench);
    silent.start();
    await silent.close();
    expect(readFileSync(output, "utf8")).toBe("");
    expect(bench.messages).toEqual([]);
  });

  it("writes through a symbolic link whose target does not exist yet", async () => {
    const directory = temporaryDirectory();
    const output = join(directory, "link");
    symlinkSync(join(directory, "target"), output);
    const backend = await file.open({ output }, new BackendBench());
    backend.start();
    backend.output(Buffer.from("linked"));
    await backend.close();
    expect(readFileSync(join(directory, "target"), "utf8")).toBe("linked");
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
