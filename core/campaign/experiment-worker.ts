// Entry of a thread that runs experiments. The rest is loaded through the compile cache.
import { enableCompileCache } from "node:module";

enableCompileCache();
const { serveExperiments } = await import("./serve-experiments.ts");
await serveExperiments();
