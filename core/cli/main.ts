#!/usr/bin/env node
// Entry point of the `extravirt` command. Imports by name only what an old Node has too.
import nodeModule from "node:module";
import { nodeVersionProblem } from "./node-version.ts";

/** Milliseconds a handle that someone forgot to close may hold the process back after the work is done. */
const LINGER_MS = 1000;

// A reader that went away (`| head`) is no reason for a stack trace.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const problem = nodeVersionProblem(process.versions.node);
if (problem !== undefined) {
  process.stderr.write(problem);
  process.exit(2);
}

// Before anything else is loaded: a warm cache halves the start.
nodeModule.enableCompileCache();
const { processIo } = await import("./cli-io.ts");
const { runCli } = await import("./program.ts");

await runCli(process.argv.slice(2), processIo());
setTimeout(() => process.exit(), LINGER_MS).unref();
