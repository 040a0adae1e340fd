// Entry of a replica worker thread. The rest is loaded through the compile cache: starting a witness is part of the
// time a recovery takes.
import { enableCompileCache } from "node:module";

enableCompileCache();
const { serveReplica } = await import("./serve-replica.ts");
await serveReplica();
