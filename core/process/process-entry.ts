// Entry of a replica's process. The rest is loaded through the compile cache: starting a witness is part of the time a
// recovery takes.
import { enableCompileCache } from "node:module";

enableCompileCache();
const { serveProcess } = await import("./serve-process.ts");
await serveProcess();
