// A plugin with a result store for campaigns whose results stay in memory: it opens none.
import { API_VERSION, type Plugin, type ResultStoreProvider } from "../../../core/index.ts";

const noStore: ResultStoreProvider = {
  kind: "result-store",
  name: "no-store",
  summary: "Keeps nothing",
  isShared: false,
  schema: { type: "object", additionalProperties: false, properties: {} },
  open: () => Promise.reject(new Error("nothing is kept")),
};

const plugin: Plugin = {
  name: "no-store",
  apiVersion: API_VERSION,
  provide: (registry) => registry.register(noStore),
};
export default plugin;
