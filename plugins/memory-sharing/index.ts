// Built-in plugin: memory-sharing strategies.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { contentHash } from "./content-hash.ts";
import { copyOnWrite } from "./copy-on-write.ts";
import { mergeVerified } from "./merge-verified.ts";
import { privateMemory } from "./private.ts";

export const memorySharingPlugin: Plugin = {
  name: "memory-sharing",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [contentHash, copyOnWrite, mergeVerified, privateMemory])
      registry.register(provider);
  },
};
